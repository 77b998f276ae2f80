package io.bellwether.monitoring.evaluation;

import io.bellwether.statistics.EventTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Puts the evidence of the declared slices into records and sentences for people. */
final class SliceReport {
    private final RolloutPlan plan;
    private final HarmBudget budget;
    private final List<Guarded> guarded = new ArrayList<>();

    /** A guardrail of the slice at a place. */
    private record Guarded(int place, Guardrail guardrail) {}

    SliceReport(RolloutPlan plan, HarmBudget budget) {
        this.plan = plan;
        this.budget = budget;
        for (int place = 0; place < plan.slices().names().size(); place++) {
            for (Guardrail guardrail : SliceLedger.GUARDED) {
                guarded.add(new Guarded(place, guardrail));
            }
        }
    }

    /** Each guardrail of each slice. */
    List<SliceEvidence> slices() {
        return guarded.stream()
                .map(one -> new SliceEvidence(name(one.place()), evidence(one.place(), one.guardrail())))
                .toList();
    }

    /** Guardrails of slices that alone crossed their share of the error budget. */
    List<String> harmed() {
        return crossed()
                .map(one -> one.guardrail().label() + " in " + name(one.place()))
                .toList();
    }

    /** A sentence for each of these. */
    List<String> sentences() {
        return crossed().map(one -> sentence(one.place(), one.guardrail())).toList();
    }

    /**
     * What the slice with the strongest evidence shows; empty unless that would suffice if nothing else were guarded. Less
     * than blame, and where to look first when the whole was taken back.
     */
    Optional<String> suspect() {
        return guarded.stream()
                .filter(one -> mostHarm(one) >= budget.logLevel())
                .reduce((one, other) -> mostHarm(other) >= mostHarm(one) ? other : one)
                .map(one -> sentence(one.place(), one.guardrail()));
    }

    private double mostHarm(Guarded one) {
        return budget.slices().get(one.place()).logEHarmMost(one.guardrail());
    }

    /** Those that alone crossed their share of the error budget. */
    private Stream<Guarded> crossed() {
        return guarded.stream().filter(one -> budget.isHarmed(one.place(), one.guardrail()));
    }

    private String name(int place) {
        return plan.slices().names().get(place);
    }

    private String sentence(int place, Guardrail guardrail) {
        SliceLedger slice = budget.slices().get(place);
        EventTable tally = slice.tally(guardrail);
        String control = EvidenceReport.percent(tally.controlShare());
        String units = plan.conduct().unit().plural();
        String what = guardrail.label() + " in the slice " + name(place) + ": "
                + EvidenceReport.percent(tally.candidateShare()) + " of its candidate " + units;
        return switch (guardrail) {
            case ERRORS ->
                what + " fail, against " + control + " of control's" + EvidenceReport.stable(slice.stableTally())
                        + "; the floor is "
                        + EvidenceReport.percent(plan.margins().errorFloors().harm());
            case TIMEOUTS ->
                what + " time out, against " + control + " of control's; the floor is "
                        + EvidenceReport.percent(plan.margins().rare().timeoutFloor());
            default ->
                what + " exceed its control's own 95th percentile by more than "
                        + EvidenceReport.percent(slice.latencyMargin()) + ", against " + control
                        + " of control's above it";
        };
    }

    private GuardrailEvidence evidence(int place, Guardrail guardrail) {
        SliceLedger slice = budget.slices().get(place);
        EventTable tally = slice.tally(guardrail);
        return new GuardrailEvidence(
                guardrail.label(),
                budget.weightOf(place, guardrail),
                slice.logEHarm(guardrail),
                slice.logESafe(guardrail),
                new GuardrailEvidence.ArmShare(tally.controlCount(), tally.controlEvents(), tally.controlShare()),
                new GuardrailEvidence.ArmShare(tally.candidateCount(), tally.candidateEvents(), tally.candidateShare()),
                "ratio",
                margin(slice, guardrail),
                detail(tally, guardrail),
                0,
                true);
    }

    private double margin(SliceLedger slice, Guardrail guardrail) {
        return switch (guardrail) {
            case ERRORS -> plan.margins().errorOdds();
            case TIMEOUTS -> plan.margins().rare().timeoutRatio();
            default -> slice.latencyMargin();
        };
    }

    private String detail(EventTable tally, Guardrail guardrail) {
        if (tally.controlCount() == 0 || tally.candidateCount() == 0) {
            return "too little traffic to compare yet";
        }
        return switch (guardrail) {
            case ERRORS ->
                "acceptable anyway: "
                        + EvidenceReport.percent(plan.margins().errorFloors().harm());
            case TIMEOUTS ->
                "also among errors; acceptable anyway: "
                        + EvidenceReport.percent(plan.margins().rare().timeoutFloor());
            default -> "share above the past 95th percentile of the slice's control";
        };
    }
}
