package io.bellwether.monitoring.evaluation;

import io.bellwether.statistics.ErrorBudget;
import io.bellwether.statistics.PairedEvidence;
import io.bellwether.statistics.StateReader;
import io.bellwether.statistics.StateWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Folds the complete slots of one shadow into paired tests and says what the evidence means.
 *
 * <p><b>Harm</b> when the weighted sum of the harm e-values of disagreement and accuracy ever reached {@code 1/alpha}; this
 * stays so. <b>Invalid</b> when the candidate was ever shown to leave its copies unanswered a tenth of them more often than
 * the stable version leaves its own: what is left to compare is chosen by what the candidate did. <b>Blind</b> when telemetry
 * is stale. <b>Safe</b> when every question that takes part shows safety of {@code 1/beta} now; nothing follows from it.
 * <b>Hold</b> otherwise: also while labels are required and none came.
 *
 * <p>One pair is one observation. Both answers are to the same request, so what is hard for both versions cancels.
 *
 * <p>Not thread-safe; deterministic: the same slots and assessments in the same order give the same results.
 */
public final class ShadowEvaluation {
    /** Share of the copies by which the candidate may leave more of them unanswered. */
    static final double LOST_MARGIN = 0.10;

    /** Chance to call a shadow invalid of which no more answers are lost than that. */
    static final double LOST_ALPHA = 0.001;

    private final ShadowPlan plan;
    private final EvaluationSettings settings;
    private final ErrorBudget budget;
    private final ShadowReport report;
    private final PairedLedger disagreement;
    private final PairedLedger accuracy;
    private final PairedEvidence lost = new PairedEvidence(LOST_MARGIN);
    private long firstSlot = -1;
    private long lastSlot = -1;
    private double logCombinedMost;
    private double logELostMost;

    private ShadowEvaluation(ShadowPlan plan, EvaluationSettings settings) {
        ShadowPlan.Margins margins = plan.margins();
        this.plan = plan;
        this.settings = settings;
        this.budget = new ErrorBudget(
                margins.alpha(),
                Arrays.stream(ShadowQuestion.values())
                        .mapToDouble(ShadowQuestion::weight)
                        .toArray());
        this.report = new ShadowReport(plan);
        this.disagreement = new PairedLedger(margins.disagreement(), margins.disagreement());
        this.accuracy = new PairedLedger(margins.accuracyHarm(), margins.accuracySafe());
    }

    /** An evaluation that has seen nothing yet. */
    public static ShadowEvaluation start(ShadowPlan plan, EvaluationSettings settings) {
        return new ShadowEvaluation(plan, settings);
    }

    /**
     * Continues from a snapshot.
     *
     * @throws IllegalArgumentException if the snapshot was taken under another plan or is damaged
     */
    public static ShadowEvaluation resume(ShadowPlan plan, EvaluationSettings settings, EvaluationState state) {
        if (!state.configHash().equals(plan.configHash())) {
            throw new IllegalArgumentException("evidence of shadow " + plan.rolloutId() + " was gathered under plan "
                    + state.configHash() + ", the plan now is " + plan.configHash());
        }
        ShadowEvaluation evaluation = new ShadowEvaluation(plan, settings);
        evaluation.read(new StateReader(state.longs(), state.doubles()));
        return evaluation;
    }

    /**
     * Adds one complete slot; slots come in rising order, gaps are slots without pairs.
     *
     * @return false if the slot is not newer than the last one and was ignored
     */
    public boolean add(ShadowSlot slot) {
        if (slot.slot() <= lastSlot) {
            return false;
        }
        firstSlot = firstSlot < 0 ? slot.slot() : firstSlot;
        lastSlot = slot.slot();
        disagreement.add(slot.disagreement());
        accuracy.add(slot.accuracy());
        lost.add(slot.disagreement().byLost());
        logELostMost = Math.max(logELostMost, lost.logEHarm());
        logCombinedMost = Math.max(
                logCombinedMost, budget.logCombined(new double[] {disagreement.logEHarm(), accuracy.logEHarm()}));
        return true;
    }

    /** The last slot that was added; -1 before the first. */
    public long lastSlot() {
        return lastSlot;
    }

    /**
     * Says what the evidence means now.
     *
     * @param held a person holds the shadow: nothing is copied
     */
    public Assessment assess(boolean held, long nowSlot) {
        List<ShadowQuestion> harmed = harmed();
        Finding finding = find(harmed, held, nowSlot);
        AnswerPairs seen = disagreement.seen();
        long pairs = seen.answered();
        return new Assessment(
                finding.conclusion(),
                finding.reason(),
                harmed.stream().map(ShadowQuestion::label).toList(),
                new Assessment.Levels(logCombinedMost, budget.logLevel(), logPromote()),
                Arrays.stream(ShadowQuestion.values())
                        .map(question -> report.evidence(question, ledger(question)))
                        .toList(),
                List.of(),
                new Assessment.Counts(lastSlot, pairs, pairs, pairs, pairs, lastSlot - firstSlot, 0, 0, -1),
                new Assessment.Observed(Unit.PAIR, pairs, pairs),
                false,
                new Assessment.Split(
                        logELostMost,
                        -Math.log(LOST_ALPHA),
                        new Assigned(
                                pairs + seen.lost().candidate(),
                                pairs + seen.lost().control())),
                plan.configHash());
    }

    private record Finding(Conclusion conclusion, String reason) {}

    private Finding find(List<ShadowQuestion> harmed, boolean held, long nowSlot) {
        if (logCombinedMost >= budget.logLevel()) {
            return new Finding(Conclusion.HARM, report.harm(harmed, disagreement, accuracy));
        }
        if (logELostMost >= -Math.log(LOST_ALPHA)) {
            AnswerPairs.Lost all = disagreement.seen().lost();
            return new Finding(
                    Conclusion.INVALID,
                    "the comparison is invalid: the candidate alone left " + all.candidate()
                            + " copies unanswered and the stable version alone " + all.control() + ", while "
                            + disagreement.seen().answered() + " were answered by both; give the candidate workers"
                            + " enough, end this shadow and start another");
        }
        Optional<String> unseen = Freshness.blindness(lastSlot, nowSlot, settings, "freshness cannot be told");
        if (unseen.isPresent()) {
            return new Finding(Conclusion.BLIND, unseen.get());
        }
        return held ? new Finding(Conclusion.HOLD, "a person holds the shadow") : weighed();
    }

    private Finding weighed() {
        if (plan.margins().labelsRequired() && accuracy.seen().answered() == 0) {
            return new Finding(
                    Conclusion.HOLD,
                    "labels are required and none came for a copied request: deliver them, or ask for none");
        }
        List<ShadowQuestion> undecided = Arrays.stream(ShadowQuestion.values())
                .filter(question -> report.present(question, ledger(question)))
                .filter(question -> ledger(question).logESafe() < logPromote())
                .toList();
        String pairs = disagreement.seen().answered() + " pairs of answers, "
                + accuracy.seen().answered() + " of them labelled";
        return undecided.isEmpty()
                ? new Finding(
                        Conclusion.SAFE,
                        "no harm beyond the margins, shown at level "
                                + EvidenceReport.percent(plan.margins().beta()) + " on " + pairs
                                + "; a shadow changes no weight: a person decides what comes next")
                : new Finding(
                        Conclusion.HOLD,
                        "not enough evidence yet against harm in "
                                + undecided.stream().map(ShadowQuestion::label).collect(Collectors.joining(", "))
                                + "; so far " + pairs);
    }

    private List<ShadowQuestion> harmed() {
        List<ShadowQuestion> harmed = new ArrayList<>();
        for (ShadowQuestion question : ShadowQuestion.values()) {
            if (budget.alone(question.place(), ledger(question).logEHarmMost())) {
                harmed.add(question);
            }
        }
        return harmed;
    }

    private PairedLedger ledger(ShadowQuestion question) {
        return question == ShadowQuestion.ACCURACY ? accuracy : disagreement;
    }

    private double logPromote() {
        return -Math.log(plan.margins().beta());
    }

    /** What to persist. */
    public EvaluationState snapshot() {
        StateWriter out = new StateWriter();
        out.writeLong(firstSlot);
        out.writeLong(lastSlot);
        disagreement.write(out);
        accuracy.write(out);
        lost.write(out);
        out.writeDouble(logCombinedMost);
        out.writeDouble(logELostMost);
        return new EvaluationState(plan.configHash(), out.longs(), out.doubles());
    }

    private void read(StateReader in) {
        firstSlot = in.readLong();
        lastSlot = in.readLong();
        disagreement.read(in);
        accuracy.read(in);
        lost.read(in);
        logCombinedMost = in.readDouble();
        logELostMost = in.readDouble();
        in.finish();
    }
}
