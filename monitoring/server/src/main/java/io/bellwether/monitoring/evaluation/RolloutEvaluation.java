package io.bellwether.monitoring.evaluation;

import io.bellwether.statistics.StateReader;
import io.bellwether.statistics.StateWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Folds the complete slots of one rollout into sequential tests and says what the evidence means. One
 * evaluation lives as long as its rollout: its error budget is spent once, over all steps.
 *
 * <p><b>Roll back</b> when the weighted sum of the harm e-values ever reached {@code 1/alpha}; this stays so.
 * <b>Advance and promote</b> when every guardrail that takes part shows safety of {@code 1/beta} now, on data
 * that is fresh in both arms, after the step's minima, unless a person holds the rollout or it is not automatic. <b>Blind</b> when telemetry is stale or a guardrail's data is missing while traffic
 * flows. Declared slices count for harm alone: no promotion waits for them. <b>Invalid</b> when the arms were ever shown not to get as many requests as planned: nothing is promoted any
 * more, nothing is rolled back for it, and harm that was shown still rolls back. <b>Hold</b> otherwise, and while there are
 * fewer observations than the {@link Unit} needs: then nothing at all is concluded from comparing. Missing data is never safety: e-values start at one and stay there.
 *
 * <p>Not thread-safe; deterministic: the same slots and assessments in the same order give the same results.
 */
public final class RolloutEvaluation {
    private final RolloutPlan plan;
    private final String configHash;
    private final EvaluationSettings settings;
    private final GuardrailLedger ledger;
    private final HarmBudget harm;
    private final EvidenceReport report;
    private final Unit unit;
    private final SlotBatch batch;
    private final SlotBatch traffic;
    private final StableBatch stable;
    private final Totals totals = new Totals();
    private final SplitCheck split;
    private final HorizonWatch horizon;
    private long lastSlot = -1;

    private RolloutEvaluation(RolloutPlan plan, EvaluationSettings settings, StableHistory history) {
        this.plan = plan;
        this.configHash = plan.configHash();
        this.settings = settings;
        this.ledger = new GuardrailLedger(plan.margins(), plan.conduct().unit() instanceof Unit.Request, history);
        this.harm = new HarmBudget(plan, settings, ledger);
        this.horizon = new HorizonWatch(plan, ledger);
        this.report = new EvidenceReport(plan, ledger, harm, horizon);
        this.unit = plan.conduct().unit();
        this.split = new SplitCheck(unit);
        this.batch = new SlotBatch(settings);
        this.traffic = new SlotBatch(settings);
        this.stable = new StableBatch(settings.batchRequestsMin(), settings.batchSlotsMax());
    }

    /** An evaluation that has seen nothing yet. */
    public static RolloutEvaluation start(RolloutPlan plan, EvaluationSettings settings, StableHistory history) {
        return new RolloutEvaluation(plan, settings, history);
    }

    /**
     * Continues from a snapshot.
     *
     * @throws IllegalArgumentException if the snapshot was taken under another plan, other rules, or is damaged;
     *     the caller then starts anew and says so
     */
    public static RolloutEvaluation resume(RolloutPlan plan, EvaluationSettings settings, EvaluationState state) {
        if (!state.configHash().equals(plan.configHash())) {
            throw new IllegalArgumentException("evidence of rollout " + plan.rolloutId() + " was gathered under plan "
                    + state.configHash() + ", the plan now is " + plan.configHash());
        }
        RolloutEvaluation evaluation = new RolloutEvaluation(plan, settings, StableHistory.UNKNOWN);
        try {
            evaluation.read(new StateReader(state.longs(), state.doubles()));
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(
                    "evidence of rollout " + plan.rolloutId() + " holds impossible counts", e);
        }
        return evaluation;
    }

    private void read(StateReader in) {
        lastSlot = in.readLong();
        totals.read(in);
        batch.read(in);
        traffic.read(in);
        stable.read(in);
        ledger.read(in);
        harm.read(in);
        split.read(in);
        horizon.read(in);
        in.finish();
    }

    /**
     * Adds one complete slot; slots come in rising order, gaps are slots without traffic.
     *
     * @return false if the slot is not newer than the last one and was ignored
     */
    public boolean add(SlotCounts counts) {
        if (counts.slot() <= lastSlot) {
            return false;
        }
        lastSlot = counts.slot();
        totals.add(counts);
        split.add(counts.assigned());
        batch.add(counts.slot(), counts.control().whole(), counts.candidate().whole(), ledger::add);
        for (StableTable table : counts.stable()) {
            stable.add(counts.slot(), table.share(), table.all(), ledger::addStable);
        }
        harm.addSlices(counts);
        harm.note();
        if (unit instanceof Unit.Client) {
            // New clients become rare, which is no blindness: whether there is something to see, all requests tell.
            SlotCounts.Traffic all = counts.traffic();
            traffic.add(counts.slot(), all.control().whole(), all.candidate().whole(), ledger::noteData);
        }
        horizon.note(counts.slot());
        return true;
    }

    /** Says what the evidence means now. Remembers when the step changed, so it belongs to the fold. */
    public Assessment assess(RolloutStatus status, long nowSlot) {
        totals.note(status);
        Assessment.Counts counts = totals.counts(lastSlot, forecastRequests());
        Finding finding = find(status, counts, nowSlot);
        return new Assessment(
                finding.conclusion(),
                finding.reason(),
                report.harmed(),
                new Assessment.Levels(harm.logCombinedMost(), harm.logLevel(), logPromote()),
                report.guardrails(),
                report.slices(),
                counts,
                totals.observed(unit),
                horizon.isPassed(),
                new Assessment.Split(split.logEMost(), split.logLevel(), split.counted()),
                configHash);
    }

    private record Finding(Conclusion conclusion, String reason) {}

    private Finding find(RolloutStatus status, Assessment.Counts counts, long nowSlot) {
        Assessment.Observed observed = totals.observed(unit);
        if (observed.suffices() && harm.isSpent()) {
            return new Finding(Conclusion.ROLL_BACK, report.harm());
        }
        if (split.isInvalid()) {
            return new Finding(Conclusion.INVALID, split.sentence());
        }
        Optional<String> blind = blindness(nowSlot);
        if (blind.isPresent()) {
            return new Finding(Conclusion.BLIND, blind.get());
        }
        Optional<Finding> standstill = noEvidenceNow(status, nowSlot)
                .map(why -> new Finding(Conclusion.HOLD, why))
                .or(this::pastHorizon)
                .or(() -> shortfall(status, counts).map(why -> new Finding(Conclusion.HOLD, why)));
        if (standstill.isPresent()) {
            return standstill.get();
        }
        boolean last = status.step() >= plan.steps().size() - 1;
        return new Finding(
                last ? Conclusion.PROMOTE : Conclusion.ADVANCE,
                "no guardrail is harmed beyond its margin, shown at level "
                        + EvidenceReport.percent(plan.margins().beta()) + " on " + observed.candidate() + " candidate "
                        + unit.plural() + " and " + observed.control() + " control " + unit.plural());
    }

    /** Why nothing can be seen, if so: no slots arrive, or traffic flows but data of a guardrail is missing. */
    private Optional<String> blindness(long nowSlot) {
        Optional<String> unseen =
                Freshness.blindness(lastSlot, nowSlot, settings, "neither freshness nor bake time can be told");
        if (unseen.isPresent()) {
            return unseen;
        }
        List<String> missing = stale(nowSlot);
        return missing.isEmpty() || !isFresh(Guardrail.ERRORS, nowSlot)
                ? Optional.empty()
                : Optional.of("traffic flows, but fresh data is missing in one or both arms for "
                        + String.join(", ", missing));
    }

    private List<String> stale(long nowSlot) {
        List<String> stale = new ArrayList<>();
        for (Guardrail guardrail : Guardrail.values()) {
            if (report.present(guardrail) && !isFresh(guardrail, nowSlot)) {
                stale.add(guardrail.label());
            }
        }
        return stale;
    }

    private boolean isFresh(Guardrail guardrail, long nowSlot) {
        long slot = ledger.lastSlot(guardrail);
        return slot >= 0 && nowSlot - slot <= settings.freshSlotsMax();
    }

    /** Why there is nothing to conclude from at this moment, if so. */
    private Optional<String> noEvidenceNow(RolloutStatus status, long nowSlot) {
        if (status.held()) {
            return Optional.of("a person holds the rollout");
        }
        if (step(status).weightBasisPoints() >= 10_000) {
            return Optional.of("all traffic sees the candidate and none is left to compare with: a person decides");
        }
        return stale(nowSlot).isEmpty()
                ? Optional.empty()
                : Optional.of("no compared traffic in both arms within the last " + settings.freshSlotsMax() + " s");
    }

    /** What the policy says once evidence has been awaited for long enough; a conclusive rollout goes on. */
    private Optional<Finding> pastHorizon() {
        List<Guardrail> undecided = undecided();
        if (!horizon.isPassed()) {
            return Optional.empty();
        }
        boolean inconclusive = !undecided.isEmpty();
        return switch (horizon.horizon().policy()) {
            case HOLD ->
                inconclusive
                        ? Optional.of(new Finding(Conclusion.HOLD, horizon.sentence(undecided)))
                        : Optional.empty();
            case ROLL_BACK ->
                inconclusive
                        ? Optional.of(new Finding(
                                Conclusion.ROLL_BACK, horizon.sentence(undecided) + "; its policy takes it back"))
                        : Optional.empty();
            case NEVER_PROMOTE ->
                Optional.of(new Finding(
                        Conclusion.HOLD,
                        inconclusive
                                ? horizon.sentence(undecided) + "; its policy leaves it to a person"
                                : "the evidence suffices, but came after the horizon of "
                                        + horizon.horizon().seconds() + " s: its policy leaves it to a person"));
        };
    }

    /** What stands between the evidence and the next step, if anything. */
    private Optional<String> shortfall(RolloutStatus status, Assessment.Counts counts) {
        Assessment.Observed observed = totals.observed(unit);
        if (!observed.suffices()) {
            return Optional.of("too few clients to judge by: " + observed.control() + " of control and "
                    + observed.candidate() + " of the candidate, at least " + unit.least() + " of each are needed");
        }
        PlannedStep step = step(status);
        List<Guardrail> undecided = undecided();
        if (!undecided.isEmpty()) {
            String more = counts.forecastRequests() < 0
                    ? ""
                    : ", about " + counts.forecastRequests() + " more candidate " + unit.plural();
            return Optional.of("not enough evidence yet against harm in "
                    + undecided.stream().map(Guardrail::label).collect(Collectors.joining(", ")) + more);
        }
        if (counts.stepSeconds() < step.bakeSecondsMin()) {
            return Optional.of(
                    "the step lasts at least " + step.bakeSecondsMin() + " s, so far " + counts.stepSeconds());
        }
        long fewest = Math.min(counts.stepControlRequests(), counts.stepCandidateRequests());
        if (fewest < step.requestsMin()) {
            return Optional.of(
                    "the step takes at least " + step.requestsMin() + " requests in each arm, so far " + fewest);
        }
        return conductForbids();
    }

    private PlannedStep step(RolloutStatus status) {
        return plan.steps()
                .get(Math.min(Math.max(status.step(), 0), plan.steps().size() - 1));
    }

    private Optional<String> conductForbids() {
        return plan.conduct().automatic()
                ? Optional.empty()
                : Optional.of("the evidence suffices, but the rollout is not automatic: a person decides");
    }

    private List<Guardrail> undecided() {
        List<Guardrail> undecided = new ArrayList<>();
        for (Guardrail guardrail : Guardrail.values()) {
            if (report.present(guardrail) && ledger.logESafe(guardrail) < logPromote()) {
                undecided.add(guardrail);
            }
        }
        return undecided;
    }

    /** Continues each guardrail's growth so far; the slowest decides. */
    private long forecastRequests() {
        long most = 0;
        long soFar = ledger.tally(Guardrail.ERRORS).candidateCount();
        for (Guardrail guardrail : Guardrail.values()) {
            double logE = ledger.logESafe(guardrail);
            if (!report.present(guardrail) || logE >= logPromote()) {
                continue;
            }
            if (logE < 0.5) {
                return -1;
            }
            most = Math.max(most, (long) Math.ceil((logPromote() - logE) / (logE + 1) * soFar));
        }
        return most;
    }

    private double logPromote() {
        return -Math.log(plan.margins().beta());
    }

    /** The last slot that was added; -1 before the first. */
    public long lastSlot() {
        return lastSlot;
    }

    /** What to persist. */
    public EvaluationState snapshot() {
        StateWriter out = new StateWriter();
        out.writeLong(lastSlot);
        totals.write(out);
        batch.write(out);
        traffic.write(out);
        stable.write(out);
        ledger.write(out);
        harm.write(out);
        split.write(out);
        horizon.write(out);
        return new EvaluationState(configHash, out.longs(), out.doubles());
    }
}
