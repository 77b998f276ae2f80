package io.bellwether.telemetrypublisher;

import io.bellwether.telemetry.events.Arm;
import io.bellwether.telemetry.events.CellCounts;
import io.bellwether.telemetry.events.CellKey;
import io.bellwether.telemetry.events.Snapshot;

/** Small snapshots for tests. */
final class Cells {
    private Cells() {}

    static CellCounts cell(long slot, Arm arm, long requests) {
        return CellCounts.newBuilder()
                .setKey(CellKey.newBuilder()
                        .setModel("digits")
                        .setVersion("1")
                        .setArm(arm)
                        .setSlot(slot))
                .setRequests(requests)
                .build();
    }

    static Snapshot warm(long watermark, CellCounts... cells) {
        return snapshot("digits", true, watermark, cells);
    }

    static Snapshot snapshot(String model, boolean warm, long watermark, CellCounts... cells) {
        return Snapshot.newBuilder()
                .setModel(model)
                .setWarm(warm)
                .setWatermarkSlot(watermark)
                .addAllCells(java.util.List.of(cells))
                .build();
    }
}
