package io.bellwether.worker.archive;

import io.bellwether.worker.archive.ZipBytes.Unsound;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The end of a zip file, which says where its directory is. */
final class ZipEnd {
    private static final int END_BYTES = 22;
    private static final int END_64_BYTES = 56;
    private static final int LOCATOR_64_BYTES = 20;
    private static final int END = 0x06054b50;
    private static final int END_64 = 0x06064b50;
    private static final int LOCATOR_64 = 0x07064b50;

    private final ZipBytes zip;

    private ZipEnd(ZipBytes zip) {
        this.zip = zip;
    }

    /** Where the directory is. */
    record Place(long offset, long bytes, long entries) {}

    /** Reads the end; the directory is what lies right before it. */
    static Place of(ZipBytes zip) throws IOException, Unsound {
        return new ZipEnd(zip).place();
    }

    private Place place() throws IOException, Unsound {
        if (zip.size() < END_BYTES) {
            throw new Unsound("is a zip that is cut off");
        }
        long endAt = zip.size() - END_BYTES;
        ByteBuffer end = zip.at(endAt, END_BYTES);
        if (end.getInt() != END) {
            throw new Unsound("is a zip that is cut off, or has a comment or other bytes behind its directory");
        }
        int disks = end.getInt();
        int here = Short.toUnsignedInt(end.getShort());
        int entries = Short.toUnsignedInt(end.getShort());
        long bytes = Integer.toUnsignedLong(end.getInt());
        long offset = Integer.toUnsignedLong(end.getInt());
        if (disks != 0 || here != entries || end.getShort() != 0) {
            throw new Unsound("is a zip in several parts or with a comment");
        }
        if (endAt >= LOCATOR_64_BYTES + END_64_BYTES) {
            ByteBuffer locator = zip.at(endAt - LOCATOR_64_BYTES, LOCATOR_64_BYTES);
            if (locator.getInt() == LOCATOR_64) {
                return place64(locator, endAt - LOCATOR_64_BYTES - END_64_BYTES);
            }
        }
        return placed(offset, bytes, entries, endAt);
    }

    private Place place64(ByteBuffer locator, long expectedAt) throws IOException, Unsound {
        locator.getInt();
        if (locator.getLong() != expectedAt) {
            throw new Unsound("is a zip whose large directory is not where it is said to be");
        }
        ByteBuffer end = zip.at(expectedAt, END_64_BYTES);
        if (end.getInt() != END_64 || end.getLong() != END_64_BYTES - 12) {
            throw new Unsound("is a zip whose large directory is not where it is said to be");
        }
        end.position(24);
        long here = end.getLong();
        long entries = end.getLong();
        long bytes = end.getLong();
        long offset = end.getLong();
        if (here != entries) {
            throw new Unsound("is a zip in several parts");
        }
        return placed(offset, bytes, entries, expectedAt);
    }

    private static Place placed(long offset, long bytes, long entries, long endAt) throws Unsound {
        if (offset < 0 || bytes < 0 || entries < 0 || offset > endAt || bytes != endAt - offset) {
            throw new Unsound("is a zip whose directory is not where it is said to be");
        }
        return new Place(offset, bytes, entries);
    }
}
