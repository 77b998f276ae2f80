package io.bellwether.statistics;

import java.util.Arrays;
import java.util.Optional;

/**
 * The stratified conditional e-process: evidence about the odds ratio of an event between two arms, slot by
 * slot, whatever the base rate, the mix and the split of the traffic do from slot to slot.
 *
 * <p>In a slot with {@code n1} candidate units of which {@code k1} had the event, {@code n0} and {@code k0} in
 * the control, given {@code k = k0 + k1}, the count {@code k1} has Fisher's noncentral hypergeometric law,
 * which depends on the odds ratio alone. With {@code Z(r) = sum_j C(n1,j) C(n0,k-j) r^j} and the margin
 * {@code m}, the likelihood ratio of an alternative {@code r} is
 * <pre>  LR(r) = (r/m)^k1 * Z(m) / Z(r)        E = sum_g w_g prod_slots LR(r_g)</pre>
 *
 * <p><b>Validity.</b> The law has a monotone likelihood ratio in the odds ratio. For {@code r > m}, LR rises
 * with {@code k1}, so its mean is at most one under every odds ratio of at most {@code m}, with equality at
 * {@code m}; for {@code r < m} it is at most one under every odds ratio of at least {@code m}. The odds ratio
 * may differ from slot to slot within the hypothesis. Hence E is an e-process and Ville's inequality holds:
 * under the hypothesis it ever reaches {@code 1/alpha} with probability at most {@code alpha}.
 *
 * <p><b>No evidence.</b> A slot with one arm empty, without events, or with nothing but events, leaves E as it
 * is. So does a slot with more than 2^30 units in an arm: whether a slot is used depends only on its totals,
 * which are conditioned on, so leaving it out keeps E valid.
 *
 * <p><b>A limit for one slot.</b> Each slot may raise a component by at most a given factor; what it says beyond that is
 * lost. The smaller of a likelihood ratio and a constant has no larger mean, so E stays valid. It is for quantities whose
 * units share the fate of a moment, against what the test takes for granted: a stall of one arm's thread slows all requests
 * of that arm that wait for it, and looks like a dozen independent slow ones.
 *
 * <p><b>Cost.</b> {@link Hypergeometric}: about {@code min(k, 18 sd)} steps of two multiplications for each
 * alternative. <b>Range.</b> Everything is kept as logarithms; nothing overflows and nothing becomes NaN.
 *
 * <p><b>Source.</b> Turner, Ly and Gruenwald, "Generic e-variables for exact sequential k-sample tests";
 * Lindon and Malek, "Anytime-valid inference for multinomial count data" (2022). Not thread-safe.
 */
public final class ConditionalEProcess implements RatioProcess {
    private final OddsAlternatives alternatives;
    private final double logSlotMax;
    private final double[] logComponents;
    /** What they sum up to, asked for more often than it changes; NaN: not known now. */
    private double logE = Double.NaN;

    /** Without a limit for one slot. */
    public ConditionalEProcess(OddsAlternatives alternatives) {
        this(alternatives, Double.POSITIVE_INFINITY);
    }

    /**
     * @param logSlotMax natural logarithm of the largest factor of one slot, above 0
     */
    public ConditionalEProcess(OddsAlternatives alternatives, double logSlotMax) {
        this.alternatives = alternatives;
        this.logSlotMax = logSlotMax;
        this.logComponents = new double[alternatives.size()];
    }

    /** Adds one slot. */
    @Override
    public void add(EventTable table) {
        add(table, Hypergeometric.of(table));
    }

    /** The same for several processes that look at one table: its law is the dear part. */
    void add(EventTable table, Optional<Hypergeometric> law) {
        if (law.isEmpty()) {
            return;
        }
        double[] increments = logIncrements(table, law);
        for (int i = 0; i < logComponents.length; i++) {
            logComponents[i] += increments[i];
        }
        logE = Double.NaN;
    }

    /** What one slot adds to each component; all zero if it is no evidence. */
    double[] logIncrements(EventTable table) {
        return logIncrements(table, Hypergeometric.of(table));
    }

    private double[] logIncrements(EventTable table, Optional<Hypergeometric> known) {
        double[] increments = new double[logComponents.length];
        if (known.isEmpty()) {
            return increments;
        }
        Hypergeometric law = known.get();
        long k1 = table.candidateEvents();
        double logSumAtMargin = law.logMarginSum(alternatives.margin(), alternatives.logMargin());
        for (int i = 0; i < increments.length; i++) {
            double logRatio = k1 * alternatives.logFactor(i)
                    + logSumAtMargin
                    - law.logSharedSum(alternatives.odds(i), alternatives.logOdds(i));
            increments[i] = Math.min(logRatio, logSlotMax);
        }
        return increments;
    }

    /**
     * Begins once more with what is added from now on, beside what was added before.
     *
     * @param logStake natural logarithm of its stake, relative to the first; see {@link LateOnsets}
     */
    @Override
    public void beginAgain(double logStake) {
        LogSpace.addToEach(logComponents, logStake);
        logE = Double.NaN;
    }

    /** The natural logarithm of the e-value now; zero at the start. */
    @Override
    public double logE() {
        if (Double.isNaN(logE)) {
            logE = alternatives.logMixture(logComponents);
        }
        return logE;
    }

    /** The state, one number an alternative: a copy, for {@link #restore}. */
    @Override
    public double[] logComponents() {
        return logComponents.clone();
    }

    /**
     * Takes the place of another process with the same alternatives.
     *
     * @throws IllegalArgumentException if the number of alternatives differs or a number is NaN
     */
    @Override
    public void restore(double[] components) {
        StateReader.check(components, logComponents.length);
        System.arraycopy(components, 0, logComponents, 0, components.length);
        logE = Double.NaN;
    }

    @Override
    public String toString() {
        return "ConditionalEProcess[logE=" + logE() + ", components=" + Arrays.toString(logComponents) + "]";
    }
}
