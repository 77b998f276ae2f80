package io.bellwether.monitoring.evaluation;

/** What is guarded, with its share of the error budget. The shares sum to one. */
enum Guardrail {
    ERRORS(0, "errors", 0.35),
    LATENCY_P50(1, "latency_p50", 0.10),
    LATENCY_P95(2, "latency_p95", 0.20),
    COST(3, "cost", 0.15),
    CLASSES(4, "classes", 0.20);

    private final int index;
    private final String label;
    private final double weight;

    Guardrail(int index, String label, double weight) {
        this.index = index;
        this.label = label;
        this.weight = weight;
    }

    /** Place in arrays of guardrails and in persisted state: never renumbered. */
    int index() {
        return index;
    }

    /** The name in verdicts and sentences. */
    String label() {
        return label;
    }

    double weight() {
        return weight;
    }

    static double[] weights() {
        double[] weights = new double[values().length];
        for (Guardrail guardrail : values()) {
            weights[guardrail.index] = guardrail.weight;
        }
        return weights;
    }
}
