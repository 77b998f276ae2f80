package io.bellwether.monitoring.evaluation;

/** What is guarded, with its share of the error budget. The shares sum to one. */
enum Guardrail {
    ERRORS("errors", 0.35),
    LATENCY_P50("latency_p50", 0.10),
    LATENCY_P95("latency_p95", 0.20),
    COST("cost", 0.15),
    CLASSES("classes", 0.20);

    private final String label;
    private final double weight;

    Guardrail(String label, double weight) {
        this.label = label;
        this.weight = weight;
    }

    /** The name in verdicts and sentences. */
    String label() {
        return label;
    }

    double weight() {
        return weight;
    }

    static double[] weights() {
        Guardrail[] all = values();
        double[] weights = new double[all.length];
        for (int i = 0; i < all.length; i++) {
            weights[i] = all[i].weight;
        }
        return weights;
    }
}
