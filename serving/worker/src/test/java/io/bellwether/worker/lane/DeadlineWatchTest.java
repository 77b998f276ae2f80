package io.bellwether.worker.lane;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DeadlineWatchTest {
    private static final long FAR_NANOS = TimeUnit.HOURS.toNanos(1);

    private final AtomicLong nextNanos = new AtomicLong();
    private final LinkedBlockingQueue<Long> looks = new LinkedBlockingQueue<>();

    private DeadlineWatch started() {
        DeadlineWatch watch = new DeadlineWatch(System::nanoTime);
        watch.start(() -> {
            looks.add(System.nanoTime());
            return System.nanoTime() + nextNanos.getAndSet(FAR_NANOS);
        });
        return watch;
    }

    @Test
    void itLooksAroundWhenADeadlineIsReachedAndNotBefore() throws InterruptedException {
        try (DeadlineWatch watch = started()) {
            // When
            long deadlineNanos = System.nanoTime() + 20_000_000;
            watch.wakeBy(deadlineNanos + 100_000_000);
            watch.wakeBy(deadlineNanos);

            // Then
            Long look = looks.poll(10, TimeUnit.SECONDS);
            assertThat(look).isNotNull();
            assertThat(look - deadlineNanos).isNotNegative();
        }
    }

    @Test
    void itComesBackWhenTheQueuesSaySo() throws InterruptedException {
        try (DeadlineWatch watch = started()) {
            // Given
            nextNanos.set(10_000_000);

            // When
            watch.wakeBy(System.nanoTime());

            // Then
            Long first = looks.poll(10, TimeUnit.SECONDS);
            Long second = looks.poll(10, TimeUnit.SECONDS);
            assertThat(first).isNotNull();
            assertThat(second).isNotNull();
            assertThat(second - first).isGreaterThanOrEqualTo(10_000_000);
        }
    }

    @Test
    void nothingThatWaitsCostsNoLook() throws InterruptedException {
        try (DeadlineWatch watch = started()) {
            // When
            watch.wakeBy(System.nanoTime() + FAR_NANOS);

            // Then
            assertThat(looks.poll(50, TimeUnit.MILLISECONDS)).isNull();
        }
    }
}
