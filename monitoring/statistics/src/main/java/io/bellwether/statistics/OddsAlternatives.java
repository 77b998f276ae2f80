package io.bellwether.statistics;

/**
 * The odds ratios that a {@link ConditionalEProcess} bets on, with their weights, and the margin that it bets
 * against. All alternatives lie on one side of the margin; the side decides what the process is evidence for.
 *
 * <p><b>Harm</b>: alternatives above the margin, log-spaced multiples. <b>Safety</b>: alternatives below the
 * margin, {@code margin * exp(-u)} with {@code u} log-spaced in [0.03, ln 50]. Information grows with the
 * square of {@code u}, so equal ratios of {@code u} lose an equal share of it wherever the truth lies; a grid
 * even in {@code u} would leave the small effects, those of tight margins, without an alternative near them.
 * Where the margin is above one, an equal candidate has odds ratio one: half of the weight lies on that point
 * because it is the truth in most rollouts; that costs ln 2 instead of about 1.8.
 */
public final class OddsAlternatives {
    private final double margin;
    private final double logMargin;
    private final double[] odds;
    private final double[] logOdds;
    private final double[] logFactors;
    private final double[] logWeights;

    private OddsAlternatives(double margin, double[] odds, double[] weights) {
        if (!(margin > 0 && margin < 1e6)) {
            throw new IllegalArgumentException("the margin is an odds ratio above 0, got " + margin);
        }
        this.margin = margin;
        this.logMargin = Math.log(margin);
        this.odds = odds;
        this.logOdds = new double[odds.length];
        this.logFactors = new double[odds.length];
        this.logWeights = new double[weights.length];
        for (int i = 0; i < weights.length; i++) {
            logOdds[i] = Math.log(odds[i]);
            logFactors[i] = Math.log(odds[i] / margin);
            logWeights[i] = Math.log(weights[i]);
        }
    }

    /**
     * Evidence of harm against the hypothesis that the odds ratio is at most {@code margin}.
     *
     * @param leastFactor least alternative as a multiple of the margin, above 1
     * @param greatestFactor greatest alternative as a multiple of the margin
     * @param count how many alternatives, log-spaced, equal weights; at least 2
     */
    public static OddsAlternatives harm(double margin, double leastFactor, double greatestFactor, int count) {
        if (!(leastFactor > 1 && greatestFactor > leastFactor && count > 1)) {
            throw new IllegalArgumentException("harm lies above the margin, got factors " + leastFactor + " to "
                    + greatestFactor + " in " + count + " points");
        }
        double[] odds = new double[count];
        double[] weights = new double[count];
        double step = Math.log(greatestFactor / leastFactor) / (count - 1);
        for (int i = 0; i < count; i++) {
            odds[i] = margin * leastFactor * Math.exp(i * step);
            weights[i] = 1.0 / count;
        }
        return new OddsAlternatives(margin, odds, weights);
    }

    /**
     * Evidence against harm: against the hypothesis that the odds ratio is at least {@code margin}.
     *
     * @param margin at least 1
     * @param count how many alternatives besides an equal candidate; at least 2
     */
    public static OddsAlternatives safety(double margin, int count) {
        if (margin < 1 || count < 2) {
            throw new IllegalArgumentException(
                    "safety lies below a margin of at least 1, got " + margin + " in " + count + " points");
        }
        boolean equalIsKnown = margin > 1.001;
        double[] odds = new double[equalIsKnown ? count + 1 : count];
        double[] weights = new double[odds.length];
        double greatest = Math.log(50);
        double step = Math.log(greatest / 0.03) / (count - 1);
        for (int i = 0; i < count; i++) {
            odds[i] = margin * Math.exp(-0.03 * Math.exp(i * step));
            weights[i] = (equalIsKnown ? 0.5 : 1.0) / count;
        }
        if (equalIsKnown) {
            odds[count] = 1;
            weights[count] = 0.5;
        }
        return new OddsAlternatives(margin, odds, weights);
    }

    /** The same bets on the odds of the event not happening, as bets on the odds of the event. */
    OddsAlternatives inverse() {
        double[] inverseOdds = new double[odds.length];
        double[] weights = new double[odds.length];
        for (int i = 0; i < odds.length; i++) {
            inverseOdds[i] = 1 / odds[i];
            weights[i] = Math.exp(logWeights[i]);
        }
        return new OddsAlternatives(1 / margin, inverseOdds, weights);
    }

    double margin() {
        return margin;
    }

    double logMargin() {
        return logMargin;
    }

    int size() {
        return odds.length;
    }

    double odds(int i) {
        return odds[i];
    }

    double logOdds(int i) {
        return logOdds[i];
    }

    /** The logarithm of an alternative as a multiple of the margin. */
    double logFactor(int i) {
        return logFactors[i];
    }

    double logMixture(double[] logValues) {
        return LogSpace.logWeightedSum(logWeights, logValues);
    }
}
