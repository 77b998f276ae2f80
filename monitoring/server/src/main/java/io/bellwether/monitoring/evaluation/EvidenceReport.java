package io.bellwether.monitoring.evaluation;

import io.bellwether.statistics.BucketScale;
import io.bellwether.statistics.ClassEvidence;
import io.bellwether.statistics.EventTable;
import io.bellwether.statistics.LatencyEvidence;
import io.bellwether.statistics.LogHistogram;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Puts the evidence into records and sentences for people. */
final class EvidenceReport {
    private final RolloutPlan plan;
    private final GuardrailLedger ledger;
    private final HarmBudget budget;
    private final SliceReport slices;
    private final HorizonWatch horizon;
    /** What every verdict says of the plan. */
    private final String errorFloors;

    private final String timeoutFloor;
    private final String nanFloor;

    EvidenceReport(RolloutPlan plan, GuardrailLedger ledger, HarmBudget budget, HorizonWatch horizon) {
        this.plan = plan;
        this.ledger = ledger;
        this.budget = budget;
        this.slices = new SliceReport(plan, budget);
        this.horizon = horizon;
        Margins margins = plan.margins();
        this.errorFloors = "no harm up to " + percent(margins.errorFloors().harm()) + ", safe below "
                + percent(margins.errorFloors().safe());
        this.timeoutFloor = "also among errors; acceptable anyway: "
                + percent(margins.rare().timeoutFloor());
        this.nanFloor = "acceptable anyway: " + percent(margins.rare().nanFloor());
    }

    /** What each guardrail knows of each declared slice. */
    List<SliceEvidence> slices() {
        return slices.slices();
    }

    /** Whether a guardrail takes part: it has data, or data is expected. */
    boolean present(Guardrail guardrail) {
        return switch (guardrail) {
            case COST -> plan.conduct().costExpected() || ledger.seen(guardrail);
            case CLASSES -> plan.conduct().classesExpected() || ledger.seen(guardrail);
            case ERRORS, LATENCY_P50, LATENCY_P95, LATENCY_P99, TIMEOUTS, NAN -> true;
        };
    }

    List<GuardrailEvidence> guardrails() {
        List<GuardrailEvidence> all = new ArrayList<>();
        for (Guardrail guardrail : Guardrail.values()) {
            EventTable tally = ledger.tally(guardrail);
            all.add(new GuardrailEvidence(
                    guardrail.label(),
                    plan.weightOf(guardrail),
                    ledger.logEHarm(guardrail),
                    ledger.logESafe(guardrail),
                    new GuardrailEvidence.ArmShare(
                            tally.controlCount(),
                            tally.controlEvents(),
                            value(guardrail, tally.controlShare(), ledger.seenOfControl())),
                    new GuardrailEvidence.ArmShare(
                            tally.candidateCount(),
                            tally.candidateEvents(),
                            value(guardrail, tally.candidateShare(), ledger.seenOfCandidate())),
                    unit(guardrail),
                    margin(guardrail),
                    detail(guardrail),
                    horizon.smallestEffect(guardrail),
                    present(guardrail)));
        }
        return all;
    }

    /** Guardrails that alone crossed their share of the error budget. */
    List<String> harmed() {
        List<String> harmed = new ArrayList<>();
        for (Guardrail guardrail : Guardrail.values()) {
            if (budget.isHarmed(guardrail)) {
                harmed.add(guardrail.label());
            }
        }
        harmed.addAll(slices.harmed());
        return harmed;
    }

    /** Why the rollout should be rolled back. */
    String harm() {
        List<String> sentences = new ArrayList<>();
        Guardrail strongest = Guardrail.ERRORS;
        for (Guardrail guardrail : Guardrail.values()) {
            if (budget.isHarmed(guardrail)) {
                sentences.add(sentence(guardrail));
            }
            strongest = weighted(guardrail) > weighted(strongest) ? guardrail : strongest;
        }
        List<String> ofSlices = slices.sentences();
        if (!ofSlices.isEmpty()) {
            sentences.addAll(ofSlices);
            return String.join("; ", sentences);
        }
        if (sentences.isEmpty()) {
            sentences.add("the guardrails together show harm, most of it " + sentence(strongest));
        }
        slices.suspect().ifPresent(slice -> sentences.add("it shows most in one slice, " + slice));
        return String.join("; ", sentences);
    }

    private double weighted(Guardrail guardrail) {
        return ledger.logEHarmMost(guardrail) + Math.log(plan.weightOf(guardrail));
    }

    private String sentence(Guardrail guardrail) {
        EventTable tally = ledger.tally(guardrail);
        String candidate = percent(tally.candidateShare());
        String control = percent(tally.controlShare());
        String margin = percent(ledger.effectiveMargin(guardrail));
        String units = plan.conduct().unit().plural();
        String what = guardrail.label() + ": " + candidate;
        return switch (guardrail) {
            case ERRORS ->
                what + " of candidate " + units + " fail, against " + control + " of control's"
                        + stable(ledger.stableTally())
                        + "; the floor is "
                        + percent(plan.margins().errorFloors().harm());
            case LATENCY_P50 ->
                what + " of candidate " + units + " exceed the control's own median by more than " + margin
                        + ", against " + control + " of control's above it" + ranks();
            case LATENCY_P95 ->
                what + " of candidate " + units + " exceed the control's own 95th percentile by more than " + margin
                        + ", against " + control + " of control's above it" + reach();
            case LATENCY_P99 ->
                what + " of candidate " + units + " exceed the control's own 99th percentile by more than " + margin
                        + ", against " + control + " of control's above it";
            case TIMEOUTS ->
                what + " of candidate " + units + " time out, against " + control + " of control's; the floor is "
                        + percent(plan.margins().rare().timeoutFloor());
            case NAN ->
                what + " of candidate " + units + " give a NaN or an infinity, against " + control
                        + " of control's; the floor is "
                        + percent(plan.margins().rare().nanFloor());
            case COST ->
                guardrail.label() + ": " + growth() + " on average; " + candidate + " of candidate " + units
                        + " cost more than " + margin + " above the control's own median, against " + control
                        + " of control's above it";
            case CLASSES ->
                what + " of the candidate's predictions are " + mostShiftedClass() + ", against " + control
                        + " of control's";
        };
    }

    private String ranks() {
        return meanScores(Guardrail.LATENCY_P50)
                .map(means ->
                        "; it is beyond that the slower of the two in " + percent(means.candidate()) + " of the pairs")
                .orElse("");
    }

    private String reach() {
        return meanScores(Guardrail.LATENCY_P95)
                .filter(means -> means.control() > 0)
                .map(means -> String.format(
                        Locale.ROOT,
                        "; beyond that it reaches %.2f times as far above the 90th",
                        means.candidate() / means.control()))
                .orElse("");
    }

    /** Of all witnesses so far. */
    private Optional<LatencyEvidence.MeanScores> meanScores(Guardrail guardrail) {
        return ledger.latency(guardrail)
                .meanScores(
                        ledger.seenOfControl().latencyNanos(),
                        ledger.seenOfCandidate().latencyNanos());
    }

    /** Growth of the mean cost, of all witnesses so far. */
    private String growth() {
        double control = mean(ledger.seenOfControl().costPicoUsd());
        double candidate = mean(ledger.seenOfCandidate().costPicoUsd());
        return control == 0
                ? "nothing to compare with"
                : String.format(Locale.ROOT, "%+.1f %%", 100 * (candidate / control - 1));
    }

    private String detail(Guardrail guardrail) {
        if (!present(guardrail)) {
            return "absent: none expected, none seen";
        }
        if (!ledger.seen(guardrail)) {
            return "no data yet";
        }
        return switch (guardrail) {
            case ERRORS -> errorFloors + stable(ledger.stableTally());
            case LATENCY_P50 -> "one witness a batch above the control's past median; harm also by ranks";
            case LATENCY_P95 ->
                "one witness a batch above the control's past 95th percentile; harm also by the reach above its 90th";
            case LATENCY_P99 -> "one witness a batch above the control's past 99th percentile";
            case TIMEOUTS -> timeoutFloor;
            case NAN -> nanFloor;
            case COST -> "one witness a batch: means, and ranks among the control's past";
            case CLASSES -> mostShiftedClass();
        };
    }

    /** Workers count NaN in a last bin of its own; of very many classes the last bin holds all that find no place. */
    private String mostShiftedClass() {
        int index = ledger.mostShiftedClass();
        if (index < 0) {
            return "none predicted yet";
        }
        if (index < ledger.classes() - 1) {
            return "class " + index;
        }
        return ledger.classes() < ClassEvidence.CLASSES_MAX ? "NaN" : "class " + index + " or beyond, or NaN";
    }

    private static double value(Guardrail guardrail, double share, GuardrailLedger.Seen seen) {
        return switch (guardrail) {
            case ERRORS, CLASSES, TIMEOUTS, NAN -> share;
            case LATENCY_P50 -> quantile(seen.latencyNanos(), 0.5) * 1e-9;
            case LATENCY_P95 -> quantile(seen.latencyNanos(), 0.95) * 1e-9;
            case LATENCY_P99 -> quantile(seen.latencyNanos(), 0.99) * 1e-9;
            case COST -> mean(seen.costPicoUsd()) * 1e-12;
        };
    }

    /** The mean of the middles of the buckets; 0 if nothing was counted. */
    private static double mean(LogHistogram histogram) {
        int[] buckets = histogram.buckets();
        long[] counts = histogram.counts();
        double mean = 0;
        for (int i = 0; i < buckets.length; i++) {
            mean += (double) counts[i] / histogram.total() * BucketScale.middleOf(buckets[i]);
        }
        return mean;
    }

    private static double quantile(LogHistogram histogram, double q) {
        return histogram.isEmpty() ? 0 : BucketScale.middleOf(histogram.quantileBucket(q));
    }

    private static String unit(Guardrail guardrail) {
        return switch (guardrail) {
            case ERRORS, CLASSES, TIMEOUTS, NAN -> "ratio";
            case LATENCY_P50, LATENCY_P95, LATENCY_P99 -> "seconds";
            case COST -> "usd";
        };
    }

    private double margin(Guardrail guardrail) {
        return switch (guardrail) {
            case ERRORS -> plan.margins().errorOdds();
            case CLASSES -> plan.margins().classOdds();
            case TIMEOUTS -> plan.margins().rare().timeoutRatio();
            case NAN -> plan.margins().rare().nanRatio();
            case LATENCY_P50, LATENCY_P95, LATENCY_P99, COST -> ledger.effectiveMargin(guardrail);
        };
    }

    /** What the second comparison saw, if there is one. */
    static String stable(EventTable tally) {
        return tally.controlCount() == 0
                ? ""
                : " (it breaks on " + percent(tally.candidateShare()) + "; of all that the stable version was asked "
                        + percent(tally.controlShare()) + " failed)";
    }

    static String percent(double share) {
        String pattern = share > 0 && share < 0.001 ? "%.3f %%" : "%.1f %%";
        return String.format(Locale.ROOT, pattern, 100 * share);
    }
}
