package io.bellwether.monitoring.folding;

import com.google.protobuf.InvalidProtocolBufferException;
import io.bellwether.monitoring.evaluation.StableHistory;
import io.bellwether.monitoring.state.Buckets;
import io.bellwether.monitoring.state.VersionHistory;
import io.bellwether.statistics.LogHistogram;
import io.bellwether.telemetry.events.Arm;
import io.bellwether.telemetry.events.CellCounts;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the witnesses of each version of one model showed lately: the last 150 to 300 slots, in two generations. It seeds
 * the thresholds of a rollout, so that evidence counts from its first slot.
 */
public final class VersionHistories {
    private static final long GENERATION_SLOTS = 150;
    private static final int VERSIONS_MAX = 8;

    private final String model;
    private final Journal journal;
    private final Map<String, VersionHistory> histories = new HashMap<>();

    public VersionHistories(String model, Journal journal) {
        this.model = model;
        this.journal = journal;
    }

    /** Takes back what the journal kept about one version. */
    public void restore(MemoryKey key, byte[] value) throws InvalidProtocolBufferException {
        histories.put(key.name(), VersionHistory.parseFrom(value));
    }

    /** Adds a closed slot; one that was added before is ignored. */
    public void add(ClosedSlot slot) {
        Map<String, Seen> seenByVersion = new TreeMap<>();
        for (CellCounts cell : slot.cells()) {
            Arm arm = cell.getKey().getArm();
            if (arm == Arm.STABLE_REST || arm == Arm.CONTROL) {
                seenByVersion.merge(cell.getKey().getVersion(), Seen.of(cell), Seen::plus);
            }
        }
        seenByVersion.forEach((version, seen) -> {
            VersionHistory before = histories.getOrDefault(version, VersionHistory.getDefaultInstance());
            if (slot.slot() > before.getLastSlot()) {
                put(version, after(before, slot.slot(), seen));
            }
        });
    }

    /** What a version showed, for the thresholds of a rollout against it. */
    public StableHistory of(String version) {
        VersionHistory history = histories.getOrDefault(version, VersionHistory.getDefaultInstance());
        return new StableHistory(
                histogram(history.getLatencyNanos()).plus(histogram(history.getLatencyNanosBefore())),
                histogram(history.getCostPicoUsd()).plus(histogram(history.getCostPicoUsdBefore())));
    }

    /** True when the version was ever seen to predict classes, or when no worker has told yet. */
    public boolean mayPredictClasses(String version) {
        VersionHistory history = histories.get(version);
        return history == null || !history.getComputedSeen() || history.getClassesSeen();
    }

    /** True when the version was ever seen to cost something, or when no worker has told yet. */
    public boolean mayCost(String version) {
        VersionHistory history = histories.get(version);
        return history == null || !history.getComputedSeen() || history.getCostSeen();
    }

    /** What one slot showed of one version. */
    private record Seen(LogHistogram latency, LogHistogram cost, boolean classes, boolean costs, boolean computed) {
        static Seen of(CellCounts cell) {
            return new Seen(
                    SlotSums.histogram(cell.getWitnessLatencyNanos()),
                    SlotSums.histogram(cell.getWitnessCostPicoUsd()),
                    cell.getPredictionsCount() > 0,
                    cell.getCostPicoUsd() > 0,
                    cell.getItems() > 0);
        }

        Seen plus(Seen other) {
            return new Seen(
                    latency.plus(other.latency),
                    cost.plus(other.cost),
                    classes || other.classes,
                    costs || other.costs,
                    computed || other.computed);
        }
    }

    private static VersionHistory after(VersionHistory before, long slot, Seen seen) {
        boolean turn = generation(slot) > generation(before.getTurnedSlot());
        VersionHistory.Builder after = before.toBuilder().setLastSlot(slot);
        if (turn) {
            after.setTurnedSlot(slot)
                    .setLatencyNanosBefore(before.getLatencyNanos())
                    .setCostPicoUsdBefore(before.getCostPicoUsd())
                    .setLatencyNanos(buckets(seen.latency()))
                    .setCostPicoUsd(buckets(seen.cost()));
        } else {
            after.setLatencyNanos(buckets(histogram(before.getLatencyNanos()).plus(seen.latency())))
                    .setCostPicoUsd(buckets(histogram(before.getCostPicoUsd()).plus(seen.cost())));
        }
        return after.setClassesSeen(before.getClassesSeen() || seen.classes())
                .setCostSeen(before.getCostSeen() || seen.costs())
                .setComputedSeen(before.getComputedSeen() || seen.computed())
                .build();
    }

    /** Counted from the epoch: whoever reads the same slots later, from wherever on, turns at the same ones. */
    private static long generation(long slot) {
        return Math.floorDiv(slot, GENERATION_SLOTS);
    }

    private void put(String version, VersionHistory history) {
        histories.put(version, history);
        journal.put(key(version), history.toByteArray());
        if (histories.size() > VERSIONS_MAX) {
            String oldest = histories.entrySet().stream()
                    .min(Comparator.comparingLong(entry -> entry.getValue().getLastSlot()))
                    .orElseThrow()
                    .getKey();
            histories.remove(oldest);
            journal.delete(key(oldest));
        }
    }

    private MemoryKey key(String version) {
        return new MemoryKey(MemoryKey.Kind.HISTORY, model, version);
    }

    private static LogHistogram histogram(Buckets buckets) {
        return LogHistogram.of(
                buckets.getIndexList().stream().mapToInt(Integer::intValue).toArray(),
                buckets.getCountList().stream().mapToLong(Long::longValue).toArray());
    }

    private static Buckets buckets(LogHistogram histogram) {
        Buckets.Builder buckets = Buckets.newBuilder();
        for (int index : histogram.buckets()) {
            buckets.addIndex(index);
        }
        for (long count : histogram.counts()) {
            buckets.addCount(count);
        }
        return buckets.build();
    }
}
