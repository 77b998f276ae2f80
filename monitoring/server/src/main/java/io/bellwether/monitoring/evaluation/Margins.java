package io.bellwether.monitoring.evaluation;

/**
 * The error budget and the margins beyond which a difference counts as harm. Zero means the default.
 *
 * @param alpha greatest chance to roll back a harmless candidate, over the whole rollout [0.01]
 * @param beta greatest chance to promote a candidate that is harmful in one guardrail [0.05]
 * @param errorOdds odds ratio of failure [1.25]
 * @param errorFloors shares of failures that count for themselves
 * @param latencyP50 relative margin on the median latency [0.05]
 * @param latencyP95 relative margin on the 95th percentile [0.10]
 * @param cost relative margin on the typical and the mean cost of a request [0.05]
 * @param classOdds odds ratio of the share of a predicted class, either way [1.5]
 * @param rare margins on what seldom happens
 * @param weights how the guardrails share {@code alpha}
 */
public record Margins(
        double alpha,
        double beta,
        double errorOdds,
        ErrorFloors errorFloors,
        double latencyP50,
        double latencyP95,
        double cost,
        double classOdds,
        RareMargins rare,
        Weights weights) {
    /** The documented defaults. */
    public static final Margins DEFAULTS =
            new Margins(0, 0, 0, ErrorFloors.DEFAULTS, 0, 0, 0, 0, RareMargins.DEFAULTS, Weights.DEFAULTS);

    public Margins {
        alpha = MarginCheck.within("alpha", alpha, 0.01, 0, 0.5);
        beta = MarginCheck.within("beta", beta, 0.05, 0, 0.5);
        errorOdds = MarginCheck.within("errorOdds", errorOdds, 1.25, 1, 100);
        latencyP50 = MarginCheck.within("latencyP50", latencyP50, 0.05, 0, 100);
        latencyP95 = MarginCheck.within("latencyP95", latencyP95, 0.10, 0, 100);
        cost = MarginCheck.within("cost", cost, 0.05, 0, 100);
        classOdds = MarginCheck.within("classOdds", classOdds, 1.5, 1, 100);
    }

    /** The same margins for an evidence that may spend only a part of the error budget. */
    Margins spending(double share) {
        return new Margins(
                alpha * share,
                beta * share,
                errorOdds,
                errorFloors,
                latencyP50,
                latencyP95,
                cost,
                classOdds,
                rare,
                weights);
    }
}
