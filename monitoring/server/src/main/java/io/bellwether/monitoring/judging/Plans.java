package io.bellwether.monitoring.judging;

import io.bellwether.controlapi.log.GuardrailWeights;
import io.bellwether.controlapi.log.Guardrails;
import io.bellwether.controlapi.log.Outcome;
import io.bellwether.controlapi.log.ScoresMoved;
import io.bellwether.monitoring.evaluation.Conduct;
import io.bellwether.monitoring.evaluation.ErrorFloors;
import io.bellwether.monitoring.evaluation.Horizon;
import io.bellwether.monitoring.evaluation.Margins;
import io.bellwether.monitoring.evaluation.ObjectiveWatch;
import io.bellwether.monitoring.evaluation.OutcomeWatch;
import io.bellwether.monitoring.evaluation.PlannedStep;
import io.bellwether.monitoring.evaluation.RareMargins;
import io.bellwether.monitoring.evaluation.RolloutPlan;
import io.bellwether.monitoring.evaluation.RolloutStatus;
import io.bellwether.monitoring.evaluation.ScoreWatch;
import io.bellwether.monitoring.evaluation.SlicePlan;
import io.bellwether.monitoring.evaluation.Unit;
import io.bellwether.monitoring.evaluation.Weights;
import io.bellwether.routing.HistoryEntry;
import io.bellwether.routing.Rollout;
import io.bellwether.routing.RolloutAction;
import io.bellwether.routing.Slices;
import io.bellwether.statistics.OutcomeEvidence;
import java.util.Optional;

/** Reads plan and status of an evaluation from the fold of the control log. */
final class Plans {
    private Plans() {}

    /** The plan as requests are judged by it; {@link RolloutPlan#byClients} makes those for clients of it. */
    static RolloutPlan plan(Rollout.Live rollout, boolean classesExpected, boolean costExpected) {
        var plan = rollout.plan();
        Guardrails guardrails = plan.guardrails();
        return new RolloutPlan(
                plan.id(),
                plan.model(),
                plan.stableVersion(),
                plan.candidateVersion(),
                plan.steps().stream()
                        .map(step ->
                                new PlannedStep(step.weightBasisPoints(), step.bakeSecondsMin(), step.requestsMin()))
                        .toList(),
                new Margins(
                        guardrails.getAlpha() * shareOfGuardrails(rollout),
                        guardrails.getBeta(),
                        guardrails.getErrorOddsMargin(),
                        new ErrorFloors(guardrails.getErrorFloor(), guardrails.getErrorSafe()),
                        guardrails.getLatencyP50Margin(),
                        guardrails.getLatencyP95Margin(),
                        guardrails.getCostMargin(),
                        guardrails.getClassOddsMargin(),
                        new RareMargins(
                                guardrails.getLatencyP99Margin(),
                                guardrails.getTimeoutRatioMargin(),
                                guardrails.getTimeoutFloor(),
                                guardrails.getNanRatioMargin(),
                                guardrails.getNanFloor()),
                        guardrails.hasWeights() ? weights(guardrails.getWeights()) : Weights.DEFAULTS),
                new Conduct(plan.automatic(), Unit.REQUEST, classesExpected, costExpected, horizon(guardrails)),
                SlicePlan.of(Slices.of(guardrails).names(), guardrails.getSlicesWeight()));
    }

    /** The same, and how the scores of the answers are judged. */
    static RolloutEvidence.Planned planned(Rollout.Live rollout, boolean classesExpected, boolean costExpected) {
        Guardrails guardrails = rollout.plan().guardrails();
        return new RolloutEvidence.Planned(
                plan(rollout, classesExpected, costExpected),
                new ScoreWatch.Plan(
                        rollout.id(),
                        guardrails.getScoreDistance(),
                        guardrails.getOnScoresMoved() == ScoresMoved.Then.HOLD));
    }

    /** What is left of the error budget for what the platform counts by itself. */
    private static double shareOfGuardrails(Rollout.Live rollout) {
        Guardrails guardrails = rollout.plan().guardrails();
        double ofObjective = hasObjective(rollout) ? ObjectiveWatch.WEIGHT : 0;
        double ofOutcomes = guardrails.getOutcomesCount() > 0 ? guardrails.getOutcomesWeight() : 0;
        return 1 - ofObjective - ofOutcomes;
    }

    /** Of the numbers that applications tell; empty if the rollout declares none. */
    static Optional<OutcomeWatch.Plan> outcomes(Rollout.Live rollout) {
        Guardrails guardrails = rollout.plan().guardrails();
        return guardrails.getOutcomesCount() == 0
                ? Optional.empty()
                : Optional.of(new OutcomeWatch.Plan(
                        rollout.id(),
                        guardrails.getOutcomesList().stream()
                                .map(outcome -> new OutcomeWatch.Declared(
                                        outcome.getName(),
                                        new OutcomeEvidence.Scale(
                                                outcome.getLeast(),
                                                outcome.getMost(),
                                                outcome.getBetter() == Outcome.Better.HIGHER),
                                        outcome.getMargin()))
                                .toList(),
                        guardrails.getAlpha(),
                        guardrails.getBeta(),
                        guardrails.getOutcomesWeight()));
    }

    private static boolean hasObjective(Rollout.Live rollout) {
        return rollout.plan().guardrails().getObjective() > 0;
    }

    /** Of the model's absolute objective; empty if the rollout names none. */
    static Optional<ObjectiveWatch.Plan> objective(Rollout.Live rollout) {
        Guardrails guardrails = rollout.plan().guardrails();
        return hasObjective(rollout)
                ? Optional.of(new ObjectiveWatch.Plan(
                        rollout.id(), guardrails.getObjective(), guardrails.getAlpha(), !isSplitByClient(rollout)))
                : Optional.empty();
    }

    private static Horizon horizon(Guardrails guardrails) {
        Horizon.Policy policy =
                switch (guardrails.getOnInconclusive()) {
                    case ROLL_BACK -> Horizon.Policy.ROLL_BACK;
                    case NEVER_PROMOTE -> Horizon.Policy.NEVER_PROMOTE;
                    case HOLD, UNRECOGNIZED -> Horizon.Policy.HOLD;
                };
        return new Horizon(guardrails.getHorizonSeconds(), policy);
    }

    private static Weights weights(GuardrailWeights weights) {
        return new Weights(
                weights.getErrors(),
                weights.getLatencyP50(),
                weights.getLatencyP95(),
                weights.getCost(),
                weights.getClasses(),
                weights.getTimeouts(),
                weights.getLatencyP99(),
                weights.getNan());
    }

    /** Whether all requests of a client share its arm. */
    static boolean isSplitByClient(Rollout.Live rollout) {
        return !rollout.plan().keyHeader().isEmpty();
    }

    static RolloutStatus status(Rollout.Live rollout) {
        return new RolloutStatus(
                rollout.step(), rollout instanceof Rollout.Held, rollout.version(), stepSinceSlot(rollout));
    }

    /** The step began with the newest command that set the weight. */
    private static long stepSinceSlot(Rollout.Live rollout) {
        long atMillis = 0;
        for (HistoryEntry entry : rollout.trail().history()) {
            if (entry.action() == RolloutAction.CREATE || entry.action() == RolloutAction.ADVANCE) {
                atMillis = entry.atMillis();
            }
        }
        return Math.floorDiv(atMillis, 1_000);
    }
}
