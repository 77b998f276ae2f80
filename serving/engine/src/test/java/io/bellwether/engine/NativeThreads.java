package io.bellwether.engine;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The threads of this process as Linux sees them, those of native libraries too. A new one has the name of its maker. */
final class NativeThreads {
    private NativeThreads() {}

    /**
     * How many have the name.
     *
     * @param name at most 15 characters
     */
    static long named(String name) throws IOException {
        long found = 0;
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
            for (Path task : tasks) {
                found += nameOf(task).equals(name) ? 1 : 0;
            }
        }
        return found;
    }

    /** Empty for one that has ended since it was listed, as those of a compiler do at any time. */
    private static String nameOf(Path task) throws IOException {
        try {
            return Files.readString(task.resolve("comm")).strip();
        } catch (IOException e) {
            if (Files.exists(task)) {
                throw e;
            }
            return "";
        }
    }
}
