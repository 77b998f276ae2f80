package io.bellwether.monitoring.folding;

import com.google.protobuf.InvalidProtocolBufferException;
import io.bellwether.monitoring.state.ModelMark;
import io.bellwether.monitoring.state.OpenCell;
import io.bellwether.monitoring.state.ProcessMark;
import io.bellwether.telemetry.events.CellCounts;
import io.bellwether.telemetry.events.CellKey;
import io.bellwether.telemetry.events.Snapshot;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Folds the snapshots of one model into complete slots.
 *
 * <p>Counts are cumulative per cell and per run of a process. The newest sequence of a run wins; the runs of a process
 * that restarted within a slot, and all processes, are added up. So a snapshot that comes twice, or is lost before a
 * newer one, changes nothing.
 *
 * <p>A slot is complete when
 *
 * <ol>
 *   <li>the watermark of every live process lies beyond it, or that of every live gateway and workers have settled exactly
 *       what gateways got answered ({@link SlotSums#allSettled}), and
 *   <li>every compared arm that a gateway counted was counted by a worker too, and the other way round.
 * </ol>
 *
 * A worker cannot know whether a gateway still has a request of a second that is over, so its own watermark stays a second
 * behind. The equality needs no clock: an answer is counted before it is given, so once the gateways are through with a slot,
 * all is there when as many requests are settled as were answered. Where some ran out of time nobody knows how many a worker
 * has computed, and the watermark decides.
 *
 * After {@link FoldSettings#slotWaitMillis} it is closed with what there is, as partial. What comes for a closed slot is
 * late: counted and ignored. Slots close in rising order.
 *
 * <p>Counts that are cut short are no evidence. Whoever is cut off in the middle of a slot has counted its fast requests
 * and not its slow ones, so what is left looks faster, and fails more often where failing is fast; more so in the slower
 * arm. Therefore only {@link ClosedSlot#whole} counts may be compared:
 *
 * <ul>
 *   <li>the counts of each <em>gateway</em> that has passed the slot, without those of the others. Each gateway draws the
 *       arms of its requests by itself, so its counts are an experiment of their own, and leaving it out takes from both
 *       arms.
 *   <li>the counts of all <em>workers</em> or of none. Nobody draws which worker serves which arm; leaving out one might
 *       take from one arm only. All are known when each worker that may have counted has passed the slot, or when they
 *       have settled all answers, and some worker has computed whatever compared arm got answers.
 * </ul>
 *
 * <p>Time is the <em>active time</em> of the model: it advances with the clock of whoever is heard, at most a second
 * between two snapshots of one process. While Kafka is away nobody is heard and it stands still, so a process is gone
 * only when others were heard without it. Clocks of different processes are never compared.
 *
 * <p>Not thread-safe, deterministic: the same snapshots in the same order give the same slots.
 */
public final class SlotFold {
    private static final long STEP_MILLIS_MAX = 1_000;
    private static final long SLOTS_AHEAD_MAX = 60;
    /** Between the parts of a cell's name; in none of them. */
    private static final String SEPARATOR = "\u0001";

    private final String model;
    private final FoldSettings settings;
    private final Journal journal;
    private final ProcessMarks processes;
    private final TreeMap<Long, OpenSlot> open = new TreeMap<>();
    private int openCells;
    private long activeMillis;
    private long closedThroughSlot = -1;
    private long snapshotsUntil;

    /** A cell as one run of a process counted it. */
    private record Counted(String processId, long epoch, CellCounts counts) {
        /** Only workers compute; what a gateway asks has no items, and what it hears later no requests. */
        boolean ofWorker() {
            return counts.getRequests() == 0
                    && counts.getTurnedAway() == 0
                    && counts.getPairsCount() == 0
                    && counts.getNumbersCount() == 0;
        }
    }

    private static final class OpenSlot {
        final long openedActiveMillis;
        final Map<String, Counted> cells = new HashMap<>();

        OpenSlot(long openedActiveMillis) {
            this.openedActiveMillis = openedActiveMillis;
        }
    }

    public SlotFold(String model, FoldSettings settings, Journal journal) {
        this.model = model;
        this.settings = settings;
        this.journal = journal;
        this.processes = new ProcessMarks(model, settings, journal);
    }

    /**
     * Takes back a value that the journal kept. Call it for all of them before the first snapshot.
     *
     * @throws InvalidProtocolBufferException if the value is damaged; it is then as if it had been lost
     */
    public void restore(MemoryKey key, byte[] value) throws InvalidProtocolBufferException {
        switch (key.kind()) {
            case MODEL -> {
                ModelMark mark = ModelMark.parseFrom(value);
                activeMillis = Math.max(activeMillis, mark.getActiveMillis());
                closedThroughSlot = mark.getClosedThroughSlot();
                snapshotsUntil = mark.getSnapshotsUntil();
            }
            case PROCESS -> {
                // Written before the model's mark, so after a crash in between it alone knows how late it is.
                ProcessMark mark = ProcessMark.parseFrom(value);
                activeMillis = Math.max(activeMillis, mark.getSeenActiveMillis());
                processes.restore(key.name(), mark);
            }
            case CELL -> {
                OpenCell cell = OpenCell.parseFrom(value);
                String[] name = key.name().split(SEPARATOR, 4);
                Counted counted = new Counted(name[1], Long.parseLong(name[2]), CellCounts.parseFrom(cell.getCounts()));
                put(key.name(), counted, cell.getOpenedActiveMillis());
            }
            default -> throw new IllegalArgumentException("not a memory of a slot fold: " + key.kind());
        }
    }

    /**
     * Takes in one snapshot and remembers where it was read.
     *
     * @param until offset after it
     */
    public Accepted accept(Snapshot snapshot, long until) {
        snapshotsUntil = Math.max(snapshotsUntil, until);
        return accept(snapshot);
    }

    /** Takes in one snapshot. */
    public Accepted accept(Snapshot snapshot) {
        forgetClosed();
        if (processes.isStale(snapshot)) {
            return Accepted.STALE;
        }
        advance(snapshot);
        ProcessMark mark = processes.update(snapshot, activeMillis);
        int late = 0;
        int cold = 0;
        int invalid = 0;
        for (CellCounts cell : snapshot.getCellsList()) {
            long slot = cell.getKey().getSlot();
            if (slot > Math.floorDiv(snapshot.getSentAtMillis(), 1_000) + SLOTS_AHEAD_MAX || !CellCheck.isValid(cell)) {
                invalid++;
            } else if (!snapshot.getWarm() || slot <= mark.getColdThroughSlot()) {
                cold++;
            } else if (slot <= closedThroughSlot) {
                late++;
            } else {
                keep(snapshot, cell);
            }
        }
        processes.remember(snapshot);
        rememberModel();
        return new Accepted(late, cold, invalid);
    }

    /**
     * The next slot to close, or null. It stays open until {@link #closed} is called, so that what follows from it can be
     * remembered first.
     */
    public @Nullable ClosedSlot next() {
        Map.Entry<Long, OpenSlot> first = open.firstEntry();
        if (first == null) {
            return null;
        }
        OpenSlot slot = first.getValue();
        OptionalLong watermark = processes.watermark(activeMillis);
        boolean passed = watermark.isEmpty() || watermark.getAsLong() > first.getKey();
        boolean gatewaysPassed = processes.allPassed(Snapshot.Process.GATEWAY, first.getKey(), activeMillis);
        boolean waitOver = activeMillis - slot.openedActiveMillis >= settings.slotWaitMillis()
                || openCells > settings.openCellsMax();
        if (!passed && !gatewaysPassed && !waitOver) {
            // Most snapshots are of a second that goes on; the sums below would decide nothing.
            return null;
        }
        List<CellCounts> cells =
                slot.cells.values().stream().map(Counted::counts).toList();
        boolean settled = gatewaysPassed && SlotSums.allSettled(cells);
        boolean complete = (passed || settled) && SlotSums.bothSidesCounted(cells);
        if (complete || waitOver) {
            boolean workersKnown = settled
                    ? SlotSums.allComputed(cells)
                    : SlotSums.allComputed(cells) && workersPassed(first.getKey(), slot.cells.values());
            List<CellCounts> whole = whole(first.getKey(), slot.cells.values(), workersKnown);
            return new ClosedSlot(first.getKey(), !complete || whole.size() < cells.size(), cells, whole);
        }
        return null;
    }

    private boolean workersPassed(long slot, Collection<Counted> cells) {
        return !processes.mayMiss(Snapshot.Process.WORKER, slot, activeMillis)
                && cells.stream().filter(Counted::ofWorker).allMatch(cell -> isWhole(cell, slot));
    }

    private List<CellCounts> whole(long slot, Collection<Counted> cells, boolean workersKnown) {
        return cells.stream()
                .filter(cell -> cell.ofWorker() ? workersKnown : isWhole(cell, slot))
                .map(Counted::counts)
                .toList();
    }

    private boolean isWhole(Counted cell, long slot) {
        return processes.isWhole(cell.processId(), cell.epoch(), slot);
    }

    /** Forgets an open slot, and with it every chance to add to it. */
    public void closed(long slot) {
        if (slot > closedThroughSlot) {
            closedThroughSlot = slot;
            rememberModel();
        }
        OpenSlot gone = open.remove(slot);
        if (gone != null) {
            openCells -= gone.cells.size();
            gone.cells.keySet().forEach(name -> journal.delete(new MemoryKey(MemoryKey.Kind.CELL, model, name)));
        }
    }

    /** A crash in the middle of forgetting a slot leaves cells of it, which would be awaited and hold up the slots after. */
    private void forgetClosed() {
        while (!open.isEmpty() && open.firstKey() <= closedThroughSlot) {
            closed(open.firstKey());
        }
    }

    /**
     * The last slot of which all is known, also when nothing happened in it: beyond the watermark of every live process
     * and before the first open slot. Empty when no gateway is live, because then nobody knows.
     */
    public OptionalLong settledSlot() {
        OptionalLong watermark = processes.watermark(activeMillis);
        if (watermark.isEmpty() || processesLive(Snapshot.Process.GATEWAY) == 0) {
            return OptionalLong.empty();
        }
        long settled = watermark.getAsLong() - 1;
        return OptionalLong.of(open.isEmpty() ? settled : Math.min(settled, open.firstKey() - 1));
    }

    /** Offset after the last snapshot of all that was taken in, also before a restart; 0 if it was not told. */
    public long snapshotsUntil() {
        return snapshotsUntil;
    }

    /** Processes of a kind that report about the model now. */
    public long processesLive(Snapshot.Process kind) {
        return processes.live(kind, activeMillis);
    }

    /** What the gateways that are live say against a step of a rollout; empty if nothing. */
    public Optional<String> stepProblem(StepKey step) {
        return processes.stepProblem(step, activeMillis);
    }

    /** Cells that the known processes threw away before Kafka took them. */
    public long droppedCells() {
        return processes.droppedCells();
    }

    private void advance(Snapshot snapshot) {
        ProcessMark known = processes.get(snapshot.getProcessId());
        if (known != null) {
            long passed = snapshot.getSentAtMillis() - known.getSentAtMillis();
            long step = Math.max(0, Math.min(STEP_MILLIS_MAX, passed));
            activeMillis = Math.max(activeMillis, known.getSeenActiveMillis() + step);
        }
    }

    private void keep(Snapshot snapshot, CellCounts cell) {
        String name = name(snapshot, cell.getKey());
        Counted counted = new Counted(snapshot.getProcessId(), snapshot.getEpoch(), cell);
        OpenCell memory = OpenCell.newBuilder()
                .setOpenedActiveMillis(put(name, counted, activeMillis).openedActiveMillis)
                .setCounts(cell.toByteString())
                .build();
        journal.put(new MemoryKey(MemoryKey.Kind.CELL, model, name), memory.toByteArray());
    }

    private static String name(Snapshot snapshot, CellKey key) {
        String name = String.join(
                SEPARATOR,
                Long.toString(key.getSlot()),
                snapshot.getProcessId(),
                Long.toString(snapshot.getEpoch()),
                key.getVersion(),
                Integer.toString(key.getArmValue()),
                key.getRolloutId(),
                key.getSegment(),
                Long.toHexString(key.getClientMemory()),
                Boolean.toString(key.getFirstOfClient()));
        int share = key.getComparedBasisPoints();
        return share == 0 ? name : name + SEPARATOR + share;
    }

    private OpenSlot put(String name, Counted cell, long openedActiveMillis) {
        OpenSlot into =
                open.computeIfAbsent(cell.counts().getKey().getSlot(), slot -> new OpenSlot(openedActiveMillis));
        if (into.cells.put(name, cell) == null) {
            openCells++;
        }
        return into;
    }

    private void rememberModel() {
        ModelMark mark = ModelMark.newBuilder()
                .setActiveMillis(activeMillis)
                .setClosedThroughSlot(closedThroughSlot)
                .setSnapshotsUntil(snapshotsUntil)
                .build();
        journal.put(new MemoryKey(MemoryKey.Kind.MODEL, model, ""), mark.toByteArray());
    }
}
