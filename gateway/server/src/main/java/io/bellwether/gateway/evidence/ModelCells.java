package io.bellwether.gateway.evidence;

import io.bellwether.telemetry.events.Arm;
import io.bellwether.telemetry.events.Snapshot;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Counts of one model, and which of its requests are in flight. One short lock guards both, so that a watermark never
 * passes a slot that may still change. Reads no clock; any thread may call.
 *
 * <p>Invariant: a slot below a watermark that was given out gets no further request and no further count.
 */
final class ModelCells {
    private final String model;
    private final Object lock = new Object();
    private final Map<Cell.Key, Cell> cells = new HashMap<>();
    private final TreeMap<Long, Integer> inFlightBySlot = new TreeMap<>();
    private long watermarkSlot;
    private long evidenceFromSlot = Long.MAX_VALUE;

    ModelCells(String model) {
        this.model = model;
    }

    /**
     * A request arrives.
     *
     * @return its slot: the present one, unless a slow caller comes with a slot that has been given out as complete
     */
    long begin(long nowSlot) {
        synchronized (lock) {
            long slot = Math.max(nowSlot, watermarkSlot);
            inFlightBySlot.merge(slot, 1, Integer::sum);
            return slot;
        }
    }

    /** From this slot on requests count; before, the process was warming up. */
    void countFrom(long slot) {
        synchronized (lock) {
            evidenceFromSlot = Math.min(evidenceFromSlot, slot);
        }
    }

    /**
     * A request of {@link #begin} was answered.
     *
     * @param mayAddCell false when there are too many cells already
     * @return whether it was counted, or need not be
     */
    boolean finish(long slot, Answered answered, boolean mayAddCell) {
        synchronized (lock) {
            leave(slot);
            if (slot < evidenceFromSlot) {
                return true;
            }
            Cell.Key key =
                    Cell.Key.of(slot, answered.version(), answered.arm(), answered.rolloutId(), answered.drawn());
            Cell cell = cell(key, mayAddCell);
            if (cell != null) {
                cell.count(answered);
            }
            return cell != null;
        }
    }

    /**
     * Something is known of an earlier request. It counts in the present slot, whenever the request was answered.
     *
     * @param key of a cell, made of the present slot
     * @param mayAddCell false when there are too many cells already
     * @return whether it was counted, or need not be
     */
    boolean count(long nowSlot, LongFunction<Cell.Key> key, Consumer<Cell> into, boolean mayAddCell) {
        synchronized (lock) {
            long slot = Math.max(nowSlot, watermarkSlot);
            if (slot < evidenceFromSlot) {
                return true;
            }
            Cell cell = cell(key.apply(slot), mayAddCell);
            if (cell != null) {
                into.accept(cell);
            }
            return cell != null;
        }
    }

    private @Nullable Cell cell(Cell.Key key, boolean mayAddCell) {
        Cell known = cells.get(key);
        if (known != null || !mayAddCell) {
            return known;
        }
        Cell made = new Cell();
        cells.put(key, made);
        return made;
    }

    /** Whether a slot with counts is complete, of which no snapshot says so yet. */
    boolean passes(long nowSlot) {
        synchronized (lock) {
            long complete = completeBelow(nowSlot);
            return complete > watermarkSlot && cells.keySet().stream().anyMatch(key -> key.slot() < complete);
        }
    }

    private long completeBelow(long nowSlot) {
        return inFlightBySlot.isEmpty() ? nowSlot : Math.min(nowSlot, inFlightBySlot.firstKey());
    }

    /** What changed since the last call, and how far the counts are complete. Complete cells are let go. */
    Snapshot snapshot(long nowSlot, boolean warm) {
        synchronized (lock) {
            watermarkSlot = Math.max(watermarkSlot, completeBelow(nowSlot));
            Snapshot.Builder snapshot = Snapshot.newBuilder()
                    .setModel(model)
                    .setWatermarkSlot(watermarkSlot)
                    .setWarm(warm);
            Iterator<Map.Entry<Cell.Key, Cell>> entries = cells.entrySet().iterator();
            while (entries.hasNext()) {
                Map.Entry<Cell.Key, Cell> entry = entries.next();
                Cell cell = entry.getValue();
                if (cell.changed) {
                    snapshot.addCells(cell.toCounts(model, entry.getKey()));
                    cell.changed = false;
                }
                if (entry.getKey().slot() < watermarkSlot) {
                    entries.remove();
                }
            }
            return snapshot.build();
        }
    }

    int size() {
        synchronized (lock) {
            return cells.size();
        }
    }

    private void leave(long slot) {
        inFlightBySlot.computeIfPresent(slot, (key, count) -> count == 1 ? null : count - 1);
    }

    /** One answered request. */
    record Answered(
            String version,
            Arm arm,
            String rolloutId,
            Drawn drawn,
            Outcome outcome,
            long latencyNanos,
            boolean witness) {}
}
