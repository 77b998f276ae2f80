package io.bellwether.monitoring.judging;

import com.google.protobuf.InvalidProtocolBufferException;
import io.bellwether.monitoring.folding.Accepted;
import io.bellwether.monitoring.folding.ClosedSlot;
import io.bellwether.monitoring.folding.FoldSettings;
import io.bellwether.monitoring.folding.Journal;
import io.bellwether.monitoring.folding.MemoryKey;
import io.bellwether.monitoring.folding.SlotFold;
import io.bellwether.monitoring.folding.VersionHistories;
import io.bellwether.routing.Rollout;
import io.bellwether.telemetry.events.Snapshot;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Everything that monitoring does about one model: folds snapshots into slots, keeps what the versions showed, and
 * judges the live rollout. Not thread-safe; deterministic.
 *
 * <p>Order of what is remembered when a slot closes: first histories and evidence, then the end of the slot. A crash in
 * between closes the slot again, and both ignore a slot that they have.
 */
public final class ModelMonitor {
    private final JudgeSettings judgeSettings;
    private final Journal journal;
    private final SlotFold fold;
    private final VersionHistories histories;
    private final Map<String, byte[]> rolloutMemories = new HashMap<>();
    private final String model;
    /** By version of the arm; the one of a rollout's only candidate by an empty text. */
    private final Map<String, Judge> judges = new LinkedHashMap<>();

    public ModelMonitor(String model, FoldSettings foldSettings, JudgeSettings judgeSettings, Journal journal) {
        this.model = model;
        this.judgeSettings = judgeSettings;
        this.journal = journal;
        this.fold = new SlotFold(model, foldSettings, journal);
        this.histories = new VersionHistories(model, journal);
    }

    /**
     * Takes back a value that the journal kept. Call it for all of them before anything else.
     *
     * @throws InvalidProtocolBufferException if the value is damaged; it is then as if it had been lost
     */
    public void restore(MemoryKey key, byte[] value) throws InvalidProtocolBufferException {
        switch (key.kind()) {
            case HISTORY -> histories.restore(key, value);
            case ROLLOUT -> rolloutMemories.put(key.name(), value);
            default -> fold.restore(key, value);
        }
    }

    /**
     * Follows the control log. A shadow is judged by its pairs of answers, because its candidate serves nobody.
     *
     * @param rollout the model's live rollout now, if there is one
     * @return false if remembered evidence of the rollout could not be continued and begins anew
     */
    public boolean follow(Optional<Rollout.Live> rollout) {
        Map<String, Rollout.Live> judged = judged(rollout);
        judges.entrySet().removeIf(entry -> {
            Rollout.Live now = judged.get(entry.getKey());
            boolean gone = now == null || !now.id().equals(entry.getValue().rolloutId());
            if (gone) {
                entry.getValue().forget();
            }
            return gone;
        });
        boolean continued = true;
        for (Map.Entry<String, Rollout.Live> entry : judged.entrySet()) {
            Judge judge = judges.get(entry.getKey());
            if (judge == null) {
                judge = newJudge(entry.getValue(), entry.getKey());
                judges.put(entry.getKey(), judge);
                byte[] memory = rolloutMemories.remove(judge.memoryName());
                continued &= memory == null || judge.resume(memory);
            }
            judge.follow(entry.getValue());
        }
        rolloutMemories.keySet().forEach(id -> journal.delete(new MemoryKey(MemoryKey.Kind.ROLLOUT, model, id)));
        rolloutMemories.clear();
        return continued;
    }

    private Judge newJudge(Rollout.Live rollout, String arm) {
        return rollout.plan().shadow().isPresent()
                ? new ShadowJudge(rollout, judgeSettings, journal)
                : new RolloutJudge(rollout, arm, judgeSettings, journal);
    }

    /** What is judged by itself: the rollout, or each arm that is left of an A/B/n. */
    private static Map<String, Rollout.Live> judged(Optional<Rollout.Live> live) {
        Map<String, Rollout.Live> all = new LinkedHashMap<>();
        live.ifPresent(rollout -> rollout.judged()
                .forEach(one -> all.put(rollout.plan().isAb() ? one.plan().candidateVersion() : "", one)));
        return all;
    }

    /**
     * Takes in one snapshot and closes the slots that it completes.
     *
     * @param until offset after it; 0 where offsets do not matter
     */
    public Taken take(Snapshot snapshot, long until) {
        Accepted accepted = fold.accept(snapshot, until);
        int complete = 0;
        int partial = 0;
        for (ClosedSlot slot = fold.next(); slot != null; slot = fold.next()) {
            histories.add(slot);
            for (Judge judge : judges.values()) {
                judge.add(slot, histories);
            }
            fold.closed(slot.slot());
            if (slot.partial()) {
                partial++;
            } else {
                complete++;
            }
        }
        settle();
        return new Taken(accepted, complete, partial);
    }

    /** Takes in one snapshot of which nobody has to know later that it was taken in. */
    public Taken take(Snapshot snapshot) {
        return take(snapshot, 0);
    }

    /** Offset after the last snapshot of all that was taken in, also before a restart; 0 if it was not told. */
    public long snapshotsUntil() {
        return fold.snapshotsUntil();
    }

    /** A verdict on the only candidate of the live rollout, if there is one and a verdict is due. */
    public Optional<Judged> judge(Moment now) {
        return judge("", now);
    }

    /**
     * The same of an arm.
     *
     * @param arm one of {@link #arms}
     */
    public Optional<Judged> judge(String arm, Moment now) {
        return Optional.ofNullable(judges.get(arm)).flatMap(judge -> judge.judge(now, fold::stepProblem));
    }

    /** Versions of the arms that are judged now, an empty text for a rollout's only candidate. */
    public List<String> arms() {
        return List.copyOf(judges.keySet());
    }

    /** The rollout that is judged now. */
    public Optional<String> rolloutId() {
        return judges.values().stream().map(Judge::rolloutId).findFirst();
    }

    /** Processes of a kind that report about the model now. */
    public long processesLive(Snapshot.Process kind) {
        return fold.processesLive(kind);
    }

    /** Cells that the known processes threw away before Kafka took them. */
    public long droppedCells() {
        return fold.droppedCells();
    }

    /** A slot in which nothing happened is evidence of being able to see: the rollout is not judged blind for it. */
    private void settle() {
        OptionalLong settled = fold.settledSlot();
        for (Judge judge : judges.values()) {
            if (settled.isPresent() && settled.getAsLong() > judge.lastSlot()) {
                judge.add(ClosedSlot.quiet(settled.getAsLong()), histories);
                fold.closed(settled.getAsLong());
            }
        }
    }
}
