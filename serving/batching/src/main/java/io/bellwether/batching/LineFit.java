package io.bellwether.batching;

/**
 * A straight line through (cells, nanoseconds) by least squares that forgets: each run counts {@value #FORGETTING} of the
 * next one, which is recursive least squares in its information form, so that nothing is lost to rounding over time.
 * Errors count relative to what the line says, as the noise of a run grows with its length.
 *
 * <p>The runs of the warm-up are a prior that never fades: {@value #PRIOR_RUNS} runs in all, moved up and down with the
 * mean ratio of the runs since. It holds the slope where traffic brings one size only. Both coefficients are 0 or more.
 */
final class LineFit {
    static final double FORGETTING = 0.99;
    static final double PRIOR_RUNS = 4;

    /** Weighted sums; all that a line needs to know of its points. */
    private static final class Sums {
        double w;
        double wx;
        double wxx;
        double wy;
        double wxy;

        void fade(double factor) {
            w *= factor;
            wx *= factor;
            wxx *= factor;
            wy *= factor;
            wxy *= factor;
        }

        void add(double weight, double x, double y) {
            w += weight;
            wx += weight * x;
            wxx += weight * x * x;
            wy += weight * y;
            wxy += weight * x * y;
        }
    }

    private final Sums runs = new Sums();
    private final Sums prior = new Sums();
    private int priorPoints;
    private double priorAlpha;
    private double priorBeta;
    private double ratioSum;
    private double ratioCount;
    private double alpha;
    private double beta;
    private double determinant;
    private double w;
    private double wx;
    private double wxx;

    double alpha() {
        return alpha;
    }

    double beta() {
        return beta;
    }

    double at(long cells) {
        return alpha + beta * cells;
    }

    /** A run of the warm-up. */
    void seed(long cells, double nanos) {
        prior.add(1 / (nanos * nanos), (double) cells, nanos);
        priorPoints++;
        solve();
        if (ratioCount == 0) {
            priorAlpha = alpha;
            priorBeta = beta;
        }
    }

    /**
     * A run. All before it fade by {@code forgetting}.
     *
     * @param scaleNanos what a run of this size is thought to take; errors count relative to it
     */
    void add(long cells, double nanos, double scaleNanos, double forgetting) {
        runs.fade(forgetting);
        runs.add(1 / (scaleNanos * scaleNanos), (double) cells, nanos);
        double expected = priorAlpha + priorBeta * cells;
        if (expected > 0) {
            ratioSum = ratioSum * forgetting + nanos / expected;
            ratioCount = ratioCount * forgetting + 1;
        }
        solve();
    }

    private void solve() {
        double share = priorPoints == 0 ? 0 : PRIOR_RUNS / priorPoints;
        double level = (1 + ratioSum) / (1 + ratioCount);
        // The prior's points move with the level; their weights are relative, so they shrink with its square.
        w = runs.w + share * prior.w / (level * level);
        wx = runs.wx + share * prior.wx / (level * level);
        wxx = runs.wxx + share * prior.wxx / (level * level);
        double wy = runs.wy + share * prior.wy / level;
        double wxy = runs.wxy + share * prior.wxy / level;
        determinant = w * wxx - wx * wx;
        if (determinant <= 1e-9 * w * wxx) {
            // One size only: no slope can be told.
            determinant = 0;
            alpha = w == 0 ? 0 : wy / w;
            beta = 0;
            return;
        }
        alpha = (wxx * wy - wx * wxy) / determinant;
        beta = (w * wxy - wx * wy) / determinant;
        if (beta < 0) {
            beta = 0;
            alpha = wy / w;
        } else if (alpha < 0) {
            alpha = 0;
            beta = wxy / wxx;
        }
    }

    /** The line as a value; its variances follow from the relative spread of the runs. */
    LatencyFit fit(double sigmaShare, double runCount) {
        double variance = sigmaShare * sigmaShare;
        if (determinant == 0) {
            return new LatencyFit(alpha, beta, sigmaShare, runCount, w == 0 ? 0 : variance / w, 0, 0);
        }
        return new LatencyFit(
                alpha,
                beta,
                sigmaShare,
                runCount,
                variance * wxx / determinant,
                variance * w / determinant,
                -variance * wx / determinant);
    }
}
