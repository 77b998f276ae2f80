package io.bellwether.batching;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Shares the slots of one device between queues by device time: start-time fair queueing (Goyal, Vin, Cheng, 1996). Each
 * queue has a virtual time that its runs push on by device time over weight; the one that is furthest behind runs next. A
 * queue that had nothing to do does not save up: it comes back at the virtual time of those that work. While two queues
 * both want to run, their device times over weights differ by no more than two of their longest runs.
 *
 * <p>Holds no thread. Not safe for several threads. O(queues) a grant; the owner bounds their number with the models.
 */
public final class DeviceShare<K> {
    private static final class Account {
        final double weight;
        double virtualNanos;
        long chargedNanos;
        long wantedNanos;
        boolean wants;
        int running;

        Account(double weight) {
            this.weight = weight;
        }
    }

    private final int slots;
    private final Map<K, Account> accounts = new LinkedHashMap<>();
    private final Map<K, Integer> leaving = new HashMap<>();
    private double virtualNanos;
    private int taken;

    /**
     * @param slots runs that the device takes at a time, at least 1
     */
    public DeviceShare(int slots) {
        if (slots < 1) {
            throw new IllegalArgumentException("a device has at least one slot, not " + slots);
        }
        this.slots = slots;
    }

    /** A queue that may use the device, worth {@code weight} of it relative to the others; more than 0. */
    public void add(K queue, double weight) {
        if (!(weight > 0)) {
            throw new IllegalArgumentException("the weight of a queue must be more than 0 but is " + weight);
        }
        accounts.put(queue, new Account(weight));
    }

    /** The queue is gone; runs of it that are in progress still end with {@link #ended}. */
    public void remove(K queue) {
        Account account = accounts.remove(queue);
        if (account != null && account.running > 0) {
            leaving.merge(queue, account.running, Integer::sum);
        }
    }

    /** The queue has work, of which the next run is predicted to take so long. */
    public void wants(K queue, long predictedNanos) {
        Account account = accounts.get(queue);
        if (account == null) {
            throw new IllegalArgumentException("no such queue shares this device");
        }
        if (!account.wants && account.running == 0) {
            account.virtualNanos = Math.max(account.virtualNanos, virtualNanos);
        }
        account.wants = true;
        account.wantedNanos = Math.max(0, predictedNanos);
    }

    /** The queue has nothing to run any more. */
    public void rests(K queue) {
        Account account = accounts.get(queue);
        if (account != null) {
            account.wants = false;
        }
    }

    /** The queue that may run now; it has a slot until {@link #ended}. Empty when no slot is free or nobody wants one. */
    public Optional<K> grant() {
        if (taken == slots) {
            return Optional.empty();
        }
        Optional<K> next = Optional.empty();
        double least = Double.POSITIVE_INFINITY;
        for (Map.Entry<K, Account> entry : accounts.entrySet()) {
            Account account = entry.getValue();
            if (account.wants && account.virtualNanos < least) {
                least = account.virtualNanos;
                next = Optional.of(entry.getKey());
            }
        }
        next.map(accounts::get).ifPresent(this::start);
        return next;
    }

    private void start(Account account) {
        taken++;
        account.running++;
        account.wants = false;
        virtualNanos = Math.max(virtualNanos, account.virtualNanos);
        account.chargedNanos += account.wantedNanos;
        account.virtualNanos += account.wantedNanos / account.weight;
    }

    /**
     * A run is over.
     *
     * @param predictedNanos what was said when it was wanted; the queue was charged that, and the difference is made good
     */
    public void ended(K queue, long predictedNanos, long deviceNanos) {
        Account account = accounts.get(queue);
        if (account == null || account.running == 0) {
            Integer left = leaving.remove(queue);
            if (left != null) {
                taken--;
                if (left > 1) {
                    leaving.put(queue, left - 1);
                }
            }
            return;
        }
        taken--;
        account.running--;
        long correction = Math.max(0, deviceNanos) - Math.max(0, predictedNanos);
        account.chargedNanos += correction;
        account.virtualNanos += correction / account.weight;
    }

    /** Device time that a queue was charged so far; 0 for one that is not here. */
    public long chargedNanos(K queue) {
        Account account = accounts.get(queue);
        return account == null ? 0 : account.chargedNanos;
    }
}
