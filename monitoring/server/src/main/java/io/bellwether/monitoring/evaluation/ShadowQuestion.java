package io.bellwether.monitoring.evaluation;

/** What is asked of the pairs of a shadow. */
enum ShadowQuestion {
    DISAGREEMENT(0, "disagreement", 0.25),
    ACCURACY(1, "accuracy", 0.75);

    private final int place;
    private final String label;
    private final double weight;

    ShadowQuestion(int place, String label, double weight) {
        this.place = place;
        this.label = label;
        this.weight = weight;
    }

    /** Place among the shares of the error budget. */
    int place() {
        return place;
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
