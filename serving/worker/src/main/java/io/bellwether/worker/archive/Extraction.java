package io.bellwether.worker.archive;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Optional;

/** Writes the entries of one archive below one fresh folder, and counts them. */
final class Extraction {
    private static final int BUFFER_BYTES = 64 * 1024;

    private final Path root;
    private final ArchiveLimits limits;
    private final EntryNames names;
    private int entries;
    private long bytes;

    /**
     * @param root an empty folder that nobody else writes to
     */
    Extraction(Path root, ArchiveLimits limits) {
        this.root = root;
        this.limits = limits;
        this.names = new EntryNames(limits.depthMax());
    }

    /** Makes a folder. Returns why not, if it is refused. */
    Optional<String> folder(String name) throws IOException {
        Optional<String> refusal = refusal(name, true);
        if (refusal.isEmpty()) {
            Files.createDirectories(root.resolve(name));
        }
        return refusal;
    }

    /**
     * Writes a file.
     *
     * @param in its content; exactly {@code size} bytes are taken
     * @return why not, if it is refused
     */
    Optional<String> file(String name, InputStream in, long size) throws IOException {
        Optional<String> refusal = refusal(name, false);
        if (refusal.isPresent()) {
            return refusal;
        }
        if (size < 0 || size > limits.bytesMax() - bytes) {
            return Optional.of("unpacks to more than " + limits.bytesMax() + " bytes");
        }
        bytes += size;
        Path file = root.resolve(name);
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            return copy(in, out, size);
        }
    }

    private static Optional<String> copy(InputStream in, OutputStream out, long size) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        long left = size;
        while (left > 0) {
            int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (read < 0) {
                return Optional.of("is cut off");
            }
            out.write(buffer, 0, read);
            left -= read;
        }
        return Optional.empty();
    }

    private Optional<String> refusal(String name, boolean folder) {
        if (++entries > limits.entriesMax()) {
            return Optional.of("has more than " + limits.entriesMax() + " entries");
        }
        return names.refusal(name, folder);
    }
}
