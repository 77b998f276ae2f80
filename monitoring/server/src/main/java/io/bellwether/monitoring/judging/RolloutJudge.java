package io.bellwether.monitoring.judging;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.bellwether.controlapi.log.Command;
import io.bellwether.monitoring.evaluation.Assessment;
import io.bellwether.monitoring.evaluation.EvaluationState;
import io.bellwether.monitoring.evaluation.RolloutEvaluation;
import io.bellwether.monitoring.evaluation.SlotCounts;
import io.bellwether.monitoring.evaluation.StableHistory;
import io.bellwether.monitoring.folding.Journal;
import io.bellwether.monitoring.folding.MemoryKey;
import io.bellwether.monitoring.folding.VersionHistories;
import io.bellwether.monitoring.state.RolloutMemory;
import io.bellwether.routing.Rollout;
import io.bellwether.telemetry.events.Verdict;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Judges one live rollout. The evaluation begins with the first slot in which a compared arm was asked or the candidate
 * was seen, because only then is it known what the stable version showed before, and whether it predicts classes and
 * costs anything. At 100 % nothing is compared, but exposure counts.
 */
final class RolloutJudge {
    private final JudgeSettings settings;
    private final Journal journal;
    private final MemoryKey key;
    private Rollout.Live rollout;
    private @Nullable RolloutEvaluation evaluation;
    private boolean classesExpected = true;
    private boolean costExpected = true;
    private byte[] remembered = new byte[0];
    private boolean changed = true;
    private long judgedAtMillis = Long.MIN_VALUE;
    private String sentCommandId = "";
    private long sentAtMillis;

    RolloutJudge(Rollout.Live rollout, JudgeSettings settings, Journal journal) {
        this.rollout = rollout;
        this.settings = settings;
        this.journal = journal;
        this.key = new MemoryKey(MemoryKey.Kind.ROLLOUT, rollout.plan().model(), rollout.id());
    }

    /**
     * Continues from what the journal kept.
     *
     * @return false if it cannot be continued; the evidence then begins anew, which never promotes by itself
     */
    boolean resume(byte[] memory) {
        try {
            RolloutMemory kept = RolloutMemory.parseFrom(memory);
            evaluation = RolloutEvaluation.resume(
                    Plans.plan(rollout, kept.getClassesExpected(), kept.getCostExpected()),
                    settings.evaluation(),
                    EvaluationState.fromBytes(kept.getEvaluation().toByteArray()));
            classesExpected = kept.getClassesExpected();
            costExpected = kept.getCostExpected();
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

    void add(SlotCounts slot, VersionHistories histories) {
        if (evaluation == null) {
            boolean compared = slot.control().requests() > 0 || slot.candidate().requests() > 0;
            if (!compared && slot.exposedRequests() == 0) {
                return;
            }
            String stable = rollout.plan().stableVersion();
            classesExpected = histories.mayPredictClasses(stable);
            costExpected = histories.mayCost(stable);
            evaluation = start(histories.of(stable));
        }
        if (evaluation.add(slot)) {
            changed = true;
            remember();
        }
    }

    long lastSlot() {
        return evaluation == null ? -1 : evaluation.lastSlot();
    }

    Optional<Judged> judge(long nowMillis) {
        boolean first = judgedAtMillis == Long.MIN_VALUE;
        long wait = changed ? settings.verdictMillisMin() : settings.verdictMillisMax();
        if (!first && nowMillis - judgedAtMillis < wait) {
            return Optional.empty();
        }
        changed = false;
        judgedAtMillis = nowMillis;
        RolloutEvaluation judging = evaluation == null ? start(StableHistory.UNKNOWN) : evaluation;
        Assessment assessment = judging.assess(Plans.status(rollout), Math.floorDiv(nowMillis, 1_000));
        remember();
        Verdict verdict = Verdicts.of(rollout, assessment, nowMillis);
        return Optional.of(
                new Judged(verdict, Decisions.of(verdict, rollout).filter(command -> due(command, nowMillis))));
    }

    void forget() {
        journal.delete(key);
    }

    private RolloutEvaluation start(StableHistory history) {
        return RolloutEvaluation.start(
                Plans.plan(rollout, classesExpected, costExpected), settings.evaluation(), history);
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
        if (evaluation == null) {
            return;
        }
        byte[] memory = RolloutMemory.newBuilder()
                .setEvaluation(ByteString.copyFrom(evaluation.snapshot().toBytes()))
                .setClassesExpected(classesExpected)
                .setCostExpected(costExpected)
                .build()
                .toByteArray();
        if (!Arrays.equals(memory, remembered)) {
            remembered = memory;
            journal.put(key, memory);
        }
    }
}
