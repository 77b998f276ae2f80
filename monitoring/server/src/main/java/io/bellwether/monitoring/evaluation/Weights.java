package io.bellwether.monitoring.evaluation;

/**
 * Shares of the error budget; positive, and they sum to one.
 *
 * @param errors [0.30]
 * @param latencyP50 [0.10]
 * @param latencyP95 [0.15]
 * @param cost [0.10]
 * @param classes [0.15]
 * @param timeouts [0.05]
 * @param latencyP99 [0.10]
 * @param nan [0.05]
 */
public record Weights(
        double errors,
        double latencyP50,
        double latencyP95,
        double cost,
        double classes,
        double timeouts,
        double latencyP99,
        double nan) {
    /** The documented defaults. */
    public static final Weights DEFAULTS = new Weights(0.30, 0.10, 0.15, 0.10, 0.15, 0.05, 0.10, 0.05);

    /** Relative, so that shares written with a few decimals pass; they are divided by their sum. */
    private static final double SUM_TOLERANCE = 1e-6;

    public Weights {
        double sum = errors + latencyP50 + latencyP95 + cost + classes + timeouts + latencyP99 + nan;
        double least = Math.min(
                Math.min(Math.min(errors, latencyP50), Math.min(latencyP95, cost)),
                Math.min(Math.min(classes, timeouts), Math.min(latencyP99, nan)));
        if (!(least > 0) || !(Math.abs(sum - 1) <= SUM_TOLERANCE)) {
            throw new IllegalArgumentException(
                    "weights are positive and sum to one, got a least of " + least + " and a sum of " + sum);
        }
    }

    double of(Guardrail guardrail) {
        return switch (guardrail) {
            case ERRORS -> errors;
            case LATENCY_P50 -> latencyP50;
            case LATENCY_P95 -> latencyP95;
            case COST -> cost;
            case CLASSES -> classes;
            case TIMEOUTS -> timeouts;
            case LATENCY_P99 -> latencyP99;
            case NAN -> nan;
        };
    }

    /** One a guardrail, by its index, divided by their sum. */
    double[] toArray() {
        double[] weights = new double[Guardrail.values().length];
        double sum = 0;
        for (Guardrail guardrail : Guardrail.values()) {
            weights[guardrail.index()] = of(guardrail);
            sum += of(guardrail);
        }
        for (int i = 0; i < weights.length; i++) {
            weights[i] /= sum;
        }
        return weights;
    }
}
