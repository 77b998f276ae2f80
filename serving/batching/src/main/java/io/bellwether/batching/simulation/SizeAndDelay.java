package io.bellwether.batching.simulation;

import io.bellwether.batching.Waiting;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The batcher of most servers: runs a full batch, or what there is once the oldest has waited for some time.
 *
 * @param itemsMax of a batch
 * @param delayNanos how long the oldest waits for company; 0 takes what there is at once, which is called greedy here
 * @param waitShareMax who has waited for longer than this share of the time to the deadline is dropped when an instance is
 *     free; infinite to never drop anybody
 */
public record SizeAndDelay(int itemsMax, long delayNanos, double waitShareMax) implements ArrivalRule {
    /** Takes what there is, and drops nobody. */
    public static SizeAndDelay greedy(int itemsMax) {
        return new SizeAndDelay(itemsMax, 0, Double.POSITIVE_INFINITY);
    }

    @Override
    public Decision decide(Collection<Waiting<Request>> queue, long nowNanos) {
        List<Waiting<Request>> dropped = new ArrayList<>();
        List<Waiting<Request>> batch = new ArrayList<>();
        long oldestNanos = 0;
        int items = 0;
        boolean full = false;
        for (Waiting<Request> request : queue) {
            long arrivedNanos = request.work().arrival().atNanos();
            double budgetNanos = (double) (request.deadlineNanos() - arrivedNanos);
            if ((double) (nowNanos - arrivedNanos) > waitShareMax * budgetNanos) {
                dropped.add(request);
                continue;
            }
            if (items + request.items() > itemsMax) {
                full = true;
                break;
            }
            oldestNanos = batch.isEmpty() ? arrivedNanos : oldestNanos;
            batch.add(request);
            items += request.items();
        }
        boolean due = full || items == itemsMax || nowNanos - oldestNanos >= delayNanos;
        if (due || batch.isEmpty()) {
            return new Decision(dropped, batch, Long.MAX_VALUE);
        }
        return new Decision(dropped, List.of(), oldestNanos + delayNanos);
    }

    @Override
    public boolean isWorkConserving() {
        return delayNanos == 0;
    }
}
