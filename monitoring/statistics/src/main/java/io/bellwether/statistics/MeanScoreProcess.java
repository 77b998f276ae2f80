package io.bellwether.statistics;

/**
 * Evidence that one arm scores more than the other on average, slot by slot, for scores between 0 and 1, whatever their law,
 * whatever load and split of the traffic do from slot to slot.
 *
 * <p>In a slot with {@code n1} values {@code x} of the arm that should not be greater and {@code n0} values {@code y} of the
 * other, a bettor with the fraction {@code f} and an expectation {@code c} that is fixed before the slot multiplies its wealth by
 * <pre>  prod (1 + f1 (x - c)) * prod (1 - f0 (y - c))      f1 n1 = f0 n0 = f n, n = 2 n1 n0/(n1 + n0)</pre>
 *
 * <p><b>Hypothesis</b>: given the past and both numbers of values, these are independent and the mean of the first arm is at
 * most that of the other. <b>Validity.</b> With means {@code a <= b} the mean of the product is
 * {@code (1 + f1 (a - c))^n1 (1 - f0 (b - c))^n0 <= exp(f n (a - c)) exp(-f n (b - c)) = exp(f n (a - b)) <= 1}, since
 * {@code ln(1 + x) <= x}. It holds for every {@code c}, so a load that moves costs power and never validity; values within an arm
 * need not have one law. Each unit stakes in inverse proportion to the size of its arm: that is what makes the split irrelevant.
 * No coin is needed, which matters for witnesses: a version that answers in other batches has another number of them.
 *
 * <p><b>Bets.</b> {@code f = 2^-j / (2 max(c, 1 - c))}, {@code j = 0..6}; no factor reaches zero. With a difference {@code d} of
 * the means and a variance {@code v} in each arm the best one is {@code d/(2v)}, which gains {@code d^2/(4v)} nats a pair of
 * units; one that is a factor of 1.4 off loses a sixth. Weights favour small bets or large ones: what is not favoured costs a
 * logarithm more.
 *
 * <p><b>A limit for one slot</b> as in {@link ConditionalEProcess}. A slot with an empty arm, or with more than 2^30 values in one,
 * is no evidence. <b>Cost.</b> Seven multiplications for a bucket that holds something.
 *
 * <p><b>Source.</b> Waudby-Smith and Ramdas, "Estimating means of bounded random variables by betting" (2024), for two arms as
 * above. Not thread-safe.
 */
final class MeanScoreProcess {
    private static final long COUNT_MAX = 1L << 30;
    private static final double[] LOG_WEIGHTS_SMALL = logarithms(0.04, 0.08, 0.20, 0.34, 0.22, 0.08, 0.04);
    private static final double[] LOG_WEIGHTS_LARGE = logarithms(0.12, 0.28, 0.26, 0.16, 0.10, 0.05, 0.03);

    private final double logSlotMax;
    private final double[] logWeights;
    private final double[] logWealth;

    private MeanScoreProcess(double logSlotMax, double[] logWeights) {
        this.logSlotMax = logSlotMax;
        this.logWeights = logWeights;
        this.logWealth = new double[logWeights.length];
    }

    /**
     * For differences of a tenth of a standard deviation.
     *
     * @param logSlotMax natural logarithm of the largest factor of one slot, above 0; may be infinite
     */
    static MeanScoreProcess withSmallBets(double logSlotMax) {
        return new MeanScoreProcess(logSlotMax, LOG_WEIGHTS_SMALL);
    }

    /** For differences of a third of a standard deviation, which thin traffic takes minutes to show. */
    static MeanScoreProcess withLargeBets(double logSlotMax) {
        return new MeanScoreProcess(logSlotMax, LOG_WEIGHTS_LARGE);
    }

    /**
     * Adds one slot.
     *
     * @param greater scores of the arm of which a greater mean is evidence
     * @param lesser scores of the other
     * @param center at least 0 and below 1, fixed before the slot; best near the mean of both
     */
    void add(ScoredArm greater, ScoredArm lesser, double center) {
        double most = Math.max(greater.total(), lesser.total());
        double least = Math.min(greater.total(), lesser.total());
        if (least == 0 || most > COUNT_MAX) {
            return;
        }
        double largest = most / (most + least) / Math.max(center, 1 - center);
        double[] ofGreater = new double[logWealth.length];
        double[] ofLesser = new double[logWealth.length];
        for (int j = 0; j < logWealth.length; j++) {
            double bet = Math.scalb(largest, -j) * least;
            ofGreater[j] = bet / greater.total();
            ofLesser[j] = -bet / lesser.total();
        }
        double[] logGreater = greater.logWealth(ofGreater, center);
        double[] logLesser = lesser.logWealth(ofLesser, center);
        for (int j = 0; j < logWealth.length; j++) {
            logWealth[j] += Math.min(logGreater[j] + logLesser[j], logSlotMax);
        }
    }

    /** Begins once more with what is added from now on; {@link LateOnsets} says when and what it is worth. */
    void beginAgain(double logStake) {
        LogSpace.addToEach(logWealth, logStake);
    }

    /** The natural logarithm of the e-value now; zero at the start. */
    double logE() {
        return LogSpace.logWeightedSum(logWeights, logWealth);
    }

    void write(StateWriter out) {
        out.writeDoubles(logWealth);
    }

    /** Takes the place of the process that was written. */
    void read(StateReader in) {
        double[] wealth = in.readDoubles(logWealth.length);
        System.arraycopy(wealth, 0, logWealth, 0, wealth.length);
    }

    /**
     * How fast evidence grows, for one unit of either arm where both are equally large.
     *
     * @param greater scores as they would be
     * @param lesser scores of the other arm
     * @param center as in {@link #add}
     */
    static EvidenceRate rate(ScoredArm greater, ScoredArm lesser, double center) {
        return EvidenceRate.ofMean(
                greater.mean() - lesser.mean(),
                2 * (greater.variance() + lesser.variance()),
                2 * Math.max(center, 1 - center));
    }

    private static double[] logarithms(double... weights) {
        double[] logs = new double[weights.length];
        for (int i = 0; i < logs.length; i++) {
            logs[i] = Math.log(weights[i]);
        }
        return logs;
    }
}
