package io.bellwether.routing.guard;

/**
 * Evidence against a null hypothesis that may begin to be false at any time: an e-process, in logarithms.
 *
 * <p>For each alternative i and each beginning s there is a product of likelihood ratios over the slices from s on. Every
 * product has a mean of at most 1 under the null hypothesis, so has their mixture with fixed weights
 * {@code v_i * w_s, sum v = sum w = 1}, in which a product that has not begun counts 1. By Ville's inequality (1939) the
 * mixture ever reaches 1/alpha with a probability of at most alpha, however often one looks. Beginnings are decided before
 * the slice that they begin with, from what came before; the s-th, counted from 0, has the weight 1 / ((s+1)(s+2)).
 *
 * <p>Two truncations keep the bound, because they only make values smaller: a single slice multiplies by at most
 * {@code logSliceMax}, so that one event that fails many requests at once does not decide, and a product grows to at most
 * {@code logValueMax}, so that an old disaster is forgotten.
 *
 * <p>Cost: one value an alternative, however many beginnings there were.
 */
final class RestartedMixture {

    private final double[] logWeights;
    private final double[] logValues;
    private final double logSliceMax;
    private final double logValueMax;
    private double begun = 1;

    /**
     * @param weights of the alternatives; their sum is at most 1
     */
    RestartedMixture(double[] weights, double logSliceMax, double logValueMax) {
        this.logSliceMax = logSliceMax;
        this.logValueMax = logValueMax;
        logWeights = new double[weights.length];
        logValues = new double[weights.length];
        for (int i = 0; i < weights.length; i++) {
            logWeights[i] = Math.log(weights[i]);
            logValues[i] = logWeights[i] + logBeginning(0);
        }
    }

    /**
     * A slice is over.
     *
     * @param logRatios of each alternative in it
     */
    void multiply(double[] logRatios) {
        for (int i = 0; i < logValues.length; i++) {
            double grown = logValues[i] + Math.min(logSliceMax, logRatios[i]);
            logValues[i] = Math.min(grown, logWeights[i] + logValueMax);
        }
    }

    /** Begins once more with the next slice, unless what has begun is worth more than that. */
    void beginAgain() {
        double fresh = logBeginning(begun);
        if (logBegun() >= fresh) {
            return;
        }
        for (int i = 0; i < logValues.length; i++) {
            logValues[i] = logAdd(logValues[i], logWeights[i] + fresh);
        }
        begun++;
    }

    /** Logarithm of the evidence now: 0 at the start. */
    double logEvidence() {
        // The weights of all beginnings to come add up to 1 / (begun + 1).
        return logAdd(logBegun(), -Math.log(begun + 1));
    }

    private double logBegun() {
        double sum = Double.NEGATIVE_INFINITY;
        for (double value : logValues) {
            sum = logAdd(sum, value);
        }
        return sum;
    }

    private static double logBeginning(double number) {
        return -Math.log((number + 1) * (number + 2));
    }

    private static double logAdd(double one, double other) {
        double larger = Math.max(one, other);
        return larger == Double.NEGATIVE_INFINITY
                ? larger
                : larger + Math.log1p(Math.exp(Math.min(one, other) - larger));
    }
}
