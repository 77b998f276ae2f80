package io.bellwether.statistics;

/**
 * Evidence about one arm's share of events against an absolute floor {@code a}, without a control arm.
 *
 * <p>For an alternative {@code p} a unit multiplies by {@code p/a} if it had the event and by
 * {@code (1-p)/(1-a)} if not; E is the mixture over a grid of alternatives. For {@code p > a} the factor's mean
 * is at most one under every share of at most {@code a} (harm); for {@code p < a} under every share of at
 * least {@code a} (safety). The share may move within the hypothesis from unit to unit, given the past.
 *
 * <p>{@code n} units without an event give safety of at most {@code (1-a)^-n}: at a floor of 0.5 % about 600
 * clean units reach 20. This is the only evidence that a service without errors can give: the conditional
 * process has nothing to condition on there.
 *
 * <p>The alternatives are multiples of the odds {@code a/(1-a)}: harm 20 in [1.1, 200], safety 16 at
 * {@code exp(-u)} with {@code u} log-spaced in [0.1, ln 100]. Not thread-safe.
 */
public final class BernoulliEProcess {
    private static final int HARM_POINTS = 20;
    private static final int SAFETY_POINTS = 16;

    private final double[] logPerEvent;
    private final double[] logPerOther;
    private final double[] logWeights;
    private final double[] logComponents;
    /** What they sum up to, asked for more often than it changes; NaN: not known now. */
    private double logE = Double.NaN;

    private BernoulliEProcess(double floor, double[] factors) {
        if (!(floor > 0 && floor < 1)) {
            throw new IllegalArgumentException("a floor is a share between 0 and 1, got " + floor);
        }
        int size = factors.length;
        logPerEvent = new double[size];
        logPerOther = new double[size];
        logWeights = new double[size];
        logComponents = new double[size];
        double floorOdds = floor / (1 - floor);
        for (int i = 0; i < size; i++) {
            double odds = floorOdds * factors[i];
            double p = odds / (1 + odds);
            logPerEvent[i] = Math.log(p / floor);
            logPerOther[i] = Math.log1p(-p) - Math.log1p(-floor);
            logWeights[i] = -Math.log(size);
        }
    }

    /** Evidence against "the share of events is at most {@code floor}". */
    public static BernoulliEProcess harm(double floor) {
        double[] factors = new double[HARM_POINTS];
        double step = Math.log(200 / 1.1) / (HARM_POINTS - 1);
        for (int i = 0; i < HARM_POINTS; i++) {
            factors[i] = 1.1 * Math.exp(i * step);
        }
        return new BernoulliEProcess(floor, factors);
    }

    /** Evidence against "the share of events is at least {@code floor}". */
    public static BernoulliEProcess safety(double floor) {
        double[] factors = new double[SAFETY_POINTS];
        double step = Math.log(Math.log(100) / 0.1) / (SAFETY_POINTS - 1);
        for (int i = 0; i < SAFETY_POINTS; i++) {
            factors[i] = Math.exp(-0.1 * Math.exp(i * step));
        }
        return new BernoulliEProcess(floor, factors);
    }

    /**
     * Adds units of which some had the event.
     *
     * @throws IllegalArgumentException unless {@code 0 <= events <= count}
     */
    public void add(long count, long events) {
        if (events < 0 || events > count) {
            throw new IllegalArgumentException("events lie between 0 and the count, got " + events + " of " + count);
        }
        for (int i = 0; i < logComponents.length; i++) {
            logComponents[i] += events * logPerEvent[i] + (count - events) * logPerOther[i];
        }
        logE = Double.NaN;
    }

    /**
     * Begins once more with what is added from now on, beside what was added before.
     *
     * @param logStake natural logarithm of its stake, relative to the first; see {@link LateOnsets}
     */
    public void beginAgain(double logStake) {
        LogSpace.addToEach(logComponents, logStake);
        logE = Double.NaN;
    }

    /** The natural logarithm of the e-value now; zero at the start. */
    public double logE() {
        if (Double.isNaN(logE)) {
            logE = LogSpace.logWeightedSum(logWeights, logComponents);
        }
        return logE;
    }

    /** The state, one number an alternative: a copy, for {@link #restore}. */
    public double[] logComponents() {
        return logComponents.clone();
    }

    /**
     * Takes the place of another process with the same floor and direction.
     *
     * @throws IllegalArgumentException if the number of alternatives differs or a number is NaN
     */
    public void restore(double[] components) {
        StateReader.check(components, logComponents.length);
        System.arraycopy(components, 0, logComponents, 0, components.length);
        logE = Double.NaN;
    }
}
