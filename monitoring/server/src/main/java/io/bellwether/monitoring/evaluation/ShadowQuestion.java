package io.bellwether.monitoring.evaluation;

/** What is asked of the pairs of a shadow. */
enum ShadowQuestion {
    DISAGREEMENT("disagreement", 0.25),
    ACCURACY("accuracy", 0.75);

    private final String label;
    private final double weight;

    ShadowQuestion(String label, double weight) {
        this.label = label;
        this.weight = weight;
    }

    /** The name in verdicts and sentences. */
    String label() {
        return label;
    }

    /** Share of the error budget. Being wrong matters more than being different, and labels are fewer than answers. */
    double weight() {
        return weight;
    }
}
