package io.bellwether.statistics;

import java.util.Arrays;

/**
 * Evidence that units reach the arms in other shares than they should: a broken split, lost telemetry, retries in one
 * arm only. Then no comparison of the arms means anything; it is a reason to call a rollout invalid, and none to ignore a
 * harm.
 *
 * <p>Under the hypothesis every unit falls on arm {@code i} with the known share {@code rho_i}. The alternative is the
 * Dirichlet mixture with parameters {@code k rho_i}; with counts {@code c} and {@code ln B(v) = sum ln Gamma(v_i) - ln
 * Gamma(sum v_i)},
 * <pre>  ln E = ln B(k rho + c) - ln B(k rho) - sum c_i ln rho_i</pre>
 * which has mean one after every unit. It depends on the totals only: batches may be added in any order and size.
 *
 * <p><b>Regimes.</b> For a true share {@code p} it grows by {@code KL(p, rho)} nats a unit, once the units outnumber
 * {@code k}; before, the mixture is still so near to {@code rho} that small deviations hardly count. {@code k} = 1000 suits
 * deviations of one to ten points; more favours smaller ones. Against a right split it falls like {@code -ln(n/k)/2} for
 * each arm but one.
 *
 * <p><b>Changing shares.</b> {@link #change} closes a stretch: the product of e-processes on successive stretches is one.
 * Counts and mixture start anew, so only stretches of {@code k} units and more tell much.
 *
 * <p><b>The same formula</b> with {@code k} = 100 compares rates of rare events without knowing the units: the arms are the
 * arms, the counts are the events, the shares are those of the traffic.
 *
 * <p><b>Accuracy.</b> With {@code x_i = k rho_i + c_i}, {@code X = k + n}, the large parts of all logarithms cancel on
 * paper: {@code ln E = sum [X rho_i D(x_i / X rho_i)] - 1/2 sum ln(x_i / k rho_i) + 1/2 ln(X/k) + small}; so counts of
 * 2^53 lose no digits that matter. <b>Cost.</b> A few logarithms an arm.
 *
 * <p><b>Source.</b> Lindon and Malek, "Anytime-valid inference for multinomial count data" (2022). Not thread-safe.
 */
public final class SampleRatioEvidence {
    /** Concentration for assignments. */
    public static final double CONCENTRATION = 1_000;

    /** Most arms. */
    public static final int ARMS_MAX = 64;

    private static final int BISECTIONS = 80;

    private final double concentration;
    private double[] shares;
    private long[] counts;
    private double logEarlier;

    /**
     * The plausible values of a share.
     *
     * @param lower nothing below is plausible
     * @param upper nothing above is plausible
     */
    public record Range(double lower, double upper) {}

    /**
     * @param concentration {@code k}, above 0
     * @param shares the share of each arm, positive, summing to one; at least two
     */
    public SampleRatioEvidence(double concentration, double... shares) {
        if (!(concentration > 0 && concentration < 1e12)) {
            throw new IllegalArgumentException("the concentration lies between 0 and 1e12, got " + concentration);
        }
        if (shares.length < 2 || shares.length > ARMS_MAX) {
            throw new IllegalArgumentException("there are 2 to " + ARMS_MAX + " arms, got " + shares.length);
        }
        this.concentration = concentration;
        this.shares = checked(shares);
        this.counts = new long[shares.length];
    }

    /**
     * Adds units, one count an arm.
     *
     * @throws IllegalArgumentException if a count is negative or there are not as many as arms
     */
    public void add(long... units) {
        if (units.length != counts.length || Arrays.stream(units).anyMatch(count -> count < 0)) {
            throw new IllegalArgumentException(
                    "expected " + counts.length + " counts of at least 0, got " + Arrays.toString(units));
        }
        long[] sums = new long[counts.length];
        for (int i = 0; i < sums.length; i++) {
            sums[i] = Math.addExact(counts[i], units[i]);
        }
        counts = sums;
    }

    /** From now on other shares hold; what was shown so far stays shown. */
    public void change(double... next) {
        if (next.length != counts.length) {
            throw new IllegalArgumentException("expected " + counts.length + " shares, got " + next.length);
        }
        double[] valid = checked(next);
        if (!Arrays.equals(valid, shares)) {
            logEarlier = logE();
            shares = valid;
            counts = new long[counts.length];
        }
    }

    /** The natural logarithm of the e-value now; zero at the start. */
    public double logE() {
        return logEarlier + logSinceChange();
    }

    /** The units of each arm since the shares last changed; a copy. */
    public long[] counts() {
        return counts.clone();
    }

    /**
     * The plausible values of one arm's share since the shares last changed: with probability {@code 1 - alpha}, the true
     * shares, if they stay the same, lie within the ranges of all arms at all times.
     *
     * @param arm the arm
     * @param alpha chance that any true share ever leaves its range, between 0 and 1
     */
    public Range plausible(int arm, double alpha) {
        if (!(alpha > 0 && alpha < 1)) {
            throw new IllegalArgumentException("alpha lies between 0 and 1, got " + alpha);
        }
        double n = total();
        double c = counts[arm];
        if (n == 0) {
            return new Range(0, 1);
        }
        double logAtBest = logSinceChange();
        for (int i = 0; i < counts.length; i++) {
            logAtBest -= cell((double) counts[i], n * shares[i]);
        }
        double room = -Math.log(alpha) - logAtBest;
        return new Range(edge(c, n, 0, room), edge(c, n, 1, room));
    }

    public void write(StateWriter out) {
        for (int i = 0; i < counts.length; i++) {
            out.writeLong(counts[i]);
            out.writeDouble(shares[i]);
        }
        out.writeDouble(logEarlier);
    }

    /** Takes the place of the evidence with as many arms that was written. */
    public void read(StateReader in) {
        long[] units = new long[counts.length];
        double[] holding = new double[counts.length];
        for (int i = 0; i < units.length; i++) {
            units[i] = in.readLong();
            holding[i] = in.readDouble();
        }
        shares = checked(holding);
        counts = new long[units.length];
        add(units);
        logEarlier = in.readDouble();
    }

    private double logSinceChange() {
        double n = total();
        double all = concentration + n;
        double sum = 0.5 * Math.log1p(n / concentration)
                - SpecialFunctions.stirlingError(all)
                + SpecialFunctions.stirlingError(concentration);
        for (int i = 0; i < counts.length; i++) {
            double prior = concentration * shares[i];
            double x = prior + counts[i];
            sum += SpecialFunctions.deviance(x, all * shares[i])
                    - 0.5 * Math.log1p(counts[i] / prior)
                    + SpecialFunctions.stirlingError(x)
                    - SpecialFunctions.stirlingError(prior);
        }
        return sum;
    }

    private double total() {
        double n = 0;
        for (long count : counts) {
            n += count;
        }
        return n;
    }

    /** The share between {@code c/n} and {@code end} at which the deviance of both cells uses up the room. */
    private static double edge(double c, double n, double end, double room) {
        double inside = c / n;
        double outside = end;
        for (int i = 0; i < BISECTIONS; i++) {
            double middle = 0.5 * (inside + outside);
            if (cell(c, n * middle) + cell(n - c, n * (1 - middle)) <= room) {
                inside = middle;
            } else {
                outside = middle;
            }
        }
        return inside;
    }

    /** {@code x ln(x/m) + m - x}; just {@code m} without events. */
    private static double cell(double x, double m) {
        if (m <= 0) {
            return x == 0 ? 0 : Double.POSITIVE_INFINITY;
        }
        return x == 0 ? m : SpecialFunctions.deviance(x, m);
    }

    private static double[] checked(double[] shares) {
        double sum = 0;
        boolean positive = true;
        for (double share : shares) {
            positive &= share > 0;
            sum += share;
        }
        if (!positive || !(Math.abs(sum - 1) <= 1e-9)) {
            throw new IllegalArgumentException("shares are positive and sum to one, got " + Arrays.toString(shares));
        }
        return shares.clone();
    }
}
