package io.bellwether.telemetrypublisher;

import io.bellwether.telemetry.events.CellCounts;
import io.bellwether.telemetry.events.CellKey;
import io.bellwether.telemetry.events.Snapshot;
import io.bellwether.telemetry.events.StepProblem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be sent: per model the newest counts of each cell and the newest watermark. Counts are cumulative, so a
 * newer cell replaces an older one and nothing is lost by waiting. Reads no clock and starts no thread; every method
 * holds one short lock and never waits.
 *
 * <p>At most one snapshot of a model is under way. When it fails, its cells wait again unless newer ones do already. A
 * snapshot that cannot carry every waiting cell carries those of the oldest slots, and a watermark that does not pass
 * the cells left behind.
 */
public final class SnapshotOutbox {
    /** Half of what Kafka accepts as one record. */
    private static final int SNAPSHOT_BYTES_MAX = 512 << 10;

    private final PublisherSettings settings;
    private final long epochMillis;
    private final Map<String, Waiting> waitingByModel = new LinkedHashMap<>();
    private final Object lock = new Object();
    private int cellsPending;
    private long cellsDropped;
    private long snapshotsSent;
    private long sendsFailed;

    /** One model's share of the outbox. Guarded by the lock of its owner. */
    private static final class Waiting {
        final TreeMap<Long, Map<CellKey, CellCounts>> cellsBySlot = new TreeMap<>();
        long watermarkSlot;
        long sequence;
        boolean warm;
        List<StepProblem> stepProblems = List.of();
        boolean due;
        boolean closing;
        boolean retryLater;
        long retryAtNanos;

        @Nullable
        Snapshot underWay;
    }

    public SnapshotOutbox(PublisherSettings settings, long epochMillis) {
        this.settings = settings;
        this.epochMillis = epochMillis;
    }

    /** Takes in what a process counted. Only model, watermark, warmth, cells and what speaks against steps are read. */
    public void offer(Snapshot snapshot) {
        synchronized (lock) {
            Waiting waiting = waitingByModel.get(snapshot.getModel());
            if (waiting == null) {
                if (waitingByModel.size() >= settings.modelsMax()) {
                    cellsDropped += Math.max(1, snapshot.getCellsCount());
                    return;
                }
                waiting = new Waiting();
                waitingByModel.put(snapshot.getModel(), waiting);
            }
            if (snapshot.getWarm() && !waiting.warm) {
                // Counts of a cold process are not evidence; they must not travel under a warm heading.
                cellsPending -= clear(waiting);
            }
            waiting.warm = snapshot.getWarm();
            waiting.stepProblems = snapshot.getStepProblemsList();
            waiting.watermarkSlot = Math.max(waiting.watermarkSlot, snapshot.getWatermarkSlot());
            waiting.due = true;
            for (CellCounts cell : snapshot.getCellsList()) {
                if (slotOf(waiting, cell).put(cell.getKey(), cell) == null) {
                    cellsPending++;
                }
            }
            dropOldestSlots();
        }
    }

    /** The snapshots to send now: of every model that has something new, has nothing under way and is not pausing. */
    public List<Snapshot> takeDue(long nowNanos, long nowMillis) {
        synchronized (lock) {
            List<Snapshot> due = new ArrayList<>();
            waitingByModel.forEach((model, waiting) -> {
                boolean pausing = waiting.retryLater && nowNanos - waiting.retryAtNanos < 0;
                if (waiting.due && waiting.underWay == null && !pausing) {
                    due.add(take(model, waiting, nowMillis));
                }
            });
            return due;
        }
    }

    /** The snapshot is stored. */
    public void sent(Snapshot snapshot) {
        synchronized (lock) {
            Waiting waiting = waitingByModel.get(snapshot.getModel());
            if (waiting != null) {
                waiting.underWay = null;
                waiting.retryLater = false;
                snapshotsSent++;
            }
        }
    }

    /** The snapshot is not stored: its cells wait again, and the model pauses. */
    public void failed(Snapshot snapshot, long nowNanos) {
        synchronized (lock) {
            Waiting waiting = waitingByModel.get(snapshot.getModel());
            if (waiting == null) {
                return;
            }
            sendsFailed++;
            waiting.underWay = null;
            waiting.due = true;
            waiting.retryLater = true;
            waiting.retryAtNanos = nowNanos + settings.timing().retryBackoff().toNanos();
            if (snapshot.getWarm() == waiting.warm) {
                for (CellCounts cell : snapshot.getCellsList()) {
                    if (slotOf(waiting, cell).putIfAbsent(cell.getKey(), cell) == null) {
                        cellsPending++;
                    }
                }
                dropOldestSlots();
            }
        }
    }

    /** Makes every model say farewell: its last snapshot will be marked as closing. */
    public void startClosing() {
        synchronized (lock) {
            for (Waiting waiting : waitingByModel.values()) {
                if (!waiting.closing) {
                    waiting.closing = true;
                    waiting.due = true;
                    waiting.retryLater = false;
                }
            }
        }
    }

    /** True when nothing waits and nothing is under way. */
    public boolean isEmpty() {
        synchronized (lock) {
            return waitingByModel.values().stream().noneMatch(waiting -> waiting.due || waiting.underWay != null);
        }
    }

    public PublisherStats stats() {
        synchronized (lock) {
            return new PublisherStats(snapshotsSent, cellsDropped, cellsPending, sendsFailed);
        }
    }

    private Snapshot take(String model, Waiting waiting, long nowMillis) {
        Snapshot.Builder snapshot = Snapshot.newBuilder()
                .setProcess(settings.process())
                .setProcessId(settings.processId())
                .setEpoch(epochMillis)
                .setSequence(++waiting.sequence)
                .setSentAtMillis(nowMillis)
                .setModel(model)
                .setDroppedSnapshots(cellsDropped)
                .setWarm(waiting.warm)
                .addAllStepProblems(waiting.stepProblems);
        moveCells(waiting, snapshot);
        boolean more = !waiting.cellsBySlot.isEmpty();
        snapshot.setWatermarkSlot(
                more ? Math.min(waiting.watermarkSlot, waiting.cellsBySlot.firstKey()) : waiting.watermarkSlot);
        snapshot.setClosing(waiting.closing && !more);
        waiting.due = more;
        Snapshot built = snapshot.build();
        waiting.underWay = built;
        return built;
    }

    /** Moves waiting cells, oldest slots first, until the snapshot is full. */
    private void moveCells(Waiting waiting, Snapshot.Builder snapshot) {
        int bytes = 0;
        var slots = waiting.cellsBySlot.values().iterator();
        while (slots.hasNext()) {
            var cells = slots.next().values().iterator();
            while (cells.hasNext()) {
                if (bytes >= SNAPSHOT_BYTES_MAX || snapshot.getCellsCount() >= settings.cellsPerSnapshotMax()) {
                    return;
                }
                CellCounts cell = cells.next();
                bytes += cell.getSerializedSize();
                snapshot.addCells(cell);
                cells.remove();
                cellsPending--;
            }
            slots.remove();
        }
    }

    private static Map<CellKey, CellCounts> slotOf(Waiting waiting, CellCounts cell) {
        return waiting.cellsBySlot.computeIfAbsent(cell.getKey().getSlot(), slot -> new LinkedHashMap<>());
    }

    private static int clear(Waiting waiting) {
        int cells = waiting.cellsBySlot.values().stream().mapToInt(Map::size).sum();
        waiting.cellsBySlot.clear();
        return cells;
    }

    private void dropOldestSlots() {
        while (cellsPending > settings.cellsMax()) {
            Waiting oldest = null;
            for (Waiting waiting : waitingByModel.values()) {
                if (!waiting.cellsBySlot.isEmpty()
                        && (oldest == null || waiting.cellsBySlot.firstKey() < oldest.cellsBySlot.firstKey())) {
                    oldest = waiting;
                }
            }
            if (oldest == null) {
                return;
            }
            int dropped = oldest.cellsBySlot.pollFirstEntry().getValue().size();
            cellsPending -= dropped;
            cellsDropped += dropped;
        }
    }
}
