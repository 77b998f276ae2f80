package io.bellwether.monitoring.folding;

import io.bellwether.monitoring.state.Cut;
import io.bellwether.monitoring.state.ProcessMark;
import io.bellwether.monitoring.state.StepNote;
import io.bellwether.telemetry.events.Snapshot;
import io.bellwether.telemetry.events.StepProblem;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the processes that report about one model, and so whose counts of a slot are whole.
 *
 * <p>Counts of a run are whole in a slot that its watermark has passed. They are cut short from the last watermark of a
 * run that ended on, and in the slots during which a run threw counts away. A process that was killed can not say that it
 * is gone, so each one that did not leave in order may have counted for as long as it would have been taken for live.
 */
final class ProcessMarks {
    /** Runs whose cuts are remembered; counts of an older one are never whole. */
    private static final int CUTS_MAX = 4;

    private final String model;
    private final FoldSettings settings;
    private final Journal journal;
    private final Map<String, ProcessMark> marks = new HashMap<>();

    ProcessMarks(String model, FoldSettings settings, Journal journal) {
        this.model = model;
        this.settings = settings;
        this.journal = journal;
    }

    void restore(String processId, ProcessMark mark) {
        marks.put(processId, mark);
    }

    @Nullable
    ProcessMark get(String processId) {
        return marks.get(processId);
    }

    /** True when the snapshot is not newer than what is known of its process. */
    boolean isStale(Snapshot snapshot) {
        ProcessMark known = marks.get(snapshot.getProcessId());
        return known != null
                && (snapshot.getEpoch() < known.getEpoch()
                        || (snapshot.getEpoch() == known.getEpoch() && snapshot.getSequence() <= known.getSequence()));
    }

    ProcessMark update(Snapshot snapshot, long activeMillis) {
        ProcessMark known = marks.get(snapshot.getProcessId());
        boolean sameRun = known != null && known.getEpoch() == snapshot.getEpoch();
        long coldThroughSlot = known != null && sameRun ? known.getColdThroughSlot() : 0;
        if (!snapshot.getWarm()) {
            coldThroughSlot = Math.max(coldThroughSlot, Math.floorDiv(snapshot.getSentAtMillis(), 1_000));
        }
        ProcessMark mark = ProcessMark.newBuilder()
                .setKind(snapshot.getProcessValue())
                .setEpoch(snapshot.getEpoch())
                .setSequence(snapshot.getSequence())
                .setWatermarkSlot(snapshot.getWatermarkSlot())
                .setSentAtMillis(snapshot.getSentAtMillis())
                .setSeenActiveMillis(activeMillis)
                .setColdThroughSlot(coldThroughSlot)
                .setDroppedCells(snapshot.getDroppedSnapshots())
                .setLeft(snapshot.getClosing())
                .addAllCuts(cuts(known, snapshot))
                .addAllStepNotes(snapshot.getStepProblemsList().stream()
                        .map(ProcessMarks::note)
                        .toList())
                .build();
        marks.put(snapshot.getProcessId(), mark);
        return mark;
    }

    /** What a live process says against the next step of a rollout in this state; of several the first by their names. */
    Optional<String> stepProblem(StepKey step, long activeMillis) {
        return new TreeMap<>(marks)
                .values().stream()
                        .filter(mark -> isLive(mark, activeMillis))
                        .flatMap(mark -> mark.getStepNotesList().stream())
                        .filter(step::isOf)
                        .map(StepNote::getProblem)
                        .findFirst();
    }

    private static StepNote note(StepProblem said) {
        return StepNote.newBuilder()
                .setRolloutId(said.getRolloutId())
                .setArm(said.getArm())
                .setRolloutVersion(said.getRolloutVersion())
                .setProblem(said.getProblem())
                .build();
    }

    /** Writes the mark down. Only after the counts that came with it: a mark without them would make their repeat stale. */
    void remember(Snapshot snapshot) {
        ProcessMark mark = marks.get(snapshot.getProcessId());
        if (mark != null) {
            journal.put(key(snapshot.getProcessId()), mark.toByteArray());
        }
        forgetOldest();
    }

    long live(Snapshot.Process kind, long activeMillis) {
        return live(activeMillis)
                .filter(mark -> mark.getKind() == kind.getNumber())
                .count();
    }

    long droppedCells() {
        return marks.values().stream().mapToLong(ProcessMark::getDroppedCells).sum();
    }

    /** The lowest watermark of a live process; empty when nobody is live. */
    OptionalLong watermark(long activeMillis) {
        return live(activeMillis).mapToLong(ProcessMark::getWatermarkSlot).min();
    }

    /** True when there are live processes of this kind and each of them has passed the slot. */
    boolean allPassed(Snapshot.Process kind, long slot, long activeMillis) {
        OptionalLong lowest = live(activeMillis)
                .filter(mark -> mark.getKind() == kind.getNumber())
                .mapToLong(ProcessMark::getWatermarkSlot)
                .min();
        return lowest.isPresent() && lowest.getAsLong() > slot;
    }

    /** True when nothing is missing in what this run counted in the slot. */
    boolean isWhole(String processId, long epoch, long slot) {
        ProcessMark mark = marks.get(processId);
        if (mark == null) {
            return false;
        }
        if (epoch == mark.getEpoch()) {
            return slot < mark.getWatermarkSlot()
                    && mark.getCutsList().stream().noneMatch(cut -> cut.getEpoch() == epoch && contains(cut, slot));
        }
        return mark.getCutsList().stream().anyMatch(cut -> cut.getEpoch() == epoch && slot < cut.getFromSlot());
    }

    /** True when a process of this kind may have counted in the slot without its counts being whole. */
    boolean mayMiss(Snapshot.Process kind, long slot, long activeMillis) {
        return marks.values().stream()
                .filter(mark -> mark.getKind() == kind.getNumber())
                .anyMatch(mark -> mark.getCutsList().stream().anyMatch(cut -> contains(cut, slot))
                        || (slot >= mark.getWatermarkSlot()
                                && (isLive(mark, activeMillis) || slot <= lastSlotPossible(mark))));
    }

    private List<Cut> cuts(@Nullable ProcessMark known, Snapshot snapshot) {
        TreeMap<Long, Cut> cutsByEpoch = new TreeMap<>();
        long watermark = 0;
        long dropped = 0;
        if (known != null) {
            known.getCutsList().forEach(cut -> cutsByEpoch.put(cut.getEpoch(), cut));
            if (known.getEpoch() == snapshot.getEpoch()) {
                watermark = known.getWatermarkSlot();
                dropped = known.getDroppedCells();
            } else {
                cutsByEpoch.merge(
                        known.getEpoch(),
                        cut(known.getEpoch(), known.getWatermarkSlot(), lastSlotPossible(known)),
                        ProcessMarks::both);
            }
        }
        if (snapshot.getDroppedSnapshots() > dropped) {
            Cut lost = cut(snapshot.getEpoch(), watermark, Math.floorDiv(snapshot.getSentAtMillis(), 1_000));
            cutsByEpoch.merge(snapshot.getEpoch(), lost, ProcessMarks::both);
        }
        while (cutsByEpoch.size() > CUTS_MAX) {
            cutsByEpoch.pollFirstEntry();
        }
        return List.copyOf(cutsByEpoch.values());
    }

    private static Cut cut(long epoch, long fromSlot, long throughSlot) {
        return Cut.newBuilder()
                .setEpoch(epoch)
                .setFromSlot(fromSlot)
                .setThroughSlot(throughSlot)
                .build();
    }

    private static Cut both(Cut one, Cut other) {
        return cut(
                one.getEpoch(),
                Math.min(one.getFromSlot(), other.getFromSlot()),
                Math.max(one.getThroughSlot(), other.getThroughSlot()));
    }

    private static boolean contains(Cut cut, long slot) {
        return cut.getFromSlot() <= slot && slot <= cut.getThroughSlot();
    }

    private long lastSlotPossible(ProcessMark mark) {
        long silentMillis = mark.getLeft() ? 0 : settings.liveMillis();
        return Math.floorDiv(mark.getSentAtMillis() + silentMillis, 1_000);
    }

    private boolean isLive(ProcessMark mark, long activeMillis) {
        return !mark.getLeft() && activeMillis - mark.getSeenActiveMillis() <= settings.liveMillis();
    }

    private Stream<ProcessMark> live(long activeMillis) {
        return marks.values().stream().filter(mark -> isLive(mark, activeMillis));
    }

    private void forgetOldest() {
        while (marks.size() > settings.processesMax()) {
            String oldest = marks.entrySet().stream()
                    .min(Comparator.comparingLong(entry -> entry.getValue().getSeenActiveMillis()))
                    .orElseThrow()
                    .getKey();
            marks.remove(oldest);
            journal.delete(key(oldest));
        }
    }

    private MemoryKey key(String processId) {
        return new MemoryKey(MemoryKey.Kind.PROCESS, model, processId);
    }
}
