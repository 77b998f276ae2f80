package io.bellwether.worker.cost;

import java.math.BigInteger;

/**
 * Turns device time into money for one device owner, exactly. The price is a fraction of a picoUSD per
 * nanosecond, so each charge leaves a remainder below one picoUSD; it is carried into the next charge.
 * After any number of charges the sum is {@code floor(total nanos * price per hour / nanos per hour)}.
 *
 * <p>Confined to the thread that owns the device time. One charge costs one division.
 */
public final class CostMeter {
    private static final long NANOS_PER_HOUR = 3_600_000_000_000L;

    private final long numerator;
    private final long denominator;
    private long remainder;

    /**
     * @param hourPicoUsd price of one hour, in picoUSD, at least 0
     */
    public CostMeter(long hourPicoUsd) {
        if (hourPicoUsd < 0) {
            throw new IllegalArgumentException("a price is negative: " + hourPicoUsd);
        }
        long divisor = gcd(NANOS_PER_HOUR, hourPicoUsd);
        this.numerator = hourPicoUsd / divisor;
        this.denominator = NANOS_PER_HOUR / divisor;
    }

    /**
     * Charges device time.
     *
     * @param nanos at least 0
     * @return the cost in picoUSD, remainder of earlier charges included
     */
    public long charge(long nanos) {
        if (nanos < 0) {
            throw new IllegalArgumentException("device time is negative: " + nanos);
        }
        long low = nanos * numerator;
        boolean fits = Math.multiplyHigh(nanos, numerator) == 0 && low >= 0 && low <= Long.MAX_VALUE - remainder;
        if (!fits) {
            return chargeWide(nanos);
        }
        long total = low + remainder;
        remainder = total % denominator;
        return total / denominator;
    }

    private long chargeWide(long nanos) {
        BigInteger[] parts = BigInteger.valueOf(nanos)
                .multiply(BigInteger.valueOf(numerator))
                .add(BigInteger.valueOf(remainder))
                .divideAndRemainder(BigInteger.valueOf(denominator));
        remainder = parts[1].longValueExact();
        return parts[0].longValueExact();
    }

    private static long gcd(long a, long b) {
        return b == 0 ? a : gcd(b, a % b);
    }
}
