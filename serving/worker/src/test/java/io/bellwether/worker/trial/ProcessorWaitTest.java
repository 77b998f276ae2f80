package io.bellwether.worker.trial;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bellwether.worker.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProcessorWaitTest {
    @Test
    void whereMoreThreadsRunThanThereAreProcessorsSomeWait() {
        // Given
        assumeTrue(Files.isReadable(Path.of("/proc/thread-self/schedstat")), "the system does not say who waits");
        AtomicBoolean enough = new AtomicBoolean();
        AtomicLong waitedNanos = new AtomicLong();

        // When
        for (int i = 0; i <= Runtime.getRuntime().availableProcessors(); i++) {
            Thread thread = new Thread(() -> {
                long beforeNanos = ProcessorWait.nanos();
                while (!enough.get()) {
                    waitedNanos.accumulateAndGet(ProcessorWait.nanos() - beforeNanos, Math::max);
                }
            });
            thread.start();
        }

        // Then
        try {
            Await.until("one had to wait", () -> waitedNanos.get() > TimeUnit.MILLISECONDS.toNanos(1));
        } finally {
            enough.set(true);
        }
    }
}
