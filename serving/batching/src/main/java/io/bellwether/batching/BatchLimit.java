package io.bellwether.batching;

/**
 * The largest batch that fits into the device's memory at present. Out of memory halves it; every
 * {@value #GOOD_BATCHES} batches that worked raise it by one item, up to what the policy allows.
 */
final class BatchLimit {
    static final int GOOD_BATCHES = 100;

    private final int itemsMax;
    private int current;
    private int good;

    BatchLimit(int itemsMax) {
        this.itemsMax = itemsMax;
        this.current = itemsMax;
    }

    int current() {
        return current;
    }

    /**
     * A run of so many items did not fit. It speaks of its own size only: where both halves of a batch fail, or the batches
     * of two instances, the limit does not fall twice.
     */
    void outOfMemory(int items) {
        current = Math.min(current, Math.max(1, items / 2));
        good = 0;
    }

    void worked() {
        if (current < itemsMax && ++good == GOOD_BATCHES) {
            good = 0;
            current++;
        }
    }
}
