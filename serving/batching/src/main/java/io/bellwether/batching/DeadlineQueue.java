package io.bellwether.batching;

import java.util.ArrayList;
import java.util.List;

/**
 * Requests by deadline, then by arrival, in sorted chunks of at most {@value #CHUNK}. Adding, removing and counting cost
 * O(log n + {@value #CHUNK} + n / {@value #CHUNK}) steps on plain arrays, which up to tens of thousands of requests is less
 * than a balanced tree needs, and they make no garbage beyond the entry.
 */
final class DeadlineQueue<T> {
    static final int CHUNK = 64;

    /** One request and its turn among those of the same deadline. */
    record Entry<T>(Waiting<T> waiting, long arrival) {
        /** Deadlines compare by difference, as the clock may wrap around. */
        boolean isBefore(Entry<T> other) {
            long difference = waiting.deadlineNanos() - other.waiting.deadlineNanos();
            return difference != 0 ? difference < 0 : arrival < other.arrival;
        }
    }

    private static final class Chunk<T> {
        final List<Entry<T>> entries = new ArrayList<>(CHUNK);
        long items;

        Entry<T> last() {
            return entries.get(entries.size() - 1);
        }

        /** Where the entry is or belongs. */
        int place(Entry<T> entry) {
            int low = 0;
            int high = entries.size();
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (entries.get(middle).isBefore(entry)) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        }
    }

    private final List<Chunk<T>> chunks = new ArrayList<>();
    private int size;
    private long items;

    int size() {
        return size;
    }

    long items() {
        return items;
    }

    boolean isEmpty() {
        return size == 0;
    }

    Entry<T> first() {
        return chunks.get(0).entries.get(0);
    }

    void add(Entry<T> entry) {
        int at = Math.min(chunkOf(entry), chunks.size() - 1);
        if (at < 0) {
            chunks.add(new Chunk<>());
            at = 0;
        }
        Chunk<T> chunk = chunks.get(at);
        if (chunk.entries.size() == CHUNK) {
            split(at);
            at = chunk.last().isBefore(entry) ? at + 1 : at;
            chunk = chunks.get(at);
        }
        chunk.entries.add(chunk.place(entry), entry);
        chunk.items += entry.waiting().items();
        items += entry.waiting().items();
        size++;
    }

    /** Removes an entry that is in here. */
    void remove(Entry<T> entry) {
        int at = chunkOf(entry);
        Chunk<T> chunk = chunks.get(at);
        chunk.entries.remove(chunk.place(entry));
        chunk.items -= entry.waiting().items();
        items -= entry.waiting().items();
        size--;
        if (chunk.entries.isEmpty()) {
            chunks.remove(at);
        }
    }

    /** Items of the requests with a deadline up to {@code deadlineNanos} and at least that weight. */
    long itemsUntil(long deadlineNanos, int weightLeast) {
        long sum = 0;
        for (Chunk<T> chunk : chunks) {
            boolean whole = chunk.last().waiting().deadlineNanos() - deadlineNanos <= 0;
            if (whole && weightLeast <= 1) {
                sum += chunk.items;
                continue;
            }
            for (Entry<T> entry : chunk.entries) {
                if (entry.waiting().deadlineNanos() - deadlineNanos > 0) {
                    return sum;
                }
                sum += entry.waiting().weight() >= weightLeast ? entry.waiting().items() : 0;
            }
        }
        return sum;
    }

    /** Copies at most {@code limit} of the first entries, in order, behind those that {@code into} has. */
    void copyFirst(int limit, List<Entry<T>> into) {
        int left = limit;
        for (int c = 0; c < chunks.size() && left > 0; c++) {
            List<Entry<T>> entries = chunks.get(c).entries;
            int some = Math.min(left, entries.size());
            for (int i = 0; i < some; i++) {
                into.add(entries.get(i));
            }
            left -= some;
        }
    }

    /** The first chunk whose last entry is not before this one; the number of chunks when there is none. */
    private int chunkOf(Entry<T> entry) {
        int low = 0;
        int high = chunks.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (chunks.get(middle).last().isBefore(entry)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Arrivals come mostly at the end, so the last chunk stays full and a new one is begun. */
    private void split(int at) {
        Chunk<T> full = chunks.get(at);
        int keep = at == chunks.size() - 1 ? CHUNK - CHUNK / 8 : CHUNK / 2;
        Chunk<T> rest = new Chunk<>();
        List<Entry<T>> tail = full.entries.subList(keep, CHUNK);
        for (Entry<T> entry : tail) {
            rest.items += entry.waiting().items();
        }
        rest.entries.addAll(tail);
        tail.clear();
        full.items -= rest.items;
        chunks.add(at + 1, rest);
    }
}
