package io.bellwether.monitoring.evaluation;

import io.bellwether.statistics.BucketScale;
import io.bellwether.statistics.EventTable;
import io.bellwether.statistics.LogHistogram;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Puts the evidence into records and sentences for people. */
final class EvidenceReport {
    private final RolloutPlan plan;
    private final GuardrailTests tests;

    EvidenceReport(RolloutPlan plan, GuardrailTests tests) {
        this.plan = plan;
        this.tests = tests;
    }

    /** Whether a guardrail takes part: it has data, or data is expected. */
    boolean present(Guardrail guardrail) {
        return switch (guardrail) {
            case COST -> plan.conduct().costExpected() || tests.seen(guardrail);
            case CLASSES -> plan.conduct().classesExpected() || tests.seen(guardrail);
            case ERRORS, LATENCY_P50, LATENCY_P95 -> true;
        };
    }

    List<GuardrailEvidence> guardrails() {
        List<GuardrailEvidence> all = new ArrayList<>();
        for (Guardrail guardrail : Guardrail.values()) {
            EventTable tally = tests.tally(guardrail);
            all.add(new GuardrailEvidence(
                    guardrail.label(),
                    guardrail.weight(),
                    tests.logEHarm(guardrail),
                    tests.logESafe(guardrail),
                    new GuardrailEvidence.ArmShare(
                            tally.controlCount(),
                            tally.controlEvents(),
                            value(guardrail, tally.controlShare(), tests.seenOfControl())),
                    new GuardrailEvidence.ArmShare(
                            tally.candidateCount(),
                            tally.candidateEvents(),
                            value(guardrail, tally.candidateShare(), tests.seenOfCandidate())),
                    unit(guardrail),
                    margin(guardrail),
                    detail(guardrail),
                    present(guardrail)));
        }
        return all;
    }

    /** Guardrails that alone crossed their share of the error budget. */
    List<String> harmed() {
        List<String> harmed = new ArrayList<>();
        for (Guardrail guardrail : Guardrail.values()) {
            if (tests.budget().alone(guardrail.ordinal(), tests.logEHarmMost(guardrail))) {
                harmed.add(guardrail.label());
            }
        }
        return harmed;
    }

    /** Why the rollout should be rolled back. */
    String harm() {
        List<String> sentences = new ArrayList<>();
        Guardrail strongest = Guardrail.ERRORS;
        for (Guardrail guardrail : Guardrail.values()) {
            double logE = tests.logEHarmMost(guardrail);
            if (tests.budget().alone(guardrail.ordinal(), logE)) {
                sentences.add(sentence(guardrail));
            }
            boolean stronger =
                    logE + Math.log(guardrail.weight()) > tests.logEHarmMost(strongest) + Math.log(strongest.weight());
            strongest = stronger ? guardrail : strongest;
        }
        return sentences.isEmpty()
                ? "the guardrails together show harm, most of it " + sentence(strongest)
                : String.join("; ", sentences);
    }

    private String sentence(Guardrail guardrail) {
        EventTable tally = tests.tally(guardrail);
        String candidate = percent(tally.candidateShare());
        String control = percent(tally.controlShare());
        String margin = percent(tests.effectiveMargin(guardrail));
        String what = guardrail.label() + ": " + candidate;
        return switch (guardrail) {
            case ERRORS ->
                what + " of candidate requests fail, against " + control + " of control's; the floor is "
                        + percent(plan.margins().errorFloor());
            case LATENCY_P50 ->
                what + " of candidate requests exceed the control's own median by more than " + margin + ", against "
                        + control + " of control's above it";
            case LATENCY_P95 ->
                what + " of candidate requests exceed the control's own 95th percentile by more than " + margin
                        + ", against " + control + " of control's above it";
            case COST ->
                what + " of candidate requests cost more than " + margin + " above the control's own median, against "
                        + control + " of control's above it";
            case CLASSES ->
                what + " of the candidate's predictions are class " + tests.mostShiftedClass() + ", against " + control
                        + " of control's";
        };
    }

    private String detail(Guardrail guardrail) {
        if (!present(guardrail)) {
            return "absent: none expected, none seen";
        }
        if (!tests.seen(guardrail)) {
            return "no data yet";
        }
        return switch (guardrail) {
            case ERRORS -> "acceptable anyway: " + percent(plan.margins().errorFloor());
            case LATENCY_P50 -> "one witness a batch above the control's past median";
            case LATENCY_P95 -> "one witness a batch above the control's past 95th percentile";
            case COST -> "one witness a batch above the control's past median";
            case CLASSES -> "class " + tests.mostShiftedClass();
        };
    }

    private static double value(Guardrail guardrail, double share, GuardrailTests.Seen seen) {
        return switch (guardrail) {
            case ERRORS, CLASSES -> share;
            case LATENCY_P50 -> quantile(seen.latencyNanos(), 0.5) * 1e-9;
            case LATENCY_P95 -> quantile(seen.latencyNanos(), 0.95) * 1e-9;
            case COST -> quantile(seen.costPicoUsd(), 0.5) * 1e-12;
        };
    }

    private static double quantile(LogHistogram histogram, double q) {
        return histogram.isEmpty() ? 0 : BucketScale.middleOf(histogram.quantileBucket(q));
    }

    private static String unit(Guardrail guardrail) {
        return switch (guardrail) {
            case ERRORS, CLASSES -> "ratio";
            case LATENCY_P50, LATENCY_P95 -> "seconds";
            case COST -> "usd";
        };
    }

    private double margin(Guardrail guardrail) {
        return switch (guardrail) {
            case ERRORS -> plan.margins().errorOdds();
            case CLASSES -> plan.margins().classOdds();
            case LATENCY_P50, LATENCY_P95, COST -> tests.effectiveMargin(guardrail);
        };
    }

    static String percent(double share) {
        String pattern = share > 0 && share < 0.001 ? "%.3f %%" : "%.1f %%";
        return String.format(Locale.ROOT, pattern, 100 * share);
    }
}
