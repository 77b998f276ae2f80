package io.bellwether.batching;

import java.util.Arrays;

/**
 * Splits a whole number of indivisible units (device nanoseconds, picoUSD) over the requests of an execution so that the
 * parts add up to exactly the whole.
 *
 * <p>Method of the largest remainder (Hamilton): part i is floor(total * weight_i / W), W = sum of the weights; the units
 * that are left, fewer than there are parts, go one each to the largest fractional parts, ties to the lower index. So each
 * part is within one unit of its exact share, and equal weights differ by at most one unit. O(n log n).
 */
public final class ExactSplit {
    private ExactSplit() {}

    /**
     * The parts, in the order of the weights.
     *
     * @param total 0 or more
     * @param weights items of each request; each 0 or more, their sum 1 to 2^31 - 1
     */
    public static long[] split(long total, int[] weights) {
        if (total < 0) {
            throw new IllegalArgumentException("cannot split a negative total: " + total);
        }
        long weightSum = sum(weights);
        long perWeight = total / weightSum;
        long rest = total % weightSum;
        long[] parts = new long[weights.length];
        // Both factors are below 2^31, so the product is exact.
        long[] remainders = new long[weights.length];
        long left = rest;
        for (int i = 0; i < weights.length; i++) {
            long scaled = rest * weights[i];
            parts[i] = perWeight * weights[i] + scaled / weightSum;
            remainders[i] = scaled % weightSum;
            left -= scaled / weightSum;
        }
        giveLargestRemainders(parts, remainders, Math.toIntExact(left));
        return parts;
    }

    private static void giveLargestRemainders(long[] parts, long[] remainders, int left) {
        if (left == 0) {
            return;
        }
        Integer[] order = new Integer[parts.length];
        Arrays.setAll(order, i -> i);
        Arrays.sort(
                order, (a, b) -> remainders[a] != remainders[b] ? Long.compare(remainders[b], remainders[a]) : a - b);
        for (int i = 0; i < left; i++) {
            parts[order[i]]++;
        }
    }

    private static long sum(int[] weights) {
        long sum = 0;
        for (int weight : weights) {
            if (weight < 0) {
                throw new IllegalArgumentException("a weight cannot be negative: " + weight);
            }
            sum += weight;
        }
        if (sum < 1 || sum > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("the weights must add up to 1 to 2^31 - 1 but add up to " + sum);
        }
        return sum;
    }
}
