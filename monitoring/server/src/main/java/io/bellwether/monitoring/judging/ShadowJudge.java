package io.bellwether.monitoring.judging;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.bellwether.controlapi.log.Command;
import io.bellwether.controlapi.log.Guardrails;
import io.bellwether.monitoring.evaluation.Assessment;
import io.bellwether.monitoring.evaluation.EvaluationState;
import io.bellwether.monitoring.evaluation.ShadowEvaluation;
import io.bellwether.monitoring.evaluation.ShadowPlan;
import io.bellwether.monitoring.evaluation.ShadowSlot;
import io.bellwether.monitoring.folding.ClosedSlot;
import io.bellwether.monitoring.folding.Journal;
import io.bellwether.monitoring.folding.MemoryKey;
import io.bellwether.monitoring.folding.SlotSums;
import io.bellwether.monitoring.state.RolloutMemory;
import io.bellwether.routing.Rollout;
import io.bellwether.telemetry.events.Verdict;
import java.util.Arrays;
import java.util.Optional;

/**
 * Judges one live shadow by its pairs of answers. Harm ends it, if monitoring may act by itself; nothing else follows from
 * its verdicts. Where twins are asked for, only requests with a twin are pairs: without one nobody knows the noise.
 */
final class ShadowJudge {
    private static final String WITH_TWIN = "disagreement";
    private static final String WITHOUT_TWIN = "difference";
    private static final String LABELLED = "accuracy";

    private final JudgeSettings settings;
    private final Journal journal;
    private final MemoryKey key;
    private Rollout.Live rollout;
    private ShadowEvaluation evaluation;
    private EvidencePast past = new EvidencePast();
    private byte[] remembered = new byte[0];
    private boolean changed = true;
    private long judgedAtMillis = Long.MIN_VALUE;
    private String sentCommandId = "";
    private long sentAtMillis;

    ShadowJudge(Rollout.Live rollout, JudgeSettings settings, Journal journal) {
        this.rollout = rollout;
        this.settings = settings;
        this.journal = journal;
        this.key = new MemoryKey(MemoryKey.Kind.ROLLOUT, rollout.plan().model(), rollout.id());
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

    /**
     * Continues from what the journal kept.
     *
     * @return false if it cannot be continued; the evidence then begins anew
     */
    boolean resume(byte[] memory) {
        try {
            RolloutMemory kept = RolloutMemory.parseFrom(memory);
            evaluation = ShadowEvaluation.resume(
                    plan(rollout),
                    settings.evaluation(),
                    EvaluationState.fromBytes(kept.getShadow().toByteArray()));
            past = EvidencePast.resume(kept.getPast());
            remembered = memory;
            return true;
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            return false;
        }
    }

    String rolloutId() {
        return rollout.id();
    }

    void follow(Rollout.Live now) {
        changed |= now.version() != rollout.version();
        rollout = now;
    }

    void add(ClosedSlot slot) {
        boolean news = evaluation.add(new ShadowSlot(
                slot.slot(),
                SlotSums.pairs(slot, rollout.id(), hasTwins(rollout) ? WITH_TWIN : WITHOUT_TWIN),
                SlotSums.pairs(slot, rollout.id(), LABELLED)));
        if (news) {
            changed = true;
            remember();
        }
    }

    long lastSlot() {
        return evaluation.lastSlot();
    }

    Optional<Judged> judge(Moment now) {
        long wait = changed ? settings.verdictMillisMin() : settings.verdictMillisMax();
        if (judgedAtMillis != Long.MIN_VALUE && now.atMillis() - judgedAtMillis < wait) {
            return Optional.empty();
        }
        changed = false;
        judgedAtMillis = now.atMillis();
        Assessment assessment =
                evaluation.assess(rollout instanceof Rollout.Held, Math.floorDiv(now.atMillis(), 1_000));
        past.note(assessment);
        remember();
        // A shadow waits for nothing, so nothing becomes of it when time passes.
        Verdict.Builder made = Verdicts.of(rollout, "", assessment, 0, now).setHorizonSeconds(0);
        past.addTo(made);
        Verdict verdict = made.build();
        return Optional.of(
                new Judged(verdict, Decisions.of(verdict, rollout).filter(command -> due(command, now.atMillis()))));
    }

    void forget() {
        journal.delete(key);
    }

    /** A command is repeated only if the control log has not shown it for a while. */
    private boolean due(Command command, long nowMillis) {
        if (command.getId().equals(sentCommandId) && nowMillis - sentAtMillis < settings.resendMillis()) {
            return false;
        }
        sentCommandId = command.getId();
        sentAtMillis = nowMillis;
        return true;
    }

    private void remember() {
        byte[] memory = RolloutMemory.newBuilder()
                .setShadow(ByteString.copyFrom(evaluation.snapshot().toBytes()))
                .setPast(past.memory())
                .build()
                .toByteArray();
        if (!Arrays.equals(memory, remembered)) {
            remembered = memory;
            journal.put(key, memory);
        }
    }
}
