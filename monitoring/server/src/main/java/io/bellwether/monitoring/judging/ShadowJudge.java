package io.bellwether.monitoring.judging;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.bellwether.controlapi.log.Guardrails;
import io.bellwether.monitoring.evaluation.Assessment;
import io.bellwether.monitoring.evaluation.EvaluationState;
import io.bellwether.monitoring.evaluation.ShadowEvaluation;
import io.bellwether.monitoring.evaluation.ShadowPlan;
import io.bellwether.monitoring.evaluation.ShadowSlot;
import io.bellwether.monitoring.folding.ClosedSlot;
import io.bellwether.monitoring.folding.Journal;
import io.bellwether.monitoring.folding.SlotSums;
import io.bellwether.monitoring.folding.StepKey;
import io.bellwether.monitoring.folding.VersionHistories;
import io.bellwether.monitoring.state.RolloutMemory;
import io.bellwether.routing.Rollout;
import io.bellwether.telemetry.events.Verdict;
import java.util.Optional;
import java.util.function.Function;

/**
 * Judges one live shadow by its pairs of answers. Harm ends it, if monitoring may act by itself; nothing else follows from
 * its verdicts. Where twins are asked for, only requests with a twin are pairs: without one nobody knows the noise.
 */
final class ShadowJudge implements Judge {
    private static final String WITH_TWIN = "disagreement";
    private static final String WITHOUT_TWIN = "difference";
    private static final String LABELLED = "accuracy";

    private final JudgeSettings settings;
    private final VerdictPace pace;
    private final EvidenceMemory memory;
    private Rollout.Live rollout;
    private ShadowEvaluation evaluation;
    private EvidencePast past = new EvidencePast();

    ShadowJudge(Rollout.Live rollout, JudgeSettings settings, Journal journal) {
        this.rollout = rollout;
        this.settings = settings;
        this.pace = new VerdictPace(settings);
        this.memory = new EvidenceMemory(journal, rollout.plan().model(), rollout.id());
        this.evaluation = ShadowEvaluation.start(plan(rollout), settings.evaluation());
    }

    private static ShadowPlan plan(Rollout.Live rollout) {
        Guardrails guardrails = rollout.plan().guardrails();
        return new ShadowPlan(
                rollout.id(),
                rollout.plan().model(),
                rollout.plan().stableVersion(),
                rollout.plan().candidateVersion(),
                hasTwins(rollout),
                new ShadowPlan.Margins(
                        guardrails.getAlpha(),
                        guardrails.getBeta(),
                        guardrails.getShadowDisagreementMargin(),
                        guardrails.getShadowAccuracyHarm(),
                        guardrails.getShadowAccuracySafe(),
                        guardrails.getShadowLabelsRequired()));
    }

    private static boolean hasTwins(Rollout.Live rollout) {
        return rollout.plan()
                .shadow()
                .filter(shadow -> shadow.getTwinBasisPoints() > 0)
                .isPresent();
    }

    @Override
    public boolean resume(byte[] kept) {
        try {
            RolloutMemory then = RolloutMemory.parseFrom(kept);
            evaluation = ShadowEvaluation.resume(
                    plan(rollout),
                    settings.evaluation(),
                    EvaluationState.fromBytes(then.getShadow().toByteArray()));
            past = EvidencePast.resume(then.getPast());
            memory.resumed(kept);
            return true;
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            return false;
        }
    }

    @Override
    public String rolloutId() {
        return rollout.id();
    }

    @Override
    public String memoryName() {
        return memory.name();
    }

    @Override
    public void follow(Rollout.Live now) {
        if (now.version() != rollout.version()) {
            pace.changed();
        }
        rollout = now;
    }

    @Override
    public void add(ClosedSlot slot, VersionHistories histories) {
        boolean news = evaluation.add(new ShadowSlot(
                slot.slot(),
                SlotSums.pairs(slot, rollout.id(), hasTwins(rollout) ? WITH_TWIN : WITHOUT_TWIN),
                SlotSums.pairs(slot, rollout.id(), LABELLED)));
        if (news) {
            pace.changed();
            remember();
        }
    }

    @Override
    public long lastSlot() {
        return evaluation.lastSlot();
    }

    @Override
    public Optional<Judged> judge(Moment now, Function<StepKey, Optional<String>> says) {
        if (!pace.begin(now.atMillis())) {
            return Optional.empty();
        }
        Assessment assessment =
                evaluation.assess(rollout instanceof Rollout.Held, Math.floorDiv(now.atMillis(), 1_000));
        past.note(assessment);
        remember();
        // A shadow waits for nothing, so nothing becomes of it when time passes.
        Verdict.Builder made = Verdicts.of(rollout, "", assessment, 0, now).setHorizonSeconds(0);
        past.addTo(made);
        Verdict verdict = made.build();
        return Optional.of(new Judged(
                verdict, Decisions.of(verdict, rollout).filter(command -> pace.give(command, now.atMillis()))));
    }

    @Override
    public void forget() {
        memory.forget();
    }

    private void remember() {
        memory.write(RolloutMemory.newBuilder()
                .setShadow(ByteString.copyFrom(evaluation.snapshot().toBytes()))
                .setPast(past.memory())
                .build());
    }
}
