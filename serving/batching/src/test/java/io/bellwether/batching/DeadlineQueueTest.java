package io.bellwether.batching;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.batching.DeadlineQueue.Entry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class DeadlineQueueTest {
    private final DeadlineQueue<String> queue = new DeadlineQueue<>();
    private long arrivals;

    private Entry<String> entry(long deadlineNanos, int items, int weight) {
        long arrival = arrivals++;
        return new Entry<>(new Waiting<>(arrival, items, deadlineNanos, 1, weight, ""), arrival);
    }

    private List<Entry<String>> all() {
        List<Entry<String>> all = new ArrayList<>();
        queue.copyFirst(Integer.MAX_VALUE, all);
        return all;
    }

    @Test
    void aFullChunkInTheMiddleIsSplitAndKeepsTheOrder() {
        // Given: two chunks of even deadlines, so that the next ones fall into the first
        List<Entry<String>> added = new ArrayList<>();
        for (int i = 0; i < 2 * DeadlineQueue.CHUNK; i++) {
            added.add(entry(2L * i, 1, 1));
        }
        added.forEach(queue::add);

        // When: odd deadlines overfill it several times
        for (int i = 0; i < 3 * DeadlineQueue.CHUNK; i++) {
            Entry<String> between = entry(2L * (i % 40) + 1, 2, 1);
            added.add(between);
            queue.add(between);
        }

        // Then: by deadline, equal ones by arrival
        added.sort(Comparator.<Entry<String>>comparingLong(e -> e.waiting().deadlineNanos())
                .thenComparingLong(Entry::arrival));
        assertThat(all()).isEqualTo(added);
        assertThat(queue.size()).isEqualTo(5 * DeadlineQueue.CHUNK);
        assertThat(queue.items()).isEqualTo((2 + 6) * DeadlineQueue.CHUNK);
    }

    @Test
    void manyOfOneDeadlineGoByArrivalAcrossChunks() {
        for (int i = 0; i < 5 * DeadlineQueue.CHUNK; i++) {
            queue.add(entry(7, 1, 1));
        }
        assertThat(all()).extracting(Entry::arrival).isSorted();
        assertThat(queue.itemsUntil(7, 1)).isEqualTo(5 * DeadlineQueue.CHUNK);
        assertThat(queue.itemsUntil(6, 1)).isZero();
    }

    @Test
    void itDoesWhatASortedSetDoes() {
        Seeds.forEach(30, seed -> {
            SplittableRandom random = new SplittableRandom(seed);
            DeadlineQueue<String> tried = new DeadlineQueue<>();
            // Deadlines on both sides of where the clock wraps around.
            long from = random.nextBoolean() ? 0 : Long.MAX_VALUE - 150;
            TreeSet<Entry<String>> model = new TreeSet<>((a, b) -> a.equals(b) ? 0 : a.isBefore(b) ? -1 : 1);
            for (int step = 0; step < 3_000; step++) {
                boolean grow = random.nextInt(3000) > step;
                if (model.isEmpty() || grow) {
                    long deadline = from + random.nextLong(300);
                    Entry<String> entry = entry(deadline, random.nextInt(1, 9), random.nextInt(1, 5));
                    tried.add(entry);
                    model.add(entry);
                } else {
                    List<Entry<String>> some = List.copyOf(model);
                    Entry<String> gone = some.get(random.nextInt(some.size()));
                    tried.remove(gone);
                    model.remove(gone);
                }
                assertThat(tried.size()).isEqualTo(model.size());
                assertThat(tried.isEmpty()).isEqualTo(model.isEmpty());
                if (!model.isEmpty()) {
                    assertThat(tried.first()).isEqualTo(model.first());
                }
                if (step % 50 == 0) {
                    compare(tried, model, from + random.nextLong(300), random.nextInt(1, 5), random.nextInt(200));
                }
            }
        });
    }

    private static void compare(
            DeadlineQueue<String> tried, Set<Entry<String>> model, long deadline, int weight, int limit) {
        long items = model.stream().mapToLong(e -> e.waiting().items()).sum();
        assertThat(tried.items()).isEqualTo(items);
        long until = model.stream()
                .filter(e -> e.waiting().deadlineNanos() - deadline <= 0)
                .filter(e -> e.waiting().weight() >= weight)
                .mapToLong(e -> e.waiting().items())
                .sum();
        assertThat(tried.itemsUntil(deadline, weight)).isEqualTo(until);
        List<Entry<String>> first = new ArrayList<>();
        tried.copyFirst(limit, first);
        assertThat(first).isEqualTo(model.stream().limit(limit).toList());
    }
}
