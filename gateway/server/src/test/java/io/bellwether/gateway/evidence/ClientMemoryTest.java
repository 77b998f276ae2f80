package io.bellwether.gateway.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class ClientMemoryTest {
    @Test
    void aClientIsNewOnce() {
        ClientMemory memory = new ClientMemory(1);
        assertThat(memory.isFirst(42)).isTrue();
        assertThat(memory.isFirst(42)).isFalse();
        assertThat(memory.isFirst(-42)).isTrue();
    }

    @Test
    void aClientIsNewAtMostOnceHoweverManyThreadsAsk() throws Exception {
        // Given
        int threads = 8;
        int clients = 20_000;
        ClientMemory memory = new ClientMemory(1);
        long[] hashes = new SplittableRandom(1).longs(clients).toArray();
        AtomicIntegerArray firsts = new AtomicIntegerArray(clients);
        CyclicBarrier together = new CyclicBarrier(threads);

        // When
        try (Threads pool = new Threads(threads)) {
            pool.run(() -> {
                together.await();
                for (int i = 0; i < clients; i++) {
                    if (memory.isFirst(hashes[i])) {
                        firsts.incrementAndGet(i);
                    }
                }
                return null;
            });
        }

        // Then
        int counted = 0;
        for (int i = 0; i < clients; i++) {
            assertThat(firsts.get(i)).isLessThanOrEqualTo(1);
            counted += firsts.get(i);
        }
        // 20,000 clients fill a word with less than one in the mean: hardly anybody is taken for somebody else.
        assertThat(counted).isGreaterThan(clients - 20);
    }

    @Test
    void theShareOfClientsThatIsLostIsWhatItsDescriptionSays() {
        ClientMemory memory = new ClientMemory(1);
        SplittableRandom random = new SplittableRandom(2);
        assertThat(lostAt(memory, random, 0, 500_000)).isBetween(0.003, 0.007);
        assertThat(lostAt(memory, random, 500_000, 1_000_000)).isBetween(0.022, 0.036);
        assertThat(lostAt(memory, random, 1_000_000, 2_000_000)).isBetween(0.13, 0.18);
    }

    /** Share of new clients that are called seen once so many have been. */
    private static double lostAt(ClientMemory memory, SplittableRandom random, int from, int to) {
        int window = 10_000;
        int lost = 0;
        for (int i = from; i < to; i++) {
            boolean first = memory.isFirst(random.nextLong());
            lost += i >= to - window && !first ? 1 : 0;
        }
        return (double) lost / window;
    }

    /** Threads that end with the test. */
    private static final class Threads implements AutoCloseable {
        private final ExecutorService pool;
        private final int threads;

        Threads(int threads) {
            this.threads = threads;
            this.pool = Executors.newFixedThreadPool(threads);
        }

        void run(java.util.concurrent.Callable<Void> work) throws Exception {
            List<Future<Void>> running = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                running.add(pool.submit(work));
            }
            for (Future<Void> one : running) {
                one.get();
            }
        }

        @Override
        public void close() {
            pool.shutdownNow();
        }
    }
}
