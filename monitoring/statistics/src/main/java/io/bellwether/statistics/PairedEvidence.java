package io.bellwether.statistics;

/**
 * Evidence from pairs: both versions answered the same request, as shadow traffic does. What is hard for both, and that is
 * most of the variance, cancels; so it takes a fraction of the labels that two separate arms take.
 *
 * <p>With {@code D} = 1 if only the candidate is wrong, -1 if only the control is, 0 otherwise, and a margin {@code m} in
 * shares of all pairs, a bet of {@code lambda} multiplies by
 * <pre>  harm  1 + lambda (D - m), lambda = u/(1 + m)      safety  1 + lambda (m - D), lambda = u/(1 - m)</pre>
 * and the e-value is the mean over 24 evenly spaced {@code u} from 0.02 to 0.9. <b>Harm</b> is evidence against "the candidate
 * is wrong at most {@code m} more often", <b>safety</b> against "at least {@code m} more often", given the past, in
 * every pair; under them the factor's mean is at most one. At a margin of zero harm is McNemar's test as an e-process: the
 * factors are {@code theta/0.5} and {@code (1-theta)/0.5} with {@code theta = 0.5 + 0.5 u}, and pairs that are alike do
 * not count.
 *
 * <p><b>Regimes.</b> With discordant share {@code d} and an excess {@code delta} beyond the margin the best
 * {@code lambda} is about {@code delta/d} and the gain {@code delta^2/(2d)} nats a pair: half the disagreement halves the
 * labels. Margins below 0.02 d lie outside of the grid and take longer.
 *
 * <p><b>Against a noise floor.</b> A model that is not deterministic disagrees with itself. Given a third answer, a second
 * one of the stable version, "wrong" is "differs from the first one": the same test says whether the candidate disagrees
 * more than the stable version with itself.
 *
 * <p>The counts of all pairs decide, in whatever order they came. <b>Cost.</b> 72 logarithms at the start, 48 exponentials
 * a look. <b>Source.</b> McNemar (1947); the mixture over bets as in Waudby-Smith and Ramdas (2024). Not thread-safe.
 */
public final class PairedEvidence {
    private static final int POINTS = 24;
    private static final double LEAST = 0.02;
    private static final double GREATEST = 0.9;

    private final double[][] harm;
    private final double[][] safe;
    private PairCounts tally = PairCounts.NONE;

    /** @param margin how much more often the candidate may be wrong, as a share of all pairs, from 0 to below 1/2 */
    public PairedEvidence(double margin) {
        if (!(margin >= 0 && margin < 0.5)) {
            throw new IllegalArgumentException("a margin in pairs lies between 0 and 1/2, got " + margin);
        }
        harm = new double[POINTS][];
        safe = new double[POINTS][];
        double step = (GREATEST - LEAST) / (POINTS - 1);
        for (int i = 0; i < POINTS; i++) {
            double u = LEAST + i * step;
            harm[i] = logFactors(u / (1 + margin), -margin, 1);
            safe[i] = logFactors(u / (1 - margin), margin, -1);
        }
    }

    /** Adds pairs. */
    public void add(PairCounts pairs) {
        tally = tally.plus(pairs);
    }

    /** The natural logarithm of the e-value for harm; zero at the start. */
    public double logEHarm() {
        return logE(harm);
    }

    /** The natural logarithm of the e-value against harm; zero at the start. */
    public double logESafe() {
        return logE(safe);
    }

    /** All pairs together. */
    public PairCounts tally() {
        return tally;
    }

    public void write(StateWriter out) {
        out.writeLong(tally.alike());
        out.writeLong(tally.onlyControlWrong());
        out.writeLong(tally.onlyCandidateWrong());
    }

    /** Takes the place of the evidence with the same margin that was written. */
    public void read(StateReader in) {
        tally = new PairCounts(in.readLong(), in.readLong(), in.readLong());
    }

    private double logE(double[][] logFactors) {
        double[] logWeights = new double[POINTS];
        double[] logValues = new double[POINTS];
        for (int i = 0; i < POINTS; i++) {
            logWeights[i] = -Math.log(POINTS);
            logValues[i] = tally.alike() * logFactors[i][0]
                    + tally.onlyControlWrong() * logFactors[i][1]
                    + tally.onlyCandidateWrong() * logFactors[i][2];
        }
        return LogSpace.logWeightedSum(logWeights, logValues);
    }

    /** For pairs that are alike, of which only the control is wrong, and only the candidate. */
    private static double[] logFactors(double bet, double offset, double sign) {
        return new double[] {
            Math.log1p(bet * offset), Math.log1p(bet * (offset - sign)), Math.log1p(bet * (offset + sign))
        };
    }
}
