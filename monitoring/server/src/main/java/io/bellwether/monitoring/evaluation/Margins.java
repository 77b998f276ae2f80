package io.bellwether.monitoring.evaluation;

/**
 * The error budget and the margins beyond which a difference counts as harm. Zero means the default.
 *
 * @param alpha greatest chance to roll back a harmless candidate, over the whole rollout [0.01]
 * @param beta greatest chance to promote a candidate that is harmful in one guardrail [0.05]
 * @param errorOdds odds ratio of failure [1.25]
 * @param errorFloor share of failures that is acceptable anyway [0.005]
 * @param latencyP50 relative margin on the median latency [0.05]
 * @param latencyP95 relative margin on the 95th percentile [0.10]
 * @param cost relative margin on the median cost of a request [0.05]
 * @param classOdds odds ratio of the share of a predicted class, either way [1.5]
 * @param rare margins on what seldom happens
 * @param weights how the guardrails share {@code alpha}
 */
public record Margins(
        double alpha,
        double beta,
        double errorOdds,
        double errorFloor,
        double latencyP50,
        double latencyP95,
        double cost,
        double classOdds,
        RareMargins rare,
        Weights weights) {
    /** The documented defaults. */
    public static final Margins DEFAULTS = new Margins(0, 0, 0, 0, 0, 0, 0, 0, RareMargins.DEFAULTS, Weights.DEFAULTS);

    public Margins {
        alpha = alpha == 0 ? 0.01 : alpha;
        beta = beta == 0 ? 0.05 : beta;
        errorOdds = errorOdds == 0 ? 1.25 : errorOdds;
        errorFloor = errorFloor == 0 ? 0.005 : errorFloor;
        latencyP50 = latencyP50 == 0 ? 0.05 : latencyP50;
        latencyP95 = latencyP95 == 0 ? 0.10 : latencyP95;
        cost = cost == 0 ? 0.05 : cost;
        classOdds = classOdds == 0 ? 1.5 : classOdds;
        MarginCheck.within("alpha", alpha, 0, 0.5);
        MarginCheck.within("beta", beta, 0, 0.5);
        MarginCheck.within("errorOdds", errorOdds, 1, 100);
        MarginCheck.within("errorFloor", errorFloor, 0, 0.5);
        MarginCheck.within("latencyP50", latencyP50, 0, 100);
        MarginCheck.within("latencyP95", latencyP95, 0, 100);
        MarginCheck.within("cost", cost, 0, 100);
        MarginCheck.within("classOdds", classOdds, 1, 100);
    }
}
