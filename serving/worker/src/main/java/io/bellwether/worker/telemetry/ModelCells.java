package io.bellwether.worker.telemetry;

import io.bellwether.telemetry.EmbeddingSketch;
import io.bellwether.telemetry.events.Snapshot;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The cells of one model. Counts are cumulative and exact. Runner threads add; one snapshot thread reads and forgets.
 *
 * <p>A request is entered before it is queued and leaves after it was counted, and a snapshot reads the watermark before
 * the counts. So when a snapshot says that a slot is complete, it or an earlier one carries all of the slot's counts.
 */
public final class ModelCells {
    /**
     * How much is kept.
     *
     * @param cellsMax cells at once; beyond it observations of new cells are not counted
     * @param retentionNanos a cell is forgotten when nothing was added for this long
     * @param sketchesMax sketches of embeddings in one cell; with 0 only how many there were is told, and their dimension
     */
    public record Limits(int cellsMax, long retentionNanos, int sketchesMax) {
        /** With as many sketches as a cell may have. */
        public Limits(int cellsMax, long retentionNanos) {
            this(cellsMax, retentionNanos, EmbeddingSketch.SAMPLED_MAX);
        }
    }

    private final String model;
    private final Tally tally;
    private final Limits limits;
    private final Map<CellId, Cell> cells = new ConcurrentHashMap<>();
    private final AtomicInteger cellCount = new AtomicInteger();
    private final InFlightSlots inFlight = new InFlightSlots();
    private final LongAdder uncounted = new LongAdder();
    private final Cell warmUpCell;
    private long watermarkSlot = Long.MIN_VALUE;

    public ModelCells(String model, Tally tally, Limits limits) {
        this.model = model;
        this.tally = tally;
        this.limits = limits;
        this.warmUpCell = new Cell(CellId.direct("", 0), tally, limits.sketchesMax());
    }

    /** A request of this slot is in the worker. */
    public void enter(long slot) {
        inFlight.enter(slot);
    }

    /**
     * A request was answered, and counted if it ran.
     *
     * @param settled the answer was outputs or the model's own failure, which is what gateways count as answers of a version
     */
    public void leave(CellId id, boolean settled, long nowNanos) {
        Cell cell = settled ? cells.get(id) : null;
        if (cell != null) {
            cell.settle(nowNanos);
        }
        inFlight.leave(id.slot());
    }

    /** Counts a request that ran. */
    public void add(CellId id, Observation seen, long nowNanos) {
        Cell cell = cells.get(id);
        if (cell == null) {
            cell = create(id);
        }
        if (cell == null) {
            uncounted.add(seen.items());
        } else {
            cell.add(seen, nowNanos);
        }
    }

    /** Does the work of {@link #add} for a warm-up request, into a cell that is never published. */
    public void addWarmUp(Observation seen, long nowNanos) {
        warmUpCell.add(seen, nowNanos);
    }

    /** Items that were not counted because there were too many cells. */
    public long uncountedItems() {
        return uncounted.sum();
    }

    /**
     * What changed since the last snapshot, and how far slots are complete. To be called by one thread.
     *
     * @param nowSlot epoch second of the worker's clock
     * @param warm whether this worker's counts are evidence
     */
    public Snapshot snapshot(long nowSlot, boolean warm) {
        long complete = Math.min(inFlight.oldest().orElse(Long.MAX_VALUE), nowSlot - 1);
        watermarkSlot = Math.max(watermarkSlot, complete);
        Snapshot.Builder snapshot = Snapshot.newBuilder()
                .setModel(model)
                .setWatermarkSlot(watermarkSlot)
                .setWarm(warm);
        for (Cell cell : cells.values()) {
            // Marked as taken before it is read: what is added in between is sent again, never lost.
            if (cell.takeChanged()) {
                snapshot.addCells(cell.toProto(model));
            }
        }
        return snapshot.build();
    }

    /** Whether counts of a slot that is over wait for the next snapshot. Monitoring waits for them, too. */
    public boolean owesBefore(long nowSlot) {
        return cells.values().stream().anyMatch(cell -> cell.owesBefore(nowSlot));
    }

    /** Forgets cells to which nothing was added for the retention. To be called by the snapshot thread. */
    public void forgetIdle(long nowNanos) {
        cells.entrySet().removeIf(entry -> {
            boolean idle = entry.getValue().idleFor(limits.retentionNanos(), nowNanos);
            if (idle) {
                cellCount.decrementAndGet();
            }
            return idle;
        });
    }

    private @Nullable Cell create(CellId id) {
        if (cellCount.incrementAndGet() > limits.cellsMax()) {
            cellCount.decrementAndGet();
            return null;
        }
        Cell created = new Cell(id, tally, limits.sketchesMax());
        Cell before = cells.putIfAbsent(id, created);
        if (before != null) {
            cellCount.decrementAndGet();
            return before;
        }
        return created;
    }
}
