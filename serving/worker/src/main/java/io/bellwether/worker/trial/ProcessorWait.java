package io.bellwether.worker.trial;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How long a thread was ready to run and others had the processors: the second number of {@code schedstat} in Linux
 * (Documentation/scheduler/sched-stats). A thread that waits for a lock or for a device does not count as ready.
 */
final class ProcessorWait {
    private static final Path OWN = Path.of("/proc/thread-self/schedstat");

    private ProcessorWait() {}

    /** Nanoseconds of the calling thread so far; 0 at any time where the system does not say. */
    static long nanos() {
        try {
            String[] numbers =
                    Files.readString(OWN, StandardCharsets.US_ASCII).strip().split(" ");
            return numbers.length < 2 ? 0 : Long.parseLong(numbers[1]);
        } catch (IOException | NumberFormatException e) {
            return 0;
        }
    }
}
