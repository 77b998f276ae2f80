package io.bellwether.monitoring.folding;

import io.bellwether.monitoring.state.ProcessMark;
import io.bellwether.telemetry.events.Snapshot;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What is known of the processes that report about one model. */
final class ProcessMarks {
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
                .build();
        marks.put(snapshot.getProcessId(), mark);
        return mark;
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

    private Stream<ProcessMark> live(long activeMillis) {
        return marks.values().stream()
                .filter(mark -> !mark.getLeft() && activeMillis - mark.getSeenActiveMillis() <= settings.liveMillis());
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
