package io.bellwether.monitoring.folding;

import io.bellwether.telemetry.events.Arm;
import io.bellwether.telemetry.events.CellCounts;
import io.bellwether.telemetry.events.CellKey;
import io.bellwether.telemetry.events.Snapshot;
import java.util.List;

/** Small snapshots for tests; slot and time are seconds. */
final class Reports {
    static final String ROLLOUT = "r1";

    private Reports() {}

    /** A snapshot of the first run of a process. */
    static Snapshot report(Snapshot.Process process, String id, long sequence, long seconds, CellCounts... cells) {
        return Snapshot.newBuilder()
                .setProcess(process)
                .setProcessId(id)
                .setEpoch(1)
                .setSequence(sequence)
                .setSentAtMillis(seconds * 1_000)
                .setModel("digits")
                .setWatermarkSlot(seconds)
                .setWarm(true)
                .addAllCells(List.of(cells))
                .build();
    }

    static Snapshot gateway(long sequence, long seconds, CellCounts... cells) {
        return report(Snapshot.Process.GATEWAY, "g", sequence, seconds, cells);
    }

    static Snapshot worker(long sequence, long seconds, CellCounts... cells) {
        return report(Snapshot.Process.WORKER, "w", sequence, seconds, cells);
    }

    static CellCounts asked(long slot, Arm arm, long ok, long failed) {
        return CellCounts.newBuilder()
                .setKey(key(slot, arm))
                .setRequests(ok + failed)
                .putOutcomes("ok", ok)
                .putOutcomes("timeout", failed)
                .build();
    }

    static CellCounts computed(long slot, Arm arm, long items) {
        return CellCounts.newBuilder()
                .setKey(key(slot, arm))
                .setItems(items)
                .setComputedRequests(items)
                .setCostPicoUsd(items * 10)
                .build();
    }

    static CellKey key(long slot, Arm arm) {
        return CellKey.newBuilder()
                .setModel("digits")
                .setVersion(arm == Arm.CANDIDATE || arm == Arm.CANDIDATE_REST ? "2" : "1")
                .setArm(arm)
                .setRolloutId(ROLLOUT)
                .setSlot(slot)
                .build();
    }
}
