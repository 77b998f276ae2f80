package io.bellwether.routing;

import io.bellwether.controlapi.log.CreateRollout;
import io.bellwether.controlapi.log.PlannedArm;
import io.bellwether.routing.Problem.Kind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Rules of the arms of a new A/B/n: few, of different versions, with weights that leave a control where one is needed. */
final class ArmRules {

    /** Arms that share one control and one error budget; more would leave each of them too little of both. */
    static final int ARMS_MAX = 4;

    private static final double BASIS_POINTS_PER_PERCENT = 100.0;

    private ArmRules() {}

    /**
     * @param stable the version that they are compared with; empty if none is known
     */
    static void check(List<Problem> problems, CreateRollout create, String stable) {
        List<PlannedArm> arms = create.getArmsList();
        if (arms.size() > ARMS_MAX) {
            add(
                    problems,
                    "arms",
                    "the rollout has " + arms.size() + " arms, expected 1 to " + ARMS_MAX,
                    "try fewer at a time: they share the traffic and the error budget");
        }
        alone(problems, create);
        Map<String, Integer> seen = new HashMap<>();
        for (int i = 0; i < Math.min(arms.size(), ARMS_MAX); i++) {
            PlannedArm arm = arms.get(i);
            String field = "arms[" + i + "]";
            CreateRules.version(problems, field + ".version", arm.getVersion());
            Integer before = seen.putIfAbsent(arm.getVersion(), i);
            if (before != null) {
                add(
                        problems,
                        field + ".version",
                        field + " tries version '" + CommandCheck.shown(arm.getVersion()) + "' like arms[" + before
                                + "]",
                        "name each version once");
            }
            if (!stable.isEmpty() && stable.equals(arm.getVersion())) {
                add(
                        problems,
                        field + ".version",
                        field + " is the stable version '" + CommandCheck.shown(stable) + "' itself",
                        "leave it out: the stable version gets the rest of the traffic");
            }
            if (arm.getWeightBasisPoints() < 1 || arm.getWeightBasisPoints() > Split.BASIS_POINTS) {
                add(
                        problems,
                        field + ".weightPercent",
                        field + " has the weight " + arm.getWeightBasisPoints() / BASIS_POINTS_PER_PERCENT
                                + " %, expected more than 0 % and at most 100 %",
                        "give each arm its share of the traffic");
            }
        }
        total(problems, create);
    }

    /** An A/B/n has one step: every arm at its weight. The total is used only where the rules above are kept. */
    static RolloutStep step(CreateRollout create) {
        return new RolloutStep((int) sum(create), 0, 0, false);
    }

    private static void alone(List<Problem> problems, CreateRollout create) {
        if (create.getStepsCount() > 0) {
            add(
                    problems,
                    "steps",
                    "the rollout has arms and " + create.getStepsCount() + " steps",
                    "leave the steps out: each arm keeps its weight, so that nobody changes the version");
        }
        if (!create.getCandidateVersion().isEmpty()) {
            add(
                    problems,
                    "candidateVersion",
                    "the rollout has arms and the candidate '" + CommandCheck.shown(create.getCandidateVersion()) + "'",
                    "make the candidate one of the arms");
        }
        if (create.hasShadow()) {
            add(problems, "shadow", "the rollout has arms and is a shadow", "leave one of them out");
        }
    }

    /** In long arithmetic: weights that no check has seen yet may be of any size. */
    private static long sum(CreateRollout create) {
        return create.getArmsList().stream()
                .mapToLong(PlannedArm::getWeightBasisPoints)
                .sum();
    }

    private static void total(List<Problem> problems, CreateRollout create) {
        long sum = sum(create);
        if (sum > Split.BASIS_POINTS) {
            add(
                    problems,
                    "arms",
                    "the arms have " + sum / BASIS_POINTS_PER_PERCENT + " % of the traffic, expected at most 100 %",
                    "lower the weights; what is left stays with the stable version");
        } else if (create.getAutomatic() && sum == Split.BASIS_POINTS) {
            add(
                    problems,
                    "arms",
                    "the arms have all of the traffic, which leaves an automatic rollout nothing to compare them with",
                    "leave the stable version as much as the smallest arm; or make the rollout manual");
        }
    }

    private static void add(List<Problem> problems, String field, String what, String fix) {
        problems.add(new Problem(Kind.INVALID, field, what, fix));
    }
}
