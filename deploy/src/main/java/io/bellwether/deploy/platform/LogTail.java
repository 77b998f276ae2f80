package io.bellwether.deploy.platform;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The end of a log file, and what is added to it. Reads a bounded piece at a time. */
public final class LogTail {
    private static final int READ_BYTES_MAX = 256 * 1024;

    private final Path file;
    private long position;

    /** Follows the file from its present end on. */
    public LogTail(Path file) throws IOException {
        this(file, Files.exists(file) ? Files.size(file) : 0);
    }

    /** Follows the file from a position on. */
    public LogTail(Path file, long position) {
        this.file = file;
        this.position = position;
    }

    /** The last lines of a file, empty if there is no such file. */
    public static List<String> lastLines(Path file, int linesMax) throws IOException {
        if (!Files.exists(file)) {
            return List.of();
        }
        var lines = new LogTail(file, Math.max(0, Files.size(file) - READ_BYTES_MAX))
                .added()
                .lines()
                .toList();
        return lines.subList(Math.max(0, lines.size() - linesMax), lines.size());
    }

    /** What was added since the last call, up to the last whole line. A file that became shorter is read anew. */
    public String added() throws IOException {
        if (!Files.exists(file)) {
            return "";
        }
        try (var input = new RandomAccessFile(file.toFile(), "r")) {
            if (input.length() < position) {
                position = 0;
            }
            input.seek(position);
            var bytes = new byte[(int) Math.min(READ_BYTES_MAX, input.length() - position)];
            input.readFully(bytes);
            int end = bytes.length;
            while (end > 0 && bytes[end - 1] != '\n') {
                end--;
            }
            position += end;
            return new String(bytes, 0, end, StandardCharsets.UTF_8);
        }
    }
}
