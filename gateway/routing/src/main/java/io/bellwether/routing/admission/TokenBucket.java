package io.bellwether.routing.admission;

/**
 * A token bucket in integers: it fills with {@code ratePerSecond} tokens a second up to {@code burst}, every take is
 * exact, and so is the time until it holds a number of tokens. Its level may be negative: a debt, which the same rate
 * pays off.
 *
 * <p>The level is kept as whole tokens and a fraction of 1e-9 token, because n nanoseconds bring exactly
 * {@code n * ratePerSecond} such fractions; nothing is rounded, so nothing drifts.
 *
 * <p>Invariant: between any two moments of t ns, no more than {@code burst + ratePerSecond * t / 1e9} tokens are taken by
 * those who ask {@link #has} first.
 */
final class TokenBucket {
    static final long RATE_MAX = 1_000_000_000_000_000L;
    static final long BURST_MAX = 1_000_000_000_000_000_000L;
    /** A larger debt is cut to this one. */
    static final long DEBT_MAX = 1_000_000_000_000_000_000L;

    private static final long NANOS = 1_000_000_000L;
    /** More than any level can lack. */
    private static final long GAIN_MAX = 4_000_000_000_000_000_000L;

    private final long ratePerSecond;
    private final long burst;
    private long whole;
    private long fraction;
    private long atNanos;

    /** A full bucket. */
    TokenBucket(long ratePerSecond, long burst, long nowNanos) {
        this.ratePerSecond = ratePerSecond;
        this.burst = burst;
        this.whole = burst;
        this.atNanos = nowNanos;
    }

    /** Adds what has come since the last call. A clock that went back adds nothing. */
    void refill(long nowNanos) {
        long elapsed = nowNanos - atNanos;
        if (elapsed <= 0) {
            return;
        }
        atNanos = nowNanos;
        long seconds = elapsed / NANOS;
        long rest = elapsed % NANOS;
        long gained = seconds * ratePerSecond;
        if (Math.multiplyHigh(seconds, ratePerSecond) != 0 || gained < 0 || gained > GAIN_MAX) {
            gained = GAIN_MAX;
        }
        fraction += rest * (ratePerSecond % NANOS);
        whole += gained + rest * (ratePerSecond / NANOS) + fraction / NANOS;
        fraction %= NANOS;
        cutToBurst();
    }

    private void cutToBurst() {
        if (whole >= burst) {
            whole = burst;
            fraction = 0;
        }
    }

    /** Whether that many tokens are there, as of the last {@link #refill}. */
    boolean has(long tokens) {
        return whole >= tokens;
    }

    /** Takes tokens, into debt if need be. */
    void take(long tokens) {
        whole = Math.max(-DEBT_MAX, whole - tokens);
    }

    /** Puts tokens back, up to the burst. */
    void give(long tokens) {
        whole += tokens;
        cutToBurst();
    }

    /** Nanoseconds from the last {@link #refill} until that many tokens are there, rounded up; 0 if they are. */
    long nanosUntil(long tokens) {
        if (has(tokens)) {
            return 0;
        }
        // ceil(((tokens - whole) * 1e9 - fraction) / rate), by long division in steps that fit into 64 bits.
        long lacking = tokens - whole;
        long seconds = lacking / ratePerSecond;
        long rest = lacking % ratePerSecond;
        long nanos = 0;
        for (long step = 1; step < NANOS; step *= 1_000) {
            nanos = nanos * 1_000 + rest * 1_000 / ratePerSecond;
            rest = rest * 1_000 % ratePerSecond;
        }
        nanos -= Math.floorDiv(fraction - rest, ratePerSecond);
        return seconds > Long.MAX_VALUE / NANOS - 1 ? Long.MAX_VALUE : seconds * NANOS + nanos;
    }
}
