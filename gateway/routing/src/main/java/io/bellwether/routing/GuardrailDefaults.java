package io.bellwether.routing;

import com.google.protobuf.Descriptors.FieldDescriptor;
import io.bellwether.controlapi.log.GuardrailWeights;
import io.bellwether.controlapi.log.Guardrails;
import io.bellwether.controlapi.log.ScoresMoved;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The only place that knows what an absent guardrail means. The values are those in the comments of the control
 * contract.
 */
public final class GuardrailDefaults {

    /** Least odds margin: at 1 itself nothing would be allowed to differ, and no evidence could show that. */
    private static final double ODDS_MARGIN_MIN = 1.01;

    /** Least share of the error budget: below, a guardrail could never roll anything back. */
    private static final double WEIGHT_MIN = 0.001;

    private static final double WEIGHT_SUM_TOLERANCE = 1e-6;

    private static final double SHARE_MAX = 0.5;

    /** At half of the pairs nothing could be shown any more. */
    private static final double PAIRS_MAX = 0.49;

    private static final List<Limit> LIMITS = List.of(
            new Limit("alpha", 0.01, 1e-9, 0.5),
            new Limit("beta", 0.05, 1e-9, 0.5),
            new Limit("error_odds_margin", 1.25, ODDS_MARGIN_MIN, 100),
            new Limit("error_floor", 0.0005, 1e-9, SHARE_MAX),
            new Limit("error_safe", 0.005, 1e-9, SHARE_MAX),
            new Limit("latency_p50_margin", 0.05, 1e-6, 10),
            new Limit("latency_p95_margin", 0.10, 1e-6, 10),
            new Limit("cost_margin", 0.05, 1e-6, 10),
            new Limit("class_odds_margin", 1.5, ODDS_MARGIN_MIN, 100),
            new Limit("timeout_ratio_margin", 1.25, ODDS_MARGIN_MIN, 100),
            new Limit("timeout_floor", 0.002, 1e-9, SHARE_MAX),
            new Limit("latency_p99_margin", 0.20, 1e-6, 10),
            new Limit("nan_ratio_margin", 1.25, ODDS_MARGIN_MIN, 100),
            new Limit("nan_floor", 0.002, 1e-9, SHARE_MAX),
            new Limit("slices_weight", 0.10, WEIGHT_MIN, 0.5),
            new Limit("shadow_disagreement_margin", 0.05, 1e-6, PAIRS_MAX),
            new Limit("shadow_accuracy_harm", 0, 0, PAIRS_MAX),
            new Limit("shadow_accuracy_safe", 0.01, 1e-6, PAIRS_MAX),
            new Limit("outcomes_weight", 0.10, WEIGHT_MIN, 0.5),
            new Limit("score_distance", 0.03, 0.005, 0.9));

    /** Shares of the error budget; they sum to 1. */
    private static final GuardrailWeights WEIGHTS = GuardrailWeights.newBuilder()
            .setErrors(0.30)
            .setLatencyP50(0.10)
            .setLatencyP95(0.15)
            .setCost(0.10)
            .setClasses(0.15)
            .setTimeouts(0.05)
            .setLatencyP99(0.10)
            .setNan(0.05)
            .build();

    private static final double OBJECTIVE_MIN = 0.5;
    private static final double OBJECTIVE_MAX = 0.99999;

    /** A day: rollouts take minutes to hours, and a person should hear of one that does not end. */
    private static final int HORIZON_SECONDS = 24 * 3600;

    private static final int HORIZON_SECONDS_MIN = 60;
    private static final int HORIZON_SECONDS_MAX = 30 * 24 * 3600;

    /** Every guardrail at its default. */
    public static final Guardrails DEFAULTS = complete(Guardrails.getDefaultInstance());

    /** A number of the contract, its default and the values that make sense. */
    private record Limit(String field, double byDefault, double least, double most) {
        FieldDescriptor descriptor() {
            return Guardrails.getDescriptor().findFieldByName(field);
        }

        double of(Guardrails guardrails) {
            return (Double) guardrails.getField(descriptor());
        }

        boolean allows(double value) {
            return value >= least && value <= most;
        }

        Problem problem(double value) {
            String name = descriptor().getJsonName();
            return new Problem(
                    Problem.Kind.INVALID,
                    "guardrails." + name,
                    "guardrail " + name + " is " + value + ", expected " + least + " to " + most,
                    "leave it out for the default, or give a value in that range");
        }
    }

    private GuardrailDefaults() {}

    /** The given guardrails with each zero replaced by its default, and absent weights by theirs. */
    public static Guardrails complete(Guardrails given) {
        Guardrails.Builder complete = given.toBuilder();
        for (Limit limit : LIMITS) {
            if (limit.of(given) == 0) {
                complete.setField(limit.descriptor(), limit.byDefault());
            }
        }
        if (given.getErrorSafe() == 0 && complete.getErrorFloor() <= SHARE_MAX) {
            complete.setErrorSafe(Math.max(complete.getErrorSafe(), complete.getErrorFloor()));
        }
        if (given.getHorizonSeconds() == 0) {
            complete.setHorizonSeconds(HORIZON_SECONDS);
        }
        if (!given.hasWeights()) {
            complete.setWeights(WEIGHTS);
        }
        return complete.build();
    }

    /**
     * What is wrong with a zero that somebody gave for a number. The contract cannot tell it from one that is absent, so whoever
     * reads what people write asks here.
     *
     * @return empty where zero is a value
     */
    public static Optional<Problem> zero(FieldDescriptor field) {
        return LIMITS.stream()
                .filter(limit -> limit.descriptor().equals(field) && !limit.allows(0))
                .map(limit -> limit.problem(0))
                .findFirst();
    }

    /** What is wrong with the given guardrails; absent ones are right. */
    static List<Problem> problems(Guardrails given) {
        Guardrails all = complete(given);
        List<Problem> problems = new ArrayList<>();
        for (Limit limit : LIMITS) {
            double value = limit.of(all);
            if (!limit.allows(value)) {
                problems.add(limit.problem(value));
            }
        }
        errorShares(problems, all);
        accuracy(problems, all);
        objective(problems, all.getObjective());
        OutcomeRules.check(problems, all.getOutcomesList());
        weights(problems, all.getWeights());
        SliceRules.check(problems, all.getSlicesList());
        horizon(problems, all);
        return problems;
    }

    private static void errorShares(List<Problem> problems, Guardrails all) {
        if (all.getErrorSafe() < all.getErrorFloor()) {
            problems.add(new Problem(
                    Problem.Kind.INVALID,
                    "guardrails.errorSafe",
                    "errorSafe is " + all.getErrorSafe() + ", below errorFloor, which is " + all.getErrorFloor(),
                    "a share that takes no candidate back may be promoted: give at least that, or leave it out"));
        }
    }

    private static void objective(List<Problem> problems, double objective) {
        if (objective != 0 && !(objective >= OBJECTIVE_MIN && objective <= OBJECTIVE_MAX)) {
            problems.add(new Problem(
                    Problem.Kind.INVALID,
                    "guardrails.objective",
                    "the objective is " + objective + ", expected " + OBJECTIVE_MIN + " to " + OBJECTIVE_MAX,
                    "give the share of requests that should be answered well, for instance 0.999, or leave it out"));
        }
    }

    private static void accuracy(List<Problem> problems, Guardrails all) {
        double harm = all.getShadowAccuracyHarm();
        boolean inRange = harm >= 0 && harm <= PAIRS_MAX;
        if (inRange && all.getShadowAccuracySafe() <= harm) {
            problems.add(new Problem(
                    Problem.Kind.INVALID,
                    "guardrails.shadowAccuracySafe",
                    "shadowAccuracySafe is " + all.getShadowAccuracySafe() + ", not above shadowAccuracyHarm, which is "
                            + harm,
                    "a loss that ends no shadow is no harm: give more than that"));
        }
    }

    private static void horizon(List<Problem> problems, Guardrails all) {
        int seconds = all.getHorizonSeconds();
        if (seconds < HORIZON_SECONDS_MIN || seconds > HORIZON_SECONDS_MAX) {
            problems.add(new Problem(
                    Problem.Kind.INVALID,
                    "guardrails.horizonSeconds",
                    "the horizon is " + seconds + " s, expected " + HORIZON_SECONDS_MIN + " to " + HORIZON_SECONDS_MAX,
                    "give the seconds for which evidence is awaited, or leave it out for a day"));
        }
        if (all.getOnScoresMoved() == ScoresMoved.Then.UNRECOGNIZED) {
            problems.add(new Problem(
                    Problem.Kind.INVALID,
                    "guardrails.onScoresMoved",
                    "what a move of the scores does has the number " + all.getOnScoresMovedValue()
                            + ", which this release does not know",
                    "give SHOW or HOLD"));
        }
        if (all.getOnInconclusive() == Guardrails.OnInconclusive.UNRECOGNIZED) {
            problems.add(new Problem(
                    Problem.Kind.INVALID,
                    "guardrails.onInconclusive",
                    "the policy for an inconclusive rollout has the number " + all.getOnInconclusiveValue()
                            + ", which this release does not know",
                    "give HOLD, ROLL_BACK or NEVER_PROMOTE"));
        }
    }

    private static void weights(List<Problem> problems, GuardrailWeights weights) {
        double sum = 0;
        boolean inRange = true;
        for (FieldDescriptor field : GuardrailWeights.getDescriptor().getFields()) {
            double weight = (Double) weights.getField(field);
            sum += weight;
            if (!(weight >= WEIGHT_MIN && weight <= 1)) {
                inRange = false;
                problems.add(new Problem(
                        Problem.Kind.INVALID,
                        "guardrails.weights." + field.getJsonName(),
                        "the weight of " + field.getJsonName() + " is " + weight + ", expected " + WEIGHT_MIN + " to 1",
                        "give every guardrail a share of the error budget, or leave all weights out"));
            }
        }
        if (inRange && Math.abs(sum - 1) > WEIGHT_SUM_TOLERANCE) {
            problems.add(new Problem(
                    Problem.Kind.INVALID,
                    "guardrails.weights",
                    "the weights sum to " + sum + ", expected 1",
                    "they share one error budget: give weights that sum to 1, or leave all of them out"));
        }
    }
}
