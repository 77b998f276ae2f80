package io.bellwether.cli;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** Guardrails as the command line names them, and their names in the control API. */
enum Margin {
    LATENCY_P50("latency-p50", "latencyP50Margin"),
    LATENCY_P95("latency-p95", "latencyP95Margin"),
    COST("cost", "costMargin"),
    ERROR_ODDS("error-odds", "errorOddsMargin"),
    ERROR_FLOOR("error-floor", "errorFloor"),
    CLASS_ODDS("class-odds", "classOddsMargin");

    private final String word;
    private final String field;

    Margin(String word, String field) {
        this.word = word;
        this.field = field;
    }

    /** Name in the control API. */
    String field() {
        return field;
    }

    static Optional<Margin> of(String word) {
        return Arrays.stream(values())
                .filter(margin -> margin.word.equals(word))
                .findFirst();
    }

    static String words() {
        return Arrays.stream(values()).map(margin -> margin.word).collect(Collectors.joining(", "));
    }
}
