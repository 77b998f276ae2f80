package io.bellwether.routing;

import io.bellwether.controlapi.log.Guardrails;
import java.util.ArrayList;
import java.util.List;

/**
 * The only place that knows what an absent guardrail means. The values are those in the comments of the control
 * contract.
 */
public final class GuardrailDefaults {

    /** Every guardrail at its default. */
    public static final Guardrails DEFAULTS = Guardrails.newBuilder()
            .setAlpha(0.01)
            .setBeta(0.05)
            .setErrorOddsMargin(1.25)
            .setErrorFloor(0.005)
            .setLatencyP50Margin(0.05)
            .setLatencyP95Margin(0.10)
            .setCostMargin(0.05)
            .setClassOddsMargin(1.5)
            .build();

    private GuardrailDefaults() {}

    /** The given guardrails with each zero replaced by its default. */
    public static Guardrails complete(Guardrails given) {
        return Guardrails.newBuilder()
                .setAlpha(or(given.getAlpha(), DEFAULTS.getAlpha()))
                .setBeta(or(given.getBeta(), DEFAULTS.getBeta()))
                .setErrorOddsMargin(or(given.getErrorOddsMargin(), DEFAULTS.getErrorOddsMargin()))
                .setErrorFloor(or(given.getErrorFloor(), DEFAULTS.getErrorFloor()))
                .setLatencyP50Margin(or(given.getLatencyP50Margin(), DEFAULTS.getLatencyP50Margin()))
                .setLatencyP95Margin(or(given.getLatencyP95Margin(), DEFAULTS.getLatencyP95Margin()))
                .setCostMargin(or(given.getCostMargin(), DEFAULTS.getCostMargin()))
                .setClassOddsMargin(or(given.getClassOddsMargin(), DEFAULTS.getClassOddsMargin()))
                .build();
    }

    /** Least odds margin: at 1 itself nothing would be allowed to differ, and no evidence could show that. */
    private static final double ODDS_MARGIN_MIN = 1.01;

    /** What is wrong with the given guardrails; absent ones are right. */
    static List<Problem> problems(Guardrails given) {
        Guardrails all = complete(given);
        List<Problem> problems = new ArrayList<>();
        range(problems, "alpha", all.getAlpha(), 1e-9, 0.5);
        range(problems, "beta", all.getBeta(), 1e-9, 0.5);
        range(problems, "errorOddsMargin", all.getErrorOddsMargin(), ODDS_MARGIN_MIN, 100);
        range(problems, "errorFloor", all.getErrorFloor(), 1e-9, 0.5);
        range(problems, "latencyP50Margin", all.getLatencyP50Margin(), 1e-6, 10);
        range(problems, "latencyP95Margin", all.getLatencyP95Margin(), 1e-6, 10);
        range(problems, "costMargin", all.getCostMargin(), 1e-6, 10);
        range(problems, "classOddsMargin", all.getClassOddsMargin(), ODDS_MARGIN_MIN, 100);
        return problems;
    }

    private static void range(List<Problem> problems, String name, double value, double least, double most) {
        if (!(value >= least && value <= most)) {
            problems.add(new Problem(
                    Problem.Kind.INVALID,
                    "guardrails." + name,
                    "guardrail " + name + " is " + value + ", expected " + least + " to " + most,
                    "leave it out for the default, or give a value in that range"));
        }
    }

    private static double or(double given, double byDefault) {
        return given == 0 ? byDefault : given;
    }
}
