package io.bellwether.monitoring.judging;

import io.bellwether.monitoring.evaluation.Assessment;
import io.bellwether.monitoring.evaluation.Conclusion;
import io.bellwether.monitoring.evaluation.EmbeddingWatch;
import io.bellwether.monitoring.evaluation.GuardrailEvidence;
import io.bellwether.monitoring.evaluation.ObjectiveWatch;
import io.bellwether.monitoring.evaluation.ScoreWatch;
import io.bellwether.monitoring.evaluation.Unit;
import io.bellwether.routing.Rollout;
import io.bellwether.statistics.ShareDifference;
import io.bellwether.telemetry.events.EmbeddingEvidence;
import io.bellwether.telemetry.events.ObjectiveEvidence;
import io.bellwether.telemetry.events.ScoreBin;
import io.bellwether.telemetry.events.ScoreEvidence;
import io.bellwether.telemetry.events.Verdict;

/** Writes an assessment as a verdict. */
final class Verdicts {
    private static final ShareDifference NOT_STATED = new ShareDifference(0, 0);

    private Verdicts() {}

    /**
     * @param arm version of the arm of an A/B/n that is judged; empty: the only candidate
     * @param clientMemories memories of clients that have an evidence; 0 where requests are judged
     */
    static Verdict.Builder of(Rollout.Live rollout, String arm, Assessment assessment, int clientMemories, Moment now) {
        Assessment.Counts counts = assessment.counts();
        boolean waiting = waitsAtGate(rollout, assessment);
        Verdict.Builder verdict = Verdict.newBuilder()
                .setRolloutId(rollout.id())
                .setModel(rollout.plan().model())
                .setStableVersion(rollout.plan().stableVersion())
                .setCandidateVersion(rollout.plan().candidateVersion())
                .setRolloutVersion(rollout.version())
                .setStep(rollout.step())
                .setSlot(counts.slot())
                .setAtMillis(now.atMillis())
                .setSnapshotsUntil(now.snapshotsUntil())
                .setControlUntil(now.controlUntil())
                .setByClock(now.byClock())
                .setConclusion(conclusion(assessment.conclusion()))
                .setReason(waiting ? atGate(rollout, arm, assessment) : assessment.reason())
                .setArm(arm)
                .setWaitingAtGate(waiting)
                .addAllHarmed(assessment.harmed())
                .setLogECombined(assessment.levels().logECombined())
                .setLogERollBack(assessment.levels().logERollBack())
                .setLogEPromote(assessment.levels().logEPromote())
                .setControlRequests(counts.controlRequests())
                .setCandidateRequests(counts.candidateRequests())
                .setStepControlRequests(counts.stepControlRequests())
                .setStepCandidateRequests(counts.stepCandidateRequests())
                .setStepSeconds(counts.stepSeconds())
                .setExposedRequests(counts.exposedRequests())
                .setExposedCostPicoUsd(counts.exposedCostPicoUsd())
                .setHorizonSeconds(rollout.plan().guardrails().getHorizonSeconds())
                .setHorizonPassed(assessment.horizonPassed())
                .setConfigHash(assessment.configHash())
                .setLogEInvalid(assessment.split().logE())
                .setLogEInvalidLevel(assessment.split().logEInvalid())
                .setControlAssigned(assessment.split().counted().control())
                .setCandidateAssigned(assessment.split().counted().candidate())
                .setUnit(assessment.observed().unit().label())
                .setClientMemories(clientMemories);
        if (assessment.observed().unit() instanceof Unit.Client clients) {
            verdict.setControlClients(assessment.observed().control())
                    .setCandidateClients(assessment.observed().candidate())
                    .setClientsMin(clients.least());
        }
        assessment.guardrails().forEach(guardrail -> verdict.addGuardrails(evidence(guardrail)));
        assessment
                .slices()
                .forEach(slice ->
                        verdict.addSlices(evidence(slice.evidence()).toBuilder().setSlice(slice.slice())));
        return verdict;
    }

    static ObjectiveEvidence objective(ObjectiveWatch.Reading reading) {
        return ObjectiveEvidence.newBuilder()
                .setObjective(reading.objective())
                .setBurning(reading.burning())
                .setSentence(reading.sentence())
                .setHourBurnRate(reading.hourRate())
                .setLogEPart(reading.logEPart())
                .setLogEPartLevel(reading.logEPartLevel())
                .build();
    }

    static ScoreEvidence scores(ScoreWatch.Reading reading) {
        ScoreEvidence.Builder evidence = ScoreEvidence.newBuilder()
                .setScale(reading.scale())
                .setControlCount(reading.control())
                .setCandidateCount(reading.candidate())
                .setLogE(reading.logE())
                .setLogELevel(reading.logLevel())
                .setDistance(reading.distance())
                .setDistanceMargin(reading.margin())
                .setMoved(reading.moved())
                .setHolding(reading.holding())
                .setSentence(reading.sentence())
                .setSinceSlot(reading.sinceSlot());
        reading.bins().forEach(bin -> evidence.addBins(bin(bin)));
        return evidence.build();
    }

    private static ScoreBin bin(ScoreWatch.Bin bin) {
        return ScoreBin.newBuilder()
                .setRange(bin.range())
                .setControl(bin.control())
                .setCandidate(bin.candidate())
                .build();
    }

    static EmbeddingEvidence embeddings(EmbeddingWatch.Reading reading) {
        EmbeddingEvidence.Builder evidence = EmbeddingEvidence.newBuilder()
                .setControlDimensions(reading.controlDimensions())
                .setCandidateDimensions(reading.candidateDimensions())
                .setControlCount(reading.control())
                .setCandidateCount(reading.candidate())
                .setControlSampled(reading.controlSampled())
                .setCandidateSampled(reading.candidateSampled())
                .setLogE(reading.logE())
                .setLogELevel(reading.logLevel())
                .setDistance(reading.distance())
                .setDistanceMargin(reading.margin())
                .setMoved(reading.moved())
                .setHolding(reading.holding())
                .setSentence(reading.sentence())
                .setSinceSlot(reading.sinceSlot());
        reading.bins().forEach(bin -> evidence.addBins(bin(bin)));
        return evidence.build();
    }

    /** The evidence would take it up, and only a person may. */
    private static boolean waitsAtGate(Rollout.Live rollout, Assessment assessment) {
        return rollout.stepGated() && assessment.conclusion().goesUp();
    }

    private static String atGate(Rollout.Live rollout, String arm, Assessment assessment) {
        if (!arm.isEmpty()) {
            return "not shown to harm, and other arms are left: which of them is the best is not tested, a person chooses by"
                    + " bellwether rollout promote " + rollout.id() + " --arm " + arm + "; " + assessment.reason();
        }
        boolean last = assessment.conclusion() == Conclusion.PROMOTE;
        return "waiting at the manual gate of step " + (rollout.step() + 1) + ", say bellwether rollout "
                + (last ? "promote " : "advance ") + rollout.id() + "; " + assessment.reason();
    }

    private static io.bellwether.telemetry.events.GuardrailEvidence evidence(GuardrailEvidence guardrail) {
        ShareDifference effect = guardrail.effect().orElse(NOT_STATED);
        return io.bellwether.telemetry.events.GuardrailEvidence.newBuilder()
                .setName(guardrail.name())
                .setWeight(guardrail.weight())
                .setLogEHarm(guardrail.logEHarm())
                .setLogESafe(guardrail.logESafe())
                .setControlCount(guardrail.control().count())
                .setControlEvents(guardrail.control().events())
                .setControlValue(guardrail.control().value())
                .setCandidateCount(guardrail.candidate().count())
                .setCandidateEvents(guardrail.candidate().events())
                .setCandidateValue(guardrail.candidate().value())
                .setUnit(guardrail.unit())
                .setMargin(guardrail.margin())
                .setDetail(guardrail.detail())
                .setSmallestEffect(guardrail.smallestEffect())
                .setEffectLowest(effect.lowest())
                .setEffectHighest(effect.highest())
                .build();
    }

    private static Verdict.Conclusion conclusion(Conclusion conclusion) {
        return switch (conclusion) {
            case HOLD -> Verdict.Conclusion.HOLD;
            case ADVANCE -> Verdict.Conclusion.ADVANCE;
            case PROMOTE -> Verdict.Conclusion.PROMOTE;
            case ROLL_BACK -> Verdict.Conclusion.ROLL_BACK;
            case BLIND -> Verdict.Conclusion.BLIND;
            case INVALID -> Verdict.Conclusion.INVALID;
            case SAFE -> Verdict.Conclusion.SAFE;
            case HARM -> Verdict.Conclusion.HARM;
        };
    }
}
