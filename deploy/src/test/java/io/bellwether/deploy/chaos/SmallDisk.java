package io.bellwether.deploy.chaos;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;

/**
 * A file system in memory, of a few mebibytes, in the place of the folder in which a process keeps its state, so that its
 * disk can be full without that of the machine being so. Needs the right to mount.
 */
final class SmallDisk {
    private static final String FILLER = "filler";
    private static final long SECONDS_MAX = 10;

    private SmallDisk() {}

    /** Whether this process may mount. */
    static boolean isPossible(Path folder) throws Exception {
        Files.createDirectories(folder);
        boolean mounted = run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder.toString());
        return mounted && run("umount", folder.toString());
    }

    /** Puts one in the place of a folder, with what the folder holds. */
    static void mount(Path folder, int mebibytes) throws Exception {
        Files.createDirectories(folder);
        if (!run("mount", "-t", "tmpfs", "-o", "size=" + mebibytes + "m", "tmpfs", folder.toString())) {
            throw new IOException("cannot mount a file system at " + folder);
        }
    }

    /** Takes away whatever is mounted below a folder, by an earlier run, too. */
    static void unmountBelow(Path folder) throws Exception {
        var mounts = Files.readAllLines(Path.of("/proc/mounts")).stream()
                .map(line -> line.split(" ")[1])
                .filter(point -> point.startsWith(folder + "/"))
                .sorted(Comparator.reverseOrder())
                .toList();
        for (var point : mounts) {
            if (!run("umount", "-l", point)) {
                throw new IOException("cannot unmount " + point);
            }
        }
    }

    /** Leaves no byte free. */
    static void fill(Node node) throws IOException {
        var file = folder(node).resolve(FILLER);
        try (var channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            for (int bytes = 1 << 20; bytes >= 1 << 10; ) {
                try {
                    if (channel.write(ByteBuffer.allocate(bytes)) < bytes) {
                        bytes /= 2;
                    }
                } catch (IOException full) {
                    bytes /= 2;
                }
            }
        }
    }

    static void empty(Node node) throws IOException {
        Files.deleteIfExists(folder(node).resolve(FILLER));
    }

    private static Path folder(Node node) {
        return node.layout().state(node.role());
    }

    private static boolean run(String... command) throws Exception {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getInputStream().transferTo(OutputStream.nullOutputStream());
        return process.waitFor(SECONDS_MAX, TimeUnit.SECONDS) && process.exitValue() == 0;
    }
}
