package io.bellwether.batching;

import io.bellwether.batching.DeadlineQueue.Entry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** All that waits in one lane: a queue for each class of lengths, found by id and by deadline. */
final class Backlog<T> {
    private final List<@Nullable DeadlineQueue<T>> byLength =
            new ArrayList<>(Collections.nCopies(SizeClasses.COUNT, null));
    private final Map<Long, Entry<T>> byId = new HashMap<>();
    private long arrivals;
    private long items;

    int requests() {
        return byId.size();
    }

    long items() {
        return items;
    }

    /** False when one with this id waits already. */
    boolean add(Waiting<T> request) {
        Entry<T> entry = new Entry<>(request, arrivals);
        if (byId.putIfAbsent(request.id(), entry) != null) {
            return false;
        }
        arrivals++;
        int lengthClass = SizeClasses.of(request.length());
        DeadlineQueue<T> queue = byLength.get(lengthClass);
        if (queue == null) {
            queue = new DeadlineQueue<>();
            byLength.set(lengthClass, queue);
        }
        queue.add(entry);
        items += request.items();
        return true;
    }

    Optional<Waiting<T>> remove(long id) {
        Entry<T> entry = byId.get(id);
        if (entry == null) {
            return Optional.empty();
        }
        remove(entry);
        return Optional.of(entry.waiting());
    }

    void remove(Entry<T> entry) {
        byId.remove(entry.waiting().id());
        DeadlineQueue<T> queue = byLength.get(SizeClasses.of(entry.waiting().length()));
        if (queue != null) {
            queue.remove(entry);
        }
        items -= entry.waiting().items();
    }

    /** The request with the earliest deadline of all. */
    @Nullable
    Entry<T> first() {
        Entry<T> first = null;
        for (int i = 0; i < byLength.size(); i++) {
            DeadlineQueue<T> queue = byLength.get(i);
            if (queue != null
                    && !queue.isEmpty()
                    && (first == null || queue.first().isBefore(first))) {
                first = queue.first();
            }
        }
        return first;
    }

    /** The queue of a class of lengths; null where none came yet or there is no such class. */
    @Nullable
    DeadlineQueue<T> queueOrNull(int lengthClass) {
        return lengthClass < 0 || lengthClass >= byLength.size() ? null : byLength.get(lengthClass);
    }
}
