package io.bellwether.routing.outlier;

/**
 * Evidence that one member fails more often than the others together, by Chernoff's bound: {@code n} independent requests
 * that fail with probability {@code p} have {@code k} or more failures, {@code k/n > p}, with a probability of at most
 * {@code exp(-n KL(k/n, p))}, where {@code KL(a, b) = a ln(a/b) + (1-a) ln((1-a)/(1-b))} (Chernoff 1952; Hoeffding 1963,
 * theorem 1). Regimes: no failure at all, all failed, and empty counts are exact. Cost: a bisection of 40 steps.
 */
final class FailureContrast {
    private static final int BISECTIONS = 40;

    private FailureContrast() {}

    /**
     * @param ratioMin how many times as often as the others it must fail before anything counts as evidence
     * @param failedShareMin the share of failures below which nothing does
     * @param othersEvidence how certain the upper bound of the others' share is, as a logarithm of odds
     * @return the logarithm of the odds against an accident, 0 or more
     */
    static double evidence(Counts one, Counts others, double ratioMin, double failedShareMin, double othersEvidence) {
        double allowed = Math.max(failedShareMin, ratioMin * upperShare(others, othersEvidence));
        if (one.judged() == 0 || allowed >= 1 || one.failedShare() <= allowed) {
            return 0;
        }
        return one.judged() * divergence(one.failedShare(), allowed);
    }

    /** The largest share of failures that the counts do not speak against with this evidence; 1 without counts. */
    static double upperShare(Counts counts, double evidence) {
        double low = counts.failedShare();
        double high = 1;
        for (int step = 0; step < BISECTIONS; step++) {
            double middle = (low + high) / 2;
            if (counts.judged() * divergence(counts.failedShare(), middle) < evidence) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return high;
    }

    private static double divergence(double share, double probability) {
        return term(share, probability) + term(1 - share, 1 - probability);
    }

    private static double term(double share, double probability) {
        return share == 0 ? 0 : share * Math.log(share / probability);
    }
}
