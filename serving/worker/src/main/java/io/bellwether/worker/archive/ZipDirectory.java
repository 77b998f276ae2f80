package io.bellwether.worker.archive;

import io.bellwether.worker.archive.ZipBytes.Unsound;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The central directory of a zip file, read before anything else opens the file. What passes has one meaning only: nothing
 * before, between or behind its entries, no two of the same name or place, local headers that agree with the directory, and
 * sizes that the file can hold.
 */
public final class ZipDirectory {
    private static final int LOCAL_BYTES = 30;
    private static final int CENTRAL_BYTES = 46;
    private static final int LOCAL = 0x04034b50;
    private static final int CENTRAL = 0x02014b50;
    private static final int DIRECTORY_BYTES_MAX = 16 << 20;
    private static final int ENCRYPTED = 1;
    private static final int SIZES_BEHIND = 8;
    private static final int STORED = 0;
    private static final int DEFLATED = 8;
    /** What may lie between two entries: a description of sizes behind the first, and nothing else. */
    private static final int DESCRIPTION_BYTES_MAX = 24;

    private final ZipBytes zip;
    private final ArchiveLimits limits;

    private ZipDirectory(ZipBytes zip, ArchiveLimits limits) {
        this.zip = zip;
        this.limits = limits;
    }

    /** What came of reading it. */
    public sealed interface Outcome {}

    /** A directory with one meaning. */
    public record Sound(List<Entry> entries) implements Outcome {
        public Sound {
            entries = List.copyOf(entries);
        }
    }

    /**
     * A file that is not unpacked and not given to any library.
     *
     * @param reason what is wrong, to follow the name of the file
     */
    public record Refused(String reason) implements Outcome {}

    /**
     * An entry.
     *
     * @param name as it stands, one character for each byte; nothing is promised about it but that no other has it
     * @param bytes its size when unpacked
     * @param unixType the bits of its Unix mode that say what it is; 0 when it has none
     */
    public record Entry(String name, long bytes, int unixType) {}

    /** One entry with its place. */
    private record Placed(Entry entry, int flags, int method, long packedBytes, long offset) {}

    /**
     * Reads the directory.
     *
     * @throws IOException when the file cannot be read
     */
    public static Outcome read(Path path, ArchiveLimits limits) throws IOException {
        try (FileChannel file = FileChannel.open(path)) {
            return new Sound(new ZipDirectory(new ZipBytes(file), limits).read());
        } catch (Unsound e) {
            return new Refused(String.valueOf(e.getMessage()));
        } catch (BufferUnderflowException e) {
            return new Refused("is a zip whose directory is cut off");
        }
    }

    private List<Entry> read() throws IOException, Unsound {
        ZipEnd.Place place = ZipEnd.of(zip);
        if (place.entries() > limits.entriesMax()) {
            throw new Unsound("has " + place.entries() + " entries; at most " + limits.entriesMax() + " are read");
        }
        if (place.bytes() > DIRECTORY_BYTES_MAX) {
            throw new Unsound("has a directory larger than " + DIRECTORY_BYTES_MAX + " bytes");
        }
        ByteBuffer directory = zip.at(place.offset(), (int) place.bytes());
        List<Placed> all = new ArrayList<>();
        Set<String> names = new HashSet<>();
        long bytes = 0;
        for (long i = 0; i < place.entries(); i++) {
            Placed one = central(directory);
            check(one);
            if (!names.add(one.entry().name())) {
                throw new Unsound("has two entries of one name");
            }
            bytes += one.entry().bytes();
            if (bytes > limits.bytesMax()) {
                throw new Unsound("unpacks to more than " + limits.bytesMax() + " bytes");
            }
            all.add(one);
        }
        if (directory.hasRemaining()) {
            throw new Unsound("has a directory with something behind its entries");
        }
        checkPlaces(all, place.offset());
        return all.stream().map(Placed::entry).toList();
    }

    private static Placed central(ByteBuffer directory) throws Unsound {
        if (directory.remaining() < CENTRAL_BYTES || directory.getInt() != CENTRAL) {
            throw new Unsound("is a zip with a damaged directory");
        }
        int madeBy = Short.toUnsignedInt(directory.getShort()) >> 8;
        directory.getShort();
        int flags = Short.toUnsignedInt(directory.getShort());
        int method = Short.toUnsignedInt(directory.getShort());
        directory.getInt();
        directory.getInt();
        long packed = Integer.toUnsignedLong(directory.getInt());
        long bytes = Integer.toUnsignedLong(directory.getInt());
        int nameBytes = Short.toUnsignedInt(directory.getShort());
        int extraBytes = Short.toUnsignedInt(directory.getShort());
        int commentBytes = Short.toUnsignedInt(directory.getShort());
        directory.getInt();
        int attributes = directory.getInt();
        long offset = Integer.toUnsignedLong(directory.getInt());
        String name = ZipBytes.text(directory, nameBytes);
        ZipSizes large = new ZipSizes(ZipBytes.slice(directory, extraBytes));
        ZipBytes.slice(directory, commentBytes);
        bytes = large.instead(bytes);
        packed = large.instead(packed);
        offset = large.instead(offset);
        int unixType = madeBy == 3 ? (attributes >>> 16) & 0170000 : 0;
        return new Placed(new Entry(name, bytes, unixType), flags, method, packed, offset);
    }

    private void check(Placed one) throws Unsound {
        if ((one.flags() & ENCRYPTED) != 0) {
            throw new Unsound("is encrypted");
        }
        if (one.method() != STORED && one.method() != DEFLATED) {
            throw new Unsound("is packed by a method other than deflate");
        }
        if (one.method() == STORED && one.packedBytes() != one.entry().bytes()) {
            throw new Unsound("has an entry that is not packed and yet of two sizes");
        }
        if (one.packedBytes() < 0
                || one.entry().bytes() < 0
                || one.entry().bytes() > limits.bytesMaxOf(one.packedBytes())) {
            throw new Unsound("has an entry that claims to become more than " + limits.ratioMax()
                    + " times its size or than " + limits.bytesMax() + " bytes");
        }
    }

    /** Entries follow each other from the first byte to the directory, each with a header that agrees. */
    private void checkPlaces(List<Placed> all, long directoryAt) throws IOException, Unsound {
        List<Placed> sorted =
                all.stream().sorted(Comparator.comparingLong(Placed::offset)).toList();
        long end = 0;
        int free = 0;
        for (Placed one : sorted) {
            if (one.offset() < end || one.offset() > end + free) {
                throw new Unsound("is a zip whose entries overlap or have something between them");
            }
            long start = checkLocal(one, directoryAt);
            end = start + one.packedBytes();
            if (end < start || end > directoryAt) {
                throw new Unsound("has an entry that reaches beyond the file");
            }
            free = (one.flags() & SIZES_BEHIND) == 0 ? 0 : DESCRIPTION_BYTES_MAX;
        }
        if (directoryAt > end + free) {
            throw new Unsound("is a zip with something before its directory");
        }
    }

    /** Returns where the content begins. */
    private long checkLocal(Placed one, long directoryAt) throws IOException, Unsound {
        if (one.offset() > directoryAt - LOCAL_BYTES) {
            throw new Unsound("has an entry that lies beyond the file");
        }
        ByteBuffer head = zip.at(one.offset(), LOCAL_BYTES);
        int signature = head.getInt();
        head.getShort();
        int flags = Short.toUnsignedInt(head.getShort());
        int method = Short.toUnsignedInt(head.getShort());
        head.position(18);
        long packed = Integer.toUnsignedLong(head.getInt());
        long bytes = Integer.toUnsignedLong(head.getInt());
        int nameBytes = Short.toUnsignedInt(head.getShort());
        int extraBytes = Short.toUnsignedInt(head.getShort());
        long start = one.offset() + LOCAL_BYTES + nameBytes + extraBytes;
        if (signature != LOCAL || start > directoryAt) {
            throw new Unsound("has an entry without a header");
        }
        ByteBuffer behind = zip.at(one.offset() + LOCAL_BYTES, nameBytes + extraBytes);
        String name = ZipBytes.text(behind, nameBytes);
        ZipSizes large = new ZipSizes(behind);
        bytes = large.instead(bytes);
        packed = large.instead(packed);
        boolean sizesFit = packed == one.packedBytes() && bytes == one.entry().bytes();
        boolean sizesLater = (flags & SIZES_BEHIND) != 0 && packed == 0 && bytes == 0;
        if (flags != one.flags()
                || method != one.method()
                || !name.equals(one.entry().name())
                || !(sizesFit || sizesLater)) {
            throw new Unsound("has an entry whose header contradicts the directory");
        }
        return start;
    }
}
