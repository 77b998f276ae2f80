package io.bellwether.monitoring.judging;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.bellwether.controlapi.log.Command;
import io.bellwether.monitoring.evaluation.Assessment;
import io.bellwether.monitoring.evaluation.EvaluationState;
import io.bellwether.monitoring.evaluation.ObjectiveWatch;
import io.bellwether.monitoring.evaluation.SlotCounts;
import io.bellwether.monitoring.evaluation.StableHistory;
import io.bellwether.monitoring.folding.ClosedSlot;
import io.bellwether.monitoring.folding.Journal;
import io.bellwether.monitoring.folding.MemoryKey;
import io.bellwether.monitoring.folding.SlotSums;
import io.bellwether.monitoring.folding.VersionHistories;
import io.bellwether.monitoring.state.RolloutMemory;
import io.bellwether.routing.Kill;
import io.bellwether.routing.Rollout;
import io.bellwether.telemetry.events.Verdict;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Judges one live rollout, or one arm of an A/B/n as a rollout of its own. The evidence begins with the first slot in
 * which a compared arm was asked or the candidate was seen, because only then is it known what the stable version
 * showed before, and whether it predicts classes and costs anything. At 100 % nothing is compared, but exposure counts.
 */
final class RolloutJudge {
    private final JudgeSettings settings;
    private final Journal journal;
    private final MemoryKey key;
    private final String arm;
    private Rollout.Live rollout;
    private @Nullable RolloutEvidence evidence;
    private @Nullable ObjectiveWatch objective;
    private EvidencePast past = new EvidencePast();
    private boolean classesExpected = true;
    private boolean costExpected = true;
    private byte[] remembered = new byte[0];
    private boolean changed = true;
    private long judgedAtMillis = Long.MIN_VALUE;
    private String sentCommandId = "";
    private long sentAtMillis;

    /**
     * @param arm version of the arm; empty for a rollout's only candidate
     */
    RolloutJudge(Rollout.Live rollout, String arm, JudgeSettings settings, Journal journal) {
        this.rollout = rollout;
        this.settings = settings;
        this.journal = journal;
        this.arm = arm;
        this.key = new MemoryKey(MemoryKey.Kind.ROLLOUT, rollout.plan().model(), Kill.key(rollout.id(), arm));
        this.objective = Plans.objective(rollout)
                .map(plan -> ObjectiveWatch.start(plan, settings.evaluation()))
                .orElse(null);
    }

    /**
     * Continues from what the journal kept.
     *
     * @return false if it cannot be continued; the evidence then begins anew, which never promotes by itself
     */
    boolean resume(byte[] memory) {
        try {
            RolloutMemory kept = RolloutMemory.parseFrom(memory);
            evidence = RolloutEvidence.resume(
                    Plans.plan(rollout, kept.getClassesExpected(), kept.getCostExpected()),
                    Plans.isSplitByClient(rollout),
                    settings.evaluation(),
                    kept);
            if (objective != null) {
                objective = ObjectiveWatch.resume(
                        Plans.objective(rollout).orElseThrow(),
                        settings.evaluation(),
                        EvaluationState.fromBytes(kept.getObjective().toByteArray()));
            }
            classesExpected = kept.getClassesExpected();
            costExpected = kept.getCostExpected();
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

    /** Name by which the journal keeps the evidence. */
    String memoryName() {
        return key.name();
    }

    void follow(Rollout.Live now) {
        changed |= now.version() != rollout.version();
        rollout = now;
    }

    void add(ClosedSlot closed, VersionHistories histories) {
        ClosedSlot slot = arm.isEmpty() ? closed : closed.ofArm(rollout.id(), arm);
        if (evidence == null) {
            SlotCounts counts = SlotSums.ofRollout(slot, rollout.id());
            boolean compared =
                    counts.control().requests() > 0 || counts.candidate().requests() > 0;
            if (!compared && counts.exposedRequests() == 0) {
                return;
            }
            String stable = rollout.plan().stableVersion();
            classesExpected = histories.mayPredictClasses(stable);
            costExpected = histories.mayCost(stable);
            evidence = start(histories.of(stable));
        }
        if (evidence.add(slot)) {
            if (objective != null) {
                SlotCounts compared = SlotSums.ofRollout(slot, rollout.id());
                objective.add(slot.slot(), SlotSums.ofModel(closed), compared.control(), compared.candidate());
            }
            changed = true;
            remember();
        }
    }

    long lastSlot() {
        return evidence == null ? -1 : evidence.lastSlot();
    }

    Optional<Judged> judge(Moment now) {
        long nowMillis = now.atMillis();
        boolean first = judgedAtMillis == Long.MIN_VALUE;
        long wait = changed ? settings.verdictMillisMin() : settings.verdictMillisMax();
        if (!first && nowMillis - judgedAtMillis < wait) {
            return Optional.empty();
        }
        changed = false;
        judgedAtMillis = nowMillis;
        RolloutEvidence judging = evidence == null ? start(StableHistory.UNKNOWN) : evidence;
        Assessment compared = judging.assess(Plans.status(rollout), Math.floorDiv(nowMillis, 1_000));
        Assessment assessment = objective == null ? compared : objective.weigh(compared);
        past.note(assessment);
        remember();
        Verdict.Builder made = Verdicts.of(rollout, arm, assessment, judging.clientMemories(), now);
        past.addTo(made);
        if (objective != null) {
            made.setObjective(Verdicts.objective(objective.reading()));
        }
        Verdict verdict = made.build();
        return Optional.of(
                new Judged(verdict, Decisions.of(verdict, rollout).filter(command -> due(command, nowMillis))));
    }

    void forget() {
        journal.delete(key);
    }

    private RolloutEvidence start(StableHistory history) {
        return RolloutEvidence.start(
                Plans.plan(rollout, classesExpected, costExpected),
                Plans.isSplitByClient(rollout),
                settings.evaluation(),
                history);
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
        if (evidence == null) {
            return;
        }
        RolloutMemory.Builder kept =
                RolloutMemory.newBuilder().setClassesExpected(classesExpected).setCostExpected(costExpected);
        evidence.writeTo(kept);
        if (objective != null) {
            kept.setObjective(ByteString.copyFrom(objective.snapshot().toBytes()));
        }
        kept.setPast(past.memory());
        byte[] memory = kept.build().toByteArray();
        if (!Arrays.equals(memory, remembered)) {
            remembered = memory;
            journal.put(key, memory);
        }
    }
}
