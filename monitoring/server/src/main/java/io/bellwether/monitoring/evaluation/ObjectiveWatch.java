package io.bellwether.monitoring.evaluation;

import io.bellwether.statistics.EventTable;
import io.bellwether.statistics.FaultEvidence;
import io.bellwether.statistics.LateOnsets;
import io.bellwether.statistics.StateReader;
import io.bellwether.statistics.StateWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The absolute objective of the whole model beside the comparison of its versions. While the model burns its error budget too
 * fast ({@link BurnWindows}) nothing advances or is promoted, whoever is at fault: harm that a candidate does to both arms
 * alike is not seen by comparing. The candidate is taken back only if it is shown to be part of it: it fails more often than
 * its control <em>and</em> more often than the objective allows ({@link FaultEvidence} with an odds margin of one and the
 * allowed share for a floor), at the level {@code alpha} times {@link #WEIGHT}, which the guardrails leave to it. It has
 * no margin, so it acts only while the budget burns.
 *
 * <p>Where the split is by client, requests are no observations: then it holds and takes nothing back.
 *
 * <p>Not thread-safe; deterministic.
 */
public final class ObjectiveWatch {
    /** Share of the error budget for taking a candidate back for its part in a burn; the guardrails have the rest. */
    public static final double WEIGHT = 0.05;

    private static final int RULES_VERSION = 1;

    private final Plan plan;
    private final BurnWindows windows;
    private final FaultEvidence part;
    private final LateOnsets onsets = LateOnsets.everyTenMinutes();
    private final SlotBatch batch;
    private double logEPart;
    private double logEPartMost;

    /**
     * What is fixed about it.
     *
     * @param rolloutId identity of the rollout
     * @param objective share of the requests that should be answered well, below 1
     * @param alpha error budget of the rollout
     * @param byRequest whether requests are assigned one by one
     */
    public record Plan(String rolloutId, double objective, double alpha, boolean byRequest) {
        /** A short stable name of everything that the conclusions depend on. */
        String configHash() {
            return RolloutPlan.hash("objective|" + RULES_VERSION + "|" + this);
        }

        /** Level at which the candidate is part of a burn, as a natural logarithm. */
        double logLevel() {
            return -Math.log(alpha * WEIGHT);
        }
    }

    /**
     * What is known now.
     *
     * @param objective share of the requests that should be answered well
     * @param burning whether the budget burns too fast
     * @param sentence how fast it burns, for people
     * @param hourRate burn rate of the last hour
     * @param logEPart natural logarithm of the evidence that the candidate is part of it, the greatest so far
     * @param logEPartLevel the level at which it is
     */
    public record Reading(
            double objective,
            boolean burning,
            String sentence,
            double hourRate,
            double logEPart,
            double logEPartLevel) {}

    private ObjectiveWatch(Plan plan, EvaluationSettings settings) {
        this.plan = plan;
        this.windows = new BurnWindows(plan.objective());
        double allowed = 1 - plan.objective();
        this.part = FaultEvidence.ofOdds(1, allowed, allowed);
        this.batch = new SlotBatch(settings);
    }

    /** One that has seen nothing yet. */
    public static ObjectiveWatch start(Plan plan, EvaluationSettings settings) {
        return new ObjectiveWatch(plan, settings);
    }

    /**
     * Continues from a snapshot.
     *
     * @throws IllegalArgumentException if it was taken under another plan or is damaged
     */
    public static ObjectiveWatch resume(Plan plan, EvaluationSettings settings, EvaluationState state) {
        if (!state.configHash().equals(plan.configHash())) {
            throw new IllegalArgumentException("the burn of rollout " + plan.rolloutId() + " was watched under plan "
                    + state.configHash() + ", the plan now is " + plan.configHash());
        }
        ObjectiveWatch watch = new ObjectiveWatch(plan, settings);
        StateReader in = new StateReader(state.longs(), state.doubles());
        watch.windows.read(in);
        watch.part.read(in);
        watch.onsets.read(in);
        watch.batch.read(in);
        watch.logEPart = in.readDouble();
        watch.logEPartMost = in.readDouble();
        in.finish();
        return watch;
    }

    /** Adds a slot that was not added before; slots come in rising order. */
    public void add(long slot, ModelCounts all, ArmCounts control, ArmCounts candidate) {
        windows.add(slot, all);
        if (plan.byRequest()) {
            batch.add(slot, control, candidate, this::compare);
        }
    }

    private void compare(long slot, ArmCounts control, ArmCounts candidate) {
        onsets.due(slot).ifPresent(part::beginAgain);
        part.add(new EventTable(control.requests(), control.failures(), candidate.requests(), candidate.failures()));
        logEPart = onsets.logE(part.logEHarm());
        logEPartMost = Math.max(logEPartMost, logEPart);
    }

    /** What is known now. */
    public Reading reading() {
        List<BurnWindows.Burn> burns = windows.burns();
        boolean burning = burns.stream().anyMatch(BurnWindows.Burn::burning);
        String rates = burns.stream()
                .map(burn -> String.format(
                        Locale.ROOT,
                        "%s times over %d min and %s over %d min (too fast: %s)",
                        rate(burn.longRate()),
                        burn.longMinutes(),
                        rate(burn.shortRate()),
                        burn.shortMinutes(),
                        rate(burn.factor())))
                .collect(Collectors.joining(", "));
        return new Reading(
                plan.objective(),
                burning,
                "the model burns the error budget of its objective of " + share(plan.objective()) + " " + rates,
                burns.get(0).longRate(),
                logEPartMost,
                plan.logLevel());
    }

    /** The same assessment, or what the burn makes of it: a hold, or a roll back of a candidate that is part of it. */
    public Assessment weigh(Assessment assessment) {
        Reading now = reading();
        boolean comparing =
                switch (assessment.conclusion()) {
                    case HOLD, ADVANCE, PROMOTE -> true;
                    case ROLL_BACK, BLIND, INVALID, SAFE, HARM -> false;
                };
        if (!now.burning() || !comparing) {
            return assessment;
        }
        return blame(now)
                .map(reason -> assessment.concluding(Conclusion.ROLL_BACK, reason))
                .orElseGet(() -> assessment.holding(
                        now.sentence() + "; nothing advances meanwhile, and nothing shows that the candidate is part of"
                                + " it: find the cause. Without that: " + assessment.reason()));
    }

    private Optional<String> blame(Reading now) {
        if (logEPartMost < plan.logLevel()) {
            return Optional.empty();
        }
        EventTable tally = part.tally();
        return Optional.of(now.sentence() + ", and the candidate is part of it: "
                + EvidenceReport.percent(tally.candidateShare()) + " of its requests fail, against "
                + EvidenceReport.percent(tally.controlShare()) + " of control's");
    }

    private static String rate(double rate) {
        return String.format(Locale.ROOT, "%.1f", rate);
    }

    private static String share(double share) {
        String text = String.format(Locale.ROOT, "%.4f", 100 * share).replaceAll("0+$", "");
        return (text.endsWith(".") ? text.substring(0, text.length() - 1) : text) + " %";
    }

    /** What to persist. */
    public EvaluationState snapshot() {
        StateWriter out = new StateWriter();
        windows.write(out);
        part.write(out);
        onsets.write(out);
        batch.write(out);
        out.writeDouble(logEPart);
        out.writeDouble(logEPartMost);
        return new EvaluationState(plan.configHash(), out.longs(), out.doubles());
    }
}
