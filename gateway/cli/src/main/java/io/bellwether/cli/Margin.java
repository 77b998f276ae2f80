package io.bellwether.cli;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Guardrails as the command line names them, their names in the control API, and the values that can be meant. The gateway
 * has the last word about values; here they are checked so that a file shows all its problems with their lines.
 */
enum Margin {
    LATENCY_P50("latency-p50", "latencyP50Margin", Limits.RELATIVE),
    LATENCY_P95("latency-p95", "latencyP95Margin", Limits.RELATIVE),
    LATENCY_P99("latency-p99", "latencyP99Margin", Limits.RELATIVE),
    COST("cost", "costMargin", Limits.RELATIVE),
    ERROR_ODDS("error-odds", "errorOddsMargin", Limits.RATIO),
    ERROR_FLOOR("error-floor", "errorFloor", Limits.FLOOR),
    ERROR_SAFE("error-safe", "errorSafe", Limits.FLOOR),
    CLASS_ODDS("class-odds", "classOddsMargin", Limits.RATIO),
    TIMEOUT_RATIO("timeout-ratio", "timeoutRatioMargin", Limits.RATIO),
    TIMEOUT_FLOOR("timeout-floor", "timeoutFloor", Limits.FLOOR),
    NAN_RATIO("nan-ratio", "nanRatioMargin", Limits.RATIO),
    NAN_FLOOR("nan-floor", "nanFloor", Limits.FLOOR),
    SCORE_DISTANCE("score-distance", "scoreDistance", Limits.DISTANCE);

    /**
     * Which values can be meant.
     *
     * @param least the least
     * @param most the greatest
     * @param percent whether it may be written in percent
     * @param fix what to write, for people
     */
    record Limits(double least, double most, boolean percent, String fix) {
        static final Limits RELATIVE = new Limits(
                1e-6,
                10,
                true,
                "give the growth that is not yet harm, for instance 10% or 0.1; nothing can be shown at 0");
        static final Limits RATIO = new Limits(
                1.01,
                100,
                false,
                "give how many times as often is not yet harm, for instance 1.25; at 1 nothing can be shown");
        static final Limits FLOOR =
                new Limits(1e-9, 0.5, true, "give the share that is acceptable anyway, for instance 0.5% or 0.005");
        static final Limits CHANCE = new Limits(1e-9, 0.5, true, "give a chance, for instance 1% or 0.01");
        static final Limits SLICES = new Limits(
                0.001, 0.5, true, "give all slices together a share of the error budget, for instance 10% or 0.1");
        static final Limits PAIRS = pairs(1e-6);
        static final Limits PAIRS_OR_NONE = pairs(0);
        static final Limits OUTCOMES = new Limits(
                0.001, 0.5, true, "give all outcomes together a share of the error budget, for instance 10% or 0.1");
        static final Limits OBJECTIVE = new Limits(
                0.5,
                0.99999,
                true,
                "give the share of all requests of the model that should be answered well, for instance 99.9% or 0.999");
        static final Limits DISTANCE = new Limits(
                0.005,
                0.9,
                true,
                "give the share of the answers that score otherwise from which on the scores have moved, for instance 3% or"
                        + " 0.03");
        static final Limits WEIGHT =
                new Limits(0.001, 1, true, "give this guardrail a share of the error budget, or leave all weights out");

        private static Limits pairs(double least) {
            return new Limits(least, 0.49, true, "give a share of the pairs of answers, for instance 2% or 0.02");
        }

        boolean allows(double value) {
            return value >= least && value <= most;
        }
    }

    private final String word;
    private final String field;
    private final Limits limits;

    Margin(String word, String field, Limits limits) {
        this.word = word;
        this.field = field;
        this.limits = limits;
    }

    /** Name in the control API. */
    String field() {
        return field;
    }

    Limits limits() {
        return limits;
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
