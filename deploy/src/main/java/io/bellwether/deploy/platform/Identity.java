package io.bellwether.deploy.platform;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.Properties;

/**
 * Which operating-system process something is. The start time tells it from a later process that got the same number.
 *
 * @param pid process id
 * @param startedMillis start of the process in milliseconds since the epoch, 0 if the system does not say
 */
public record Identity(long pid, long startedMillis) {
    /** Start times are derived from the boot time, which two readers may round differently. */
    private static final long START_TOLERANCE_MILLIS = 2_000;

    /** The identity of a running process. */
    public static Identity of(ProcessHandle process) {
        return new Identity(process.pid(), startMillis(process));
    }

    /** The process, if it still runs. */
    public Optional<ProcessHandle> process() {
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .filter(found -> Math.abs(startMillis(found) - startedMillis) <= START_TOLERANCE_MILLIS);
    }

    /** Reads an identity file; empty if there is none or if it is not one. */
    public static Optional<Identity> read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        var properties = new Properties();
        properties.load(new StringReader(Files.readString(file)));
        try {
            return Optional.of(new Identity(
                    Long.parseLong(properties.getProperty("pid", "")),
                    Long.parseLong(properties.getProperty("startedMillis", ""))));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** The process named in the file, if it still runs. */
    public static Optional<ProcessHandle> running(Path file) throws IOException {
        return read(file).flatMap(Identity::process);
    }

    /** Writes the identity file. */
    public void write(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "pid=" + pid + "\nstartedMillis=" + startedMillis + "\n");
    }

    private static long startMillis(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }
}
