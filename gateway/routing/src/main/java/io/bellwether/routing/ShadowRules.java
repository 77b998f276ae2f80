package io.bellwether.routing;

import io.bellwether.controlapi.log.Comparison;
import io.bellwether.controlapi.log.CreateRollout;
import io.bellwether.controlapi.log.Shadow;
import io.bellwether.routing.Problem.Kind;
import java.util.List;

/** Rules and defaults of rollouts whose candidate gets copies only. */
final class ShadowRules {
    /** A shadow has no weight. */
    static final RolloutStep STEP = new RolloutStep(0, 0, 0, false);

    static final int TOP_MAX = 1_000;

    private static final int SHARE_DEFAULT = Split.BASIS_POINTS;
    private static final double TOLERANCE_DEFAULT = 0.001;
    private static final int TOP_DEFAULT = 5;
    private static final double RANKING_DEFAULT = 0.8;
    private static final double COSINE_DEFAULT = 0.999;

    private ShadowRules() {}

    static void check(List<Problem> problems, CreateRollout create) {
        Shadow shadow = create.getShadow();
        if (create.getStepsCount() > 0) {
            problems.add(new Problem(
                    Kind.INVALID,
                    "steps",
                    "the rollout is a shadow and has " + create.getStepsCount() + " steps",
                    "leave the steps out: a shadow serves nobody"));
        }
        share(problems, "shadow.sharePercent", shadow.getShareBasisPoints());
        share(problems, "shadow.twinPercent", shadow.getTwinBasisPoints());
        Comparison comparison = shadow.getComparison();
        if (comparison.getRule() == Comparison.Rule.UNRECOGNIZED) {
            problems.add(new Problem(
                    Kind.INVALID,
                    "shadow.comparison.rule",
                    "the rule of comparison is one that this program does not know",
                    "use TOLERANCE, LABEL, RANKING or COSINE"));
        }
        if (!(comparison.getTolerance() >= 0 && Double.isFinite(comparison.getTolerance()))) {
            outside(problems, "shadow.comparison.tolerance", comparison.getTolerance(), "a number from 0 on");
        }
        if (comparison.getTop() < 0 || comparison.getTop() > TOP_MAX) {
            outside(problems, "shadow.comparison.top", comparison.getTop(), "1 to " + TOP_MAX);
        }
        if (!(comparison.getAtLeast() >= 0 && comparison.getAtLeast() <= 1)) {
            outside(problems, "shadow.comparison.atLeast", comparison.getAtLeast(), "0 to 1");
        }
    }

    /** The same with defaults where a number is missing. The twins' share has none: 0 asks for no twins. */
    static Shadow complete(Shadow shadow) {
        Comparison given = shadow.getComparison();
        boolean ranking = given.getRule() == Comparison.Rule.RANKING;
        double atLeast = ranking ? RANKING_DEFAULT : COSINE_DEFAULT;
        return shadow.toBuilder()
                .setShareBasisPoints(shadow.getShareBasisPoints() == 0 ? SHARE_DEFAULT : shadow.getShareBasisPoints())
                .setComparison(given.toBuilder()
                        .setTolerance(given.getTolerance() == 0 ? TOLERANCE_DEFAULT : given.getTolerance())
                        .setTop(given.getTop() == 0 ? TOP_DEFAULT : given.getTop())
                        .setAtLeast(given.getAtLeast() == 0 ? atLeast : given.getAtLeast()))
                .build();
    }

    private static void share(List<Problem> problems, String field, int basisPoints) {
        if (basisPoints < 0 || basisPoints > Split.BASIS_POINTS) {
            outside(problems, field, basisPoints / 100.0, "0 to 100");
        }
    }

    private static void outside(List<Problem> problems, String field, double value, String expected) {
        problems.add(new Problem(
                Kind.INVALID, field, field + " is " + value + ", expected " + expected, "give a value in range"));
    }
}
