package io.bellwether.routing;

import io.bellwether.controlapi.log.CreateRollout;
import io.bellwether.controlapi.log.Step;
import io.bellwether.routing.Problem.Kind;
import java.util.List;

/** Rules of the steps of a new rollout: rising weights, bounded minima, known gates, none that is never reached. */
final class StepRules {

    static final int STEPS_MAX = 20;
    static final int BAKE_SECONDS_MAX = 30 * 24 * 3600;

    private static final double BASIS_POINTS_PER_PERCENT = 100.0;

    private StepRules() {}

    static void check(List<Problem> problems, CreateRollout create) {
        List<Step> steps = create.getStepsList();
        if (steps.isEmpty() || steps.size() > STEPS_MAX) {
            problems.add(new Problem(
                    Kind.INVALID,
                    "steps",
                    "the rollout has " + steps.size() + " steps, expected 1 to " + STEPS_MAX,
                    "list the weights from the first to the last, for instance 10, 25 and 50 percent"));
            return;
        }
        int before = 0;
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            String field = "steps[" + i + "]";
            weight(problems, field, step.getWeightBasisPoints(), before);
            before = Math.max(before, step.getWeightBasisPoints());
            minimum(problems, field + ".bakeSecondsMin", step.getBakeSecondsMin(), BAKE_SECONDS_MAX);
            minimum(problems, field + ".requestsMin", step.getRequestsMin(), Long.MAX_VALUE);
            gate(problems, field, step.getGate());
            controlArm(problems, field, step.getWeightBasisPoints(), create.getAutomatic());
        }
    }

    private static void weight(List<Problem> problems, String field, int weight, int before) {
        if (before >= Split.BASIS_POINTS) {
            problems.add(new Problem(
                    Kind.INVALID,
                    field + ".weightPercent",
                    field + " is never reached: a step before it gives the candidate all traffic already",
                    "leave it out; after the last step the candidate is promoted"));
        } else if (weight <= before || weight > Split.BASIS_POINTS) {
            problems.add(new Problem(
                    Kind.INVALID,
                    field + ".weightPercent",
                    field + " has the weight " + weight / BASIS_POINTS_PER_PERCENT + " %, expected more than "
                            + before / BASIS_POINTS_PER_PERCENT + " % and at most 100 %",
                    "let the weights rise from step to step"));
        }
    }

    private static void minimum(List<Problem> problems, String field, long value, long most) {
        if (value < 0 || value > most) {
            problems.add(new Problem(
                    Kind.INVALID, field, field + " is " + value + ", expected 0 to " + most, "give a value in range"));
        }
    }

    private static void gate(List<Problem> problems, String field, Step.Gate gate) {
        if (gate == Step.Gate.UNRECOGNIZED) {
            problems.add(new Problem(
                    Kind.INVALID,
                    field + ".gate",
                    field + " has a gate that this program does not know",
                    "use OPEN or MANUAL, or update this program"));
        }
    }

    /** At the whole traffic nothing is left to compare with, so nothing could take a harmful candidate back. */
    private static void controlArm(List<Problem> problems, String field, int weight, boolean automatic) {
        if (automatic && weight == Split.BASIS_POINTS) {
            problems.add(new Problem(
                    Kind.INVALID,
                    field + ".weightPercent",
                    field + " gives the candidate all traffic, which leaves an automatic rollout nothing to"
                            + " compare it with",
                    "end with 50 percent: promotion moves the rest; or make the rollout manual"));
        }
    }
}
