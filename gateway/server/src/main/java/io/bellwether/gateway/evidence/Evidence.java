package io.bellwether.gateway.evidence;

import io.bellwether.telemetry.events.Arm;
import io.bellwether.telemetry.events.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Counts requests per (model, version, arm, rollout, slot, mark of the client) for monitoring. Exact: every answered
 * request of a known model is in exactly one cell, unless there are too many cells, which is counted. Reads no clock; any
 * thread may call.
 */
public final class Evidence {
    private final int modelsMax;
    private final int cellsMax;
    private final Map<String, ModelCells> models = new ConcurrentHashMap<>();
    private final LongAdder uncounted = new LongAdder();
    private volatile int cells;
    private volatile long evidenceFromSlot = Long.MAX_VALUE;

    public Evidence(int modelsMax, int cellsMax) {
        this.modelsMax = modelsMax;
        this.cellsMax = cellsMax;
    }

    /** A request arrives that no memory of clients looked at, of no slice. */
    public Tally begin(String model, long nowSlot) {
        return begin(model, nowSlot, Drawn.ALONE);
    }

    /**
     * A request of a model that exists arrives; end it with exactly one call of the {@link Tally}.
     */
    public Tally begin(String model, long nowSlot, Drawn drawn) {
        ModelCells known = known(model);
        return known == null ? new Tally(null, nowSlot, drawn) : new Tally(known, known.begin(nowSlot), drawn);
    }

    /** Both answers to a request that was copied for a shadow are known, or known not to come. */
    public void count(String model, long nowSlot, Pair pair) {
        count(
                model,
                nowSlot,
                slot -> Cell.Key.of(slot, pair.version(), Arm.SHADOW, pair.rolloutId(), Drawn.ALONE),
                cell -> cell.count(pair));
    }

    /** An application has told a number of a request of a compared arm. */
    public void count(String model, long nowSlot, Told told) {
        count(
                model,
                nowSlot,
                slot -> Cell.Key.of(slot, told.version(), told.arm(), told.rolloutId(), Drawn.ALONE),
                cell -> cell.count(told));
    }

    /** A request was not let in. */
    public void turnedAway(String model, long nowSlot, TurnedAway away) {
        count(
                model,
                nowSlot,
                slot -> Cell.Key.of(slot, away.version(), away.arm(), away.rolloutId(), away.drawn()),
                cell -> cell.turnAway(away.drawn().slices()));
    }

    private void count(String model, long nowSlot, LongFunction<Cell.Key> key, Consumer<Cell> into) {
        ModelCells known = known(model);
        if (known == null || !known.count(nowSlot, key, into, cells < cellsMax)) {
            uncounted.increment();
        }
    }

    /** The process is warm: requests of this slot and later ones count. */
    public void countFrom(long slot) {
        evidenceFromSlot = slot;
        models.values().forEach(model -> model.countFrom(slot));
    }

    /**
     * What changed since the last call, and a heartbeat for every other model.
     *
     * @param known models that exist, used or not
     */
    public List<Snapshot> snapshots(Set<String> known, long nowSlot) {
        known.forEach(this::known);
        boolean warm = nowSlot >= evidenceFromSlot;
        List<Snapshot> snapshots = new ArrayList<>();
        int left = 0;
        for (ModelCells model : models.values()) {
            snapshots.add(model.snapshot(nowSlot, warm));
            left += model.size();
        }
        cells = left;
        return snapshots;
    }

    /** Of the models of which a slot with counts has become complete since the last call, the same: monitoring waits for it. */
    public List<Snapshot> passed(long nowSlot) {
        boolean warm = nowSlot >= evidenceFromSlot;
        return models.values().stream()
                .filter(model -> model.passes(nowSlot))
                .map(model -> model.snapshot(nowSlot, warm))
                .toList();
    }

    /** Requests that are in no cell because there were too many cells. */
    public long uncounted() {
        return uncounted.sum();
    }

    private @Nullable ModelCells known(String model) {
        ModelCells existing = models.get(model);
        if (existing != null || models.size() >= modelsMax) {
            return existing;
        }
        return models.computeIfAbsent(model, name -> {
            ModelCells made = new ModelCells(name);
            made.countFrom(evidenceFromSlot);
            return made;
        });
    }

    /** One request in flight. Only its first end counts. */
    public final class Tally {
        private final @Nullable ModelCells model;
        private final long slot;
        private final Drawn drawn;
        private final AtomicBoolean ended = new AtomicBoolean();

        private Tally(@Nullable ModelCells model, long slot, Drawn drawn) {
            this.model = model;
            this.slot = slot;
            this.drawn = drawn;
        }

        /** Epoch second in which the request counts. */
        public long slot() {
            return slot;
        }

        /** The request was answered. */
        public void answered(
                String version, Arm arm, String rolloutId, Outcome outcome, long latencyNanos, boolean witness) {
            if (!ended.compareAndSet(false, true)) {
                return;
            }
            var answered = new ModelCells.Answered(version, arm, rolloutId, drawn, outcome, latencyNanos, witness);
            if (model == null || !model.finish(slot, answered, cells < cellsMax)) {
                uncounted.increment();
            }
        }
    }
}
