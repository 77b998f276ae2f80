package io.bellwether.statistics;

/**
 * A boundary for the counts below <em>all</em> quantiles at all times together: with probability {@code 1 - alpha}, for
 * every {@code p} and every {@code t}, {@code #(values below the p-quantile among t) - p t} stays below it. Stitched over
 * epochs of time and, within an epoch, over a grid of quantiles that is even in the log-odds. With
 * {@code T = max(t, m)}, {@code L = ln(p/(1-p))}, {@code r = p} for {@code p >= 1/2} and else {@code r} the share whose
 * log-odds are {@code L + 2 delta sqrt(m eta/T)}, at most 1/2, {@code k1} and {@code k2} as in {@link StitchedBoundary}:
 * <pre>
 *  j = sqrt(T/m) |L|/(2 delta) + 1
 *  l = s ln ln(eta T/m) + s ln j + ln( 2 zeta(s)(2 zeta(s) + 1)/(alpha ln(eta)^s) )
 *  u = delta sqrt( eta T r(1-r)/m ) + sqrt( k1^2 r(1-r) T l + (k2 c l)^2 ) + k2 c l,   c = (1 - 2p)/3</pre>
 *
 * <p>Narrower in the tails than {@link DistributionBand}, which has the same width for all quantiles; wider in the middle.
 *
 * <p><b>Hypothesis.</b> Values are independent with one law. <b>Source.</b> S. Howard and A. Ramdas, "Sequential estimation
 * of quantiles with applications to A/B testing and best-arm identification" (2022), theorem 3.
 *
 * @param unitsBest {@code m}, at least 1: where the boundary begins to grow
 * @param fineness {@code delta} above 0: of the grid of quantiles, usually 0.5
 * @param exponent {@code s} above 1, usually 1.4
 * @param ratio {@code eta} above 1: the ratio of epochs, usually 2
 */
public record DoubleStitchedBoundary(double unitsBest, double fineness, double exponent, double ratio) {
    public DoubleStitchedBoundary {
        if (!(unitsBest >= 1 && fineness > 0 && Double.isFinite(unitsBest) && Double.isFinite(fineness))) {
            throw new IllegalArgumentException(
                    "units are at least 1 and the fineness is above 0, got " + unitsBest + " and " + fineness);
        }
        StitchedBoundary.checkEpochs(exponent, ratio);
    }

    /** With the usual fineness 0.5, exponent 1.4 and epochs that double. */
    public DoubleStitchedBoundary(double unitsBest) {
        this(unitsBest, 0.5, 1.4, 2);
    }

    /**
     * The bound, in units.
     *
     * @param p the quantile, between 0 and 1
     * @param units {@code t}, how many values were seen
     * @param alpha chance that any quantile ever reaches its bound
     */
    public double bound(double p, double units, double alpha) {
        MixtureBoundary.checkLevel(p);
        MixtureBoundary.checkLevel(alpha);
        double used = Math.max(units, unitsBest);
        double logOdds = Math.log(p) - Math.log1p(-p);
        double moved = 1 / (1 + Math.exp(-logOdds - 2 * fineness * Math.sqrt(unitsBest * ratio / used)));
        double share = p >= 0.5 ? p : Math.min(0.5, moved);
        double spread = share * (1 - share);
        double zeta = SpecialFunctions.zeta(exponent);
        double level = exponent * Math.log(Math.log(ratio * used / unitsBest))
                + exponent * Math.log(Math.sqrt(used / unitsBest) * Math.abs(logOdds) / (2 * fineness) + 1)
                + Math.log(2 * zeta * (2 * zeta + 1) / alpha)
                - exponent * Math.log(Math.log(ratio));
        double root = StitchedBoundary.rootFactor(ratio);
        double linear = StitchedBoundary.linearFactor(ratio) * (1 - 2 * p) / 3 * level;
        return fineness * Math.sqrt(ratio * used * spread / unitsBest)
                + Math.sqrt(root * root * spread * used * level + linear * linear)
                + linear;
    }
}
