package io.bellwether.gateway.control;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * A small file that is always whole. It is written whole beside the old one, forced to disk and then renamed, so that a
 * crash leaves the old or the new one, never half of one; the folder is forced too, so that the new one stays.
 */
final class DurableFile implements DurableBytes {
    private final Path folder;
    private final Path file;
    private final Path fresh;
    private final long bytesMax;

    /**
     * @param folder made when it is missing
     * @param bytesMax a larger file is not read
     */
    DurableFile(Path folder, String name, long bytesMax) {
        this.folder = folder;
        this.file = folder.resolve(name);
        this.fresh = folder.resolve(name + ".new");
        this.bytesMax = bytesMax;
    }

    @Override
    public Optional<byte[]> read() throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        if (Files.size(file) > bytesMax) {
            throw new IOException("it is larger than " + bytesMax + " bytes");
        }
        return Optional.of(Files.readAllBytes(file));
    }

    @Override
    public void write(byte[] bytes) throws IOException {
        Files.createDirectories(folder);
        Files.write(fresh, bytes);
        force(fresh, StandardOpenOption.WRITE);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        force(folder, StandardOpenOption.READ);
    }

    @Override
    public String toString() {
        return file.toString();
    }

    private static void force(Path path, StandardOpenOption option) throws IOException {
        try (FileChannel channel = FileChannel.open(path, option)) {
            channel.force(true);
        }
    }
}
