package io.bellwether.statistics;

import java.util.Arrays;

/**
 * Evidence that a quantity is positive on average, for values that are bounded below and may have any upper tail.
 *
 * <p><b>Hypothesis</b>: given the past, every value has a mean of at most zero. A bettor with the fraction
 * {@code lambda >= 0}, fixed before the values of a slot are seen, multiplies its wealth by {@code 1 + lambda z} for
 * every value {@code z}. With {@code z >= -b} and {@code lambda <= 1/(2b)} the factor is at least one half and its mean at
 * most one, so the wealth is an e-process. The e-value is the mean wealth of three bettors, which is one too:
 * <ul>
 *   <li>plug-in (predictable empirical Bernstein): {@code lambda = sqrt(2 ln(1/alpha) / (v n ln(1 + n)))};
 *   <li>approximate Kelly: {@code lambda = m / (v + m^2)}, nothing while the past mean {@code m} is not positive;
 *   <li>grid: eight bettors with {@code lambda = 1/(2b) * 2^-j}, {@code j = 0..7}; their mean.
 * </ul>
 * {@code m} and {@code v} are mean and variance of the past values, {@code n} their number; a past variance of
 * {@code b^2/4} with the weight of one value keeps {@code v} positive.
 *
 * <p><b>Regimes.</b> With mean {@code m > 0} and variance {@code v} the best fraction is about {@code m/v} and the gain
 * {@code m^2/(2v)} nats a value. Where {@code m/v > 1/(2b)}, that is, for a tail that is light compared with the bound, the
 * bound decides and the gain is about {@code m/(2b)}: a loose bound costs power, never validity. The grid wins early and
 * when the past has not told the scale yet, Kelly in the long run, the plug-in for effects that need about
 * {@code ln(1/alpha)} nats. Three bettors cost at most ln 3, the grid ln 24 for its best member. Kelly stakes nothing while
 * the past mean is not positive, so a good time before a harm that begins late costs hardly more than ln 3.
 *
 * <p><b>A limit for one slot.</b> As in {@link ConditionalEProcess}: the smaller of a factor and a constant has no larger
 * mean.
 *
 * <p><b>Order.</b> All fractions are fixed for a whole slot, and its values are summed in rising order, so the result does
 * not depend on the order in which they came. <b>Cost.</b> Ten logarithms for a value and a sort. State: ten wealths
 * and three moments.
 *
 * <p><b>Source.</b> Waudby-Smith and Ramdas, "Estimating means of bounded random variables by betting" (2024),
 * predmix-EB and aKelly; the one-sided form needs a lower bound only. Not thread-safe.
 */
public final class BoundedBetting {
    private static final int PLUG_IN = 0;
    private static final int KELLY = 1;
    private static final int GRID = 2;
    private static final int GRID_POINTS = 8;
    private static final double[] LOG_WEIGHTS = logWeights();

    /** Beyond it, and below its inverse, squares leave the range of a double. */
    private static final double SIZE_MAX = 1e100;

    private final double logLevel;
    private final double logSlotMax;
    private final double[] logWealth = new double[GRID + GRID_POINTS];
    private long count;
    private double mean;
    private double squares;

    /**
     * @param alpha level that the plug-in bettor aims at, between 0 and 1; the e-value is valid at every level
     * @param logSlotMax natural logarithm of the largest factor of one slot, above 0; may be infinite
     */
    public BoundedBetting(double alpha, double logSlotMax) {
        if (!(alpha > 0 && alpha < 1 && logSlotMax > 0)) {
            throw new IllegalArgumentException(
                    "betting needs alpha between 0 and 1 and a positive limit for one slot, got " + alpha + " and "
                            + logSlotMax);
        }
        this.logLevel = -Math.log(alpha);
        this.logSlotMax = logSlotMax;
    }

    /**
     * Adds the values of one slot.
     *
     * @param values the values, in any order
     * @param least greatest lower bound that is known for the values before they are seen, from -1e100 to -1e-100
     * @throws IllegalArgumentException if a value is below the bound, above 1e100 or NaN
     */
    public void add(double[] values, double least) {
        if (!(-least >= 1 / SIZE_MAX && -least <= SIZE_MAX)) {
            throw new IllegalArgumentException(
                    "the lower bound of the values lies between -1e100 and -1e-100, got " + least);
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        if (sorted.length == 0) {
            return;
        }
        // NaN sorts last.
        if (!(sorted[0] >= least && sorted[sorted.length - 1] <= SIZE_MAX)) {
            throw new IllegalArgumentException("values lie between " + least + " and 1e100, got " + sorted[0] + " to "
                    + sorted[sorted.length - 1]);
        }
        double[] fractions = fractions(-least);
        for (int i = 0; i < fractions.length; i++) {
            double logFactor = 0;
            for (double value : sorted) {
                logFactor += Math.log1p(fractions[i] * value);
            }
            logWealth[i] += Math.min(logFactor, logSlotMax);
        }
        learn(sorted);
    }

    /** The natural logarithm of the e-value now; zero at the start. */
    public double logE() {
        return LogSpace.logWeightedSum(LOG_WEIGHTS, logWealth);
    }

    /** How many values were added. */
    public long count() {
        return count;
    }

    public void write(StateWriter out) {
        out.writeDoubles(logWealth);
        out.writeLong(count);
        out.writeDouble(mean);
        out.writeDouble(squares);
    }

    /** Takes the place of the betting that was written. */
    public void read(StateReader in) {
        double[] wealth = in.readDoubles(logWealth.length);
        System.arraycopy(wealth, 0, logWealth, 0, wealth.length);
        count = in.readLong();
        mean = in.readDouble();
        squares = in.readDouble();
    }

    private double[] fractions(double bound) {
        double most = 0.5 / bound;
        double variance = (bound * bound / 4 + squares) / (count + 1);
        double shrunk = mean * count / (count + 1);
        double next = count + 1.0;
        double[] fractions = new double[logWealth.length];
        fractions[PLUG_IN] = Math.sqrt(2 * logLevel / (variance * next * Math.log1p(next)));
        fractions[KELLY] = Math.max(0, shrunk / (variance + shrunk * shrunk));
        for (int i = 0; i < GRID; i++) {
            fractions[i] = Math.min(most, fractions[i]);
        }
        for (int j = 0; j < GRID_POINTS; j++) {
            fractions[GRID + j] = Math.scalb(most, -j);
        }
        return fractions;
    }

    private void learn(double[] values) {
        for (double value : values) {
            count++;
            double difference = value - mean;
            mean += difference / count;
            squares += difference * (value - mean);
        }
    }

    private static double[] logWeights() {
        double[] weights = new double[GRID + GRID_POINTS];
        Arrays.fill(weights, -Math.log(3));
        Arrays.fill(weights, GRID, weights.length, -Math.log(3.0 * GRID_POINTS));
        return weights;
    }
}
