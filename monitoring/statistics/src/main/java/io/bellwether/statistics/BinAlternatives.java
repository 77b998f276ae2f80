package io.bellwether.statistics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Ways in which a distribution over frozen bins may change, as weights {@code w(b)} of the bins: the changed distribution is
 * {@code p(b) w(b)} with {@code p} the reference. Immutable.
 *
 * <p>The bins are frozen: edges were fixed from the reference, so one outlier cannot redraw them. The reference counts half
 * a unit more in each bin, so every bin is possible. Alternatives, each divided by its mean under {@code p}:
 * <ul>
 *   <li>ordered bins shift, {@code exp(+-theta s)}, with {@code s} the middle of the bin's rank, as a normal score of mean 0
 *       and variance 1;
 *   <li>ordered bins spread out or draw together, {@code exp(+-theta (s^2 - 1)/2)};
 *   <li>one bin is fuller by a factor of {@code e^1.2} or {@code e^4}, or emptier by {@code e^1.2}.
 * </ul>
 * with {@code theta} = 0.15, 0.3, 0.6, 1.2: sixteen for ordered bins and three for every bin. A shift of the underlying
 * values by {@code theta} standard deviations is the shift with that {@code theta} if they are normal.
 *
 * <p>Bins of values that are no numbers (missing, NaN) come last and take no part in the order.
 */
public final class BinAlternatives {
    /** Most bins. */
    public static final int BINS_MAX = 256;

    private static final double[] THETAS = {0.15, 0.3, 0.6, 1.2};
    private static final double[] SINGLE = {1.2, 4, -1.2};

    private final double[] reference;
    private final List<double[]> logWeights = new ArrayList<>();
    private final List<String> names = new ArrayList<>();

    private BinAlternatives(long[] counts, int ordered) {
        if (counts.length < 2 || counts.length > BINS_MAX || ordered < 0 || ordered > counts.length) {
            throw new IllegalArgumentException("expected 2 to " + BINS_MAX + " bins, the ordered ones among them, got "
                    + counts.length + " of which ordered " + ordered);
        }
        if (Arrays.stream(counts).anyMatch(count -> count < 0)) {
            throw new IllegalArgumentException(
                    "a bin of the reference holds a negative count: " + Arrays.toString(counts));
        }
        double total = Arrays.stream(counts).asDoubleStream().sum() + 0.5 * counts.length;
        reference = Arrays.stream(counts)
                .mapToDouble(count -> (count + 0.5) / total)
                .toArray();
        if (ordered > 1) {
            addOrdered(scores(ordered));
        }
        for (int bin = 0; bin < counts.length; bin++) {
            for (double theta : SINGLE) {
                double[] exponents = new double[counts.length];
                exponents[bin] = theta;
                add(exponents, "bin " + bin + (theta > 0 ? " fuller" : " emptier"));
            }
        }
    }

    /**
     * For values: bins in rising order, then bins of what is no number.
     *
     * @param reference counts of the reference, one a bin; from 2 to 256 bins
     * @param unordered how many bins at the end take no part in the order
     */
    public static BinAlternatives ofValues(long[] reference, int unordered) {
        return new BinAlternatives(reference, reference.length - unordered);
    }

    /**
     * For categories, which have no order.
     *
     * @param reference counts of the reference, one a category; from 2 to 256
     */
    public static BinAlternatives ofCategories(long[] reference) {
        return new BinAlternatives(reference, 0);
    }

    /** How many alternatives. */
    public int size() {
        return logWeights.size();
    }

    /** How many bins. */
    public int bins() {
        return reference.length;
    }

    /** What alternative {@code k} says, for people. */
    public String name(int k) {
        return names.get(k);
    }

    /** {@code ln w(b)} of alternative {@code k}. */
    double logWeight(int k, int bin) {
        return logWeights.get(k)[bin];
    }

    /** {@code p(b)}. */
    double reference(int bin) {
        return reference[bin];
    }

    private void addOrdered(double[] scores) {
        for (double theta : THETAS) {
            for (int sign = 1; sign >= -1; sign -= 2) {
                double[] shift = new double[reference.length];
                double[] spread = new double[reference.length];
                for (int b = 0; b < scores.length; b++) {
                    shift[b] = sign * theta * scores[b];
                    spread[b] = sign * theta * (scores[b] * scores[b] - 1) / 2;
                }
                add(shift, sign > 0 ? "higher" : "lower");
                add(spread, sign > 0 ? "wider" : "narrower");
            }
        }
    }

    private void add(double[] exponents, String name) {
        double mean = 0;
        for (int b = 0; b < reference.length; b++) {
            mean += reference[b] * Math.exp(exponents[b]);
        }
        double[] weights = new double[reference.length];
        for (int b = 0; b < reference.length; b++) {
            weights[b] = exponents[b] - Math.log(mean);
        }
        logWeights.add(weights);
        names.add(name);
    }

    /** Normal scores of the middles of the ordered bins' ranks. */
    private double[] scores(int ordered) {
        double total = 0;
        for (int b = 0; b < ordered; b++) {
            total += reference[b];
        }
        double[] scores = new double[ordered];
        double below = 0;
        double mean = 0;
        double square = 0;
        for (int b = 0; b < ordered; b++) {
            double p = reference[b] / total;
            scores[b] = quantile(below + p / 2);
            below += p;
            mean += p * scores[b];
            square += p * scores[b] * scores[b];
        }
        double sd = Math.sqrt(square - mean * mean);
        for (int b = 0; b < ordered; b++) {
            scores[b] = (scores[b] - mean) / sd;
        }
        return scores;
    }

    /** The normal quantile, by halving. */
    private static double quantile(double p) {
        double low = -9;
        double high = 9;
        for (int i = 0; i < 60; i++) {
            double middle = 0.5 * (low + high);
            if (NormalDistribution.cdf(middle) < p) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
