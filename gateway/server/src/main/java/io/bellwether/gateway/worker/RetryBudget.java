package io.bellwether.gateway.worker;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Keeps retries a small share of requests, so that they cannot multiply an overload: each request saves a share of a
 * retry, each retry spends a whole one, and at most a fixed number is saved. Safe for any number of threads; never
 * blocks.
 */
public final class RetryBudget {
    private static final long WHOLE = 1_000;

    private final long depositMilli;
    private final long savedMilliMax;
    private final AtomicLong savedMilli;

    /**
     * @param ratio retries per request, 0 to 1
     * @param burst retries that can be saved, at least 0; the budget starts full
     */
    public RetryBudget(double ratio, int burst) {
        if (!(ratio >= 0 && ratio <= 1)) {
            throw new IllegalArgumentException("retry ratio must be between 0 and 1, got " + ratio);
        }
        if (burst < 0) {
            throw new IllegalArgumentException("retry burst must be at least 0, got " + burst);
        }
        this.depositMilli = Math.round(ratio * WHOLE);
        this.savedMilliMax = burst * WHOLE;
        this.savedMilli = new AtomicLong(savedMilliMax);
    }

    /** A first attempt was made. */
    public void onRequest() {
        long saved = savedMilli.get();
        if (saved < savedMilliMax) {
            // Losing a deposit to a race only makes the budget a little stricter.
            savedMilli.compareAndSet(saved, Math.min(savedMilliMax, saved + depositMilli));
        }
    }

    /** Whether a retry may be made now; if so it is spent. */
    public boolean tryRetry() {
        long saved = savedMilli.get();
        while (saved >= WHOLE) {
            if (savedMilli.compareAndSet(saved, saved - WHOLE)) {
                return true;
            }
            saved = savedMilli.get();
        }
        return false;
    }
}
