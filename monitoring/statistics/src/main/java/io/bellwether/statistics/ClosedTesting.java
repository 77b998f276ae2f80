package io.bellwether.statistics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Says which guardrails are to blame, once an {@link ErrorBudget} is spent, without naming a single innocent one more often
 * than the budget allows.
 *
 * <p>For a set {@code S} of guardrails that are all innocent, the weighted mean of their e-values
 * {@code sum_S w_k E_k / sum_S w_k} is an e-process. Guardrail {@code k} is blamed when the means of <em>all</em> sets that
 * contain it reach {@code 1/alpha}; the set of the truly innocent ones is among them, so the chance that any innocent
 * guardrail is ever blamed is at most {@code alpha}, at any look, under any dependence. The set of all guardrails is one of
 * them too, so blame implies that the budget is spent; a spent budget need not blame anybody, where several guardrails
 * share the evidence.
 *
 * <p>The least mean over the sets is taken by adding the others in rising order of their e-values: the adjusted e-value of
 * {@code k}. It blames whatever Holm's procedure with weights, {@code E_k >= sum_left w / (w_k alpha)} step by step, blames,
 * and more.
 *
 * <p><b>Cost.</b> Quadratic in the number of guardrails. <b>Source.</b> Vovk and Wang, "E-values: calibration, combination
 * and applications" (2021), algorithm 1, here with weights. Immutable.
 */
public final class ClosedTesting {
    private final double logLevel;
    private final double[] logWeights;

    /**
     * @param alpha greatest chance of blaming an innocent guardrail, between 0 and 1
     * @param weights shares of the guardrails, positive; those of the error budget
     */
    public ClosedTesting(double alpha, double... weights) {
        this.logLevel = -Math.log(alpha);
        this.logWeights = Arrays.stream(weights).map(Math::log).toArray();
        boolean positive = Arrays.stream(weights).allMatch(weight -> weight > 0 && weight < Double.POSITIVE_INFINITY);
        if (!(alpha > 0 && alpha < 1) || !positive) {
            throw new IllegalArgumentException("closed testing needs alpha between 0 and 1 and positive weights, got "
                    + alpha + " and " + Arrays.toString(weights));
        }
    }

    /**
     * The guardrails to blame, strongest evidence first; may be empty.
     *
     * @param logE natural logarithms of the e-values, one a guardrail
     */
    public List<Integer> blamed(double[] logE) {
        double[] adjusted = logAdjusted(logE);
        List<Integer> blamed = new ArrayList<>();
        for (int k = 0; k < adjusted.length; k++) {
            if (adjusted[k] >= logLevel) {
                blamed.add(k);
            }
        }
        blamed.sort(Comparator.<Integer>comparingDouble(k -> -logE[k]).thenComparing(Comparator.naturalOrder()));
        return blamed;
    }

    /**
     * The natural logarithms of the adjusted e-values: the least mean of all sets that contain the guardrail. One of at
     * least {@code 1/alpha} is to blame.
     */
    public double[] logAdjusted(double[] logE) {
        if (logE.length != logWeights.length) {
            throw new IllegalArgumentException(
                    "expected " + logWeights.length + " e-values, one a guardrail, got " + logE.length);
        }
        StateReader.check(logE, logE.length);
        Integer[] rising = new Integer[logE.length];
        Arrays.setAll(rising, i -> i);
        Arrays.sort(rising, Comparator.comparingDouble(i -> logE[i]));
        double[] adjusted = new double[logE.length];
        for (int k = 0; k < logE.length; k++) {
            adjusted[k] = leastMean(logE, k, rising);
        }
        return adjusted;
    }

    private double leastMean(double[] logE, int k, Integer[] rising) {
        double logSum = logWeights[k] + logE[k];
        double logWeight = logWeights[k];
        double least = logE[k];
        for (int other : rising) {
            if (other != k) {
                logSum = logAdd(logSum, logWeights[other] + logE[other]);
                logWeight = logAdd(logWeight, logWeights[other]);
                least = Math.min(least, logSum - logWeight);
            }
        }
        return least;
    }

    private static double logAdd(double a, double b) {
        return LogSpace.logMean(a, b) + Math.log(2);
    }
}
