package io.bellwether.loadtests.simulation;

import io.bellwether.protocol.Origin;
import io.bellwether.telemetry.LogScale;
import io.bellwether.telemetry.events.Arm;
import io.bellwether.telemetry.events.BinCounts;
import io.bellwether.telemetry.events.CellCounts;
import io.bellwether.telemetry.events.CellKey;
import io.bellwether.telemetry.events.LogBuckets;
import io.bellwether.telemetry.events.Snapshot;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What one run of a worker counts of one model. */
final class WorkerCells {
    private static final int CLASSES = 2;

    private final String model;
    private final Map<CellKey, CellCounts.Builder> cells = new LinkedHashMap<>();
    private final Set<CellKey> changed = new HashSet<>();
    private final TreeMap<Long, Integer> inFlightBySlot = new TreeMap<>();
    private long watermarkSlot;

    WorkerCells(String model) {
        this.model = model;
    }

    void enter(long slot) {
        inFlightBySlot.merge(slot, 1, Integer::sum);
    }

    void leave(long slot) {
        inFlightBySlot.computeIfPresent(slot, (key, count) -> count == 1 ? null : count - 1);
    }

    void computed(String version, Origin origin, boolean nonfinite, int predicted, long costPicoUsd) {
        CellKey key = CellKey.newBuilder()
                .setModel(model)
                .setVersion(version)
                .setArm(Arm.valueOf(origin.arm()))
                .setRolloutId(origin.rollout())
                .setSlot(origin.slot())
                .setClientMemory(origin.client().memory())
                .setFirstOfClient(origin.client().first())
                .build();
        CellCounts.Builder cell =
                cells.computeIfAbsent(key, made -> CellCounts.newBuilder().setKey(made));
        BinCounts.Builder bins = BinCounts.newBuilder().setName("scores");
        for (int i = 0; i < CLASSES; i++) {
            long before =
                    cell.getPredictionsCount() == 0 ? 0 : cell.getPredictions(0).getCount(i);
            bins.addCount(before + (i == predicted ? 1 : 0));
        }
        cell.setItems(cell.getItems() + 1)
                .setComputedRequests(cell.getComputedRequests() + 1)
                .setSettledRequests(cell.getSettledRequests() + 1)
                .setNonfiniteRequests(cell.getNonfiniteRequests() + (nonfinite ? 1 : 0))
                .setNonfiniteOutputs(cell.getNonfiniteOutputs() + (nonfinite ? 1 : 0))
                .setExecutions(cell.getExecutions() + 1)
                .setCostPicoUsd(cell.getCostPicoUsd() + costPicoUsd)
                .setWitnessCostPicoUsd(plus(cell.getWitnessCostPicoUsd(), costPicoUsd))
                .clearPredictions()
                .addPredictions(bins);
        changed.add(key);
    }

    /** What changed since the last call; a slot is complete when it is past and nothing of it is under way. */
    Snapshot snapshot(long nowSlot) {
        long complete = inFlightBySlot.isEmpty() ? nowSlot - 1 : Math.min(nowSlot - 1, inFlightBySlot.firstKey());
        watermarkSlot = Math.max(watermarkSlot, complete);
        Snapshot.Builder snapshot = Snapshot.newBuilder()
                .setModel(model)
                .setWatermarkSlot(watermarkSlot)
                .setWarm(true);
        cells.forEach((key, cell) -> {
            if (changed.contains(key)) {
                snapshot.addCells(cell.build());
            }
        });
        changed.clear();
        cells.keySet().removeIf(key -> key.getSlot() < watermarkSlot);
        return snapshot.build();
    }

    private static LogBuckets plus(LogBuckets buckets, long value) {
        int index = LogScale.index(value);
        int at = buckets.getIndexList().indexOf(index);
        return at < 0
                ? buckets.toBuilder().addIndex(index).addCount(1).build()
                : buckets.toBuilder().setCount(at, buckets.getCount(at) + 1).build();
    }
}
