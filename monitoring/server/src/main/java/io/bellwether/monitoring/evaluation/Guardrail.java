package io.bellwether.monitoring.evaluation;

/** What is guarded. */
enum Guardrail {
    ERRORS(0, "errors"),
    LATENCY_P50(1, "latency_p50"),
    LATENCY_P95(2, "latency_p95"),
    COST(3, "cost"),
    CLASSES(4, "classes"),
    TIMEOUTS(5, "timeouts"),
    LATENCY_P99(6, "latency_p99"),
    NAN(7, "nan");

    private final int index;
    private final String label;

    Guardrail(int index, String label) {
        this.index = index;
        this.label = label;
    }

    /** Place in arrays of guardrails and in persisted state: never renumbered. */
    int index() {
        return index;
    }

    /** The name in verdicts and sentences. */
    String label() {
        return label;
    }
}
