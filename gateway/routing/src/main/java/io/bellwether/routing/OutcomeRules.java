package io.bellwether.routing;

import io.bellwether.controlapi.log.CreateRollout;
import io.bellwether.controlapi.log.Outcome;
import io.bellwether.routing.Problem.Kind;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Rules of the outcomes that a rollout declares. */
final class OutcomeRules {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_-]{0,31}");
    private static final double SIZE_MAX = 1e12;

    private OutcomeRules() {}

    /** Outcomes compare requests that are drawn one by one and served by both versions. */
    static void checkUse(List<Problem> problems, CreateRollout create) {
        if (create.getGuardrails().getOutcomesCount() == 0) {
            return;
        }
        if (!create.getKeyHeader().isEmpty() || create.hasShadow()) {
            problems.add(new Problem(
                    Kind.INVALID,
                    "guardrails.outcomes",
                    create.hasShadow()
                            ? "nobody is served by the candidate of a shadow, so nobody can tell what came of it"
                            : "outcomes are compared by requests, and the split is by client",
                    "leave the outcomes out, or create a rollout with steps and without a key header"));
        }
    }

    static void check(List<Problem> problems, List<Outcome> outcomes) {
        if (outcomes.size() > Declared.OUTCOMES_MAX) {
            add(
                    problems,
                    "guardrails.outcomes",
                    outcomes.size() + " outcomes are declared, expected at most " + Declared.OUTCOMES_MAX,
                    "declare those that matter most: they share one part of the error budget");
            return;
        }
        Set<String> names = new HashSet<>();
        for (int i = 0; i < outcomes.size(); i++) {
            String field = "guardrails.outcomes[" + i + "]";
            Outcome outcome = outcomes.get(i);
            if (!NAME.matcher(outcome.getName()).matches()) {
                add(
                        problems,
                        field + ".name",
                        "'" + CommandCheck.shown(outcome.getName()) + "' is not the name of an outcome",
                        "give 1 to 32 characters a-z 0-9 _ -, a letter first");
            } else if (!names.add(outcome.getName())) {
                add(problems, field + ".name", "'" + outcome.getName() + "' is declared twice", "keep one of them");
            }
            if (outcome.getBetter() == Outcome.Better.UNRECOGNIZED) {
                add(problems, field + ".better", "the direction is not known", "give HIGHER or LOWER");
            }
            bounds(problems, field, outcome);
        }
    }

    private static void bounds(List<Problem> problems, String field, Outcome outcome) {
        double range = outcome.getMost() - outcome.getLeast();
        boolean small = Math.abs(outcome.getLeast()) <= SIZE_MAX && Math.abs(outcome.getMost()) <= SIZE_MAX;
        if (!(small && range > 0)) {
            add(
                    problems,
                    field + ".most",
                    "the bounds are " + outcome.getLeast() + " and " + outcome.getMost()
                            + ", expected two numbers, the lower one first, at most 1e12",
                    "give the least and the greatest value that there can be; what lies beyond counts as the bound");
        } else if (!(outcome.getMargin() >= range * 1e-6 && outcome.getMargin() < range)) {
            add(
                    problems,
                    field + ".margin",
                    "the margin is " + outcome.getMargin() + ", expected above 0 and below the range of " + range,
                    "give how much worse the candidate's mean may be, in the unit of the number");
        }
    }

    private static void add(List<Problem> problems, String field, String what, String fix) {
        problems.add(new Problem(Kind.INVALID, field, what, fix));
    }
}
