package io.bellwether.statistics;

/**
 * Spends one chance of a false roll back on several guardrails. It is spent when
 * {@code sum_k w_k E_k >= 1/alpha} with weights that sum to one: a weighted mean of e-processes is one, under
 * any dependence, and it reaches the level whenever a weighted Bonferroni test, {@code E_k >= 1/(w_k alpha)},
 * would. A guardrail without data has an e-value of one and keeps its weight, so presence need not be known
 * beforehand.
 */
public final class ErrorBudget {
    private final double alpha;
    private final double[] logWeights;

    /**
     * @param alpha greatest chance of a false roll back, between 0 and 1
     * @param weights shares of the guardrails, positive, summing to one
     */
    public ErrorBudget(double alpha, double... weights) {
        this.alpha = alpha;
        this.logWeights = new double[weights.length];
        double sum = 0;
        boolean positive = true;
        for (int i = 0; i < weights.length; i++) {
            logWeights[i] = Math.log(weights[i]);
            positive &= weights[i] > 0;
            sum += weights[i];
        }
        if (!(alpha > 0 && alpha < 1) || !positive || Math.abs(sum - 1) > 1e-9) {
            throw new IllegalArgumentException("a budget needs alpha between 0 and 1 and positive weights that sum to"
                    + " one, got alpha " + alpha + " and a sum of " + sum);
        }
    }

    /** The natural logarithm of the weighted sum of e-values. */
    public double logCombined(double[] logE) {
        if (logE.length != logWeights.length) {
            throw new IllegalArgumentException(
                    "expected " + logWeights.length + " e-values, one a guardrail, got " + logE.length);
        }
        return LogSpace.logWeightedSum(logWeights, logE);
    }

    /** The level at which the budget is spent: {@code ln(1/alpha)}. */
    public double logLevel() {
        return -Math.log(alpha);
    }

    /** Whether one guardrail alone reaches its share: {@code E >= 1/(w alpha)}. */
    public boolean alone(int guardrail, double logE) {
        return logE >= logLevel() - logWeights[guardrail];
    }

    /** The share of a guardrail. */
    public double weight(int guardrail) {
        return Math.exp(logWeights[guardrail]);
    }
}
