package io.bellwether.monitoring.folding;

import io.bellwether.monitoring.evaluation.StableTable;
import io.bellwether.statistics.EventTable;
import io.bellwether.telemetry.events.Arm;
import io.bellwether.telemetry.events.CellCounts;
import io.bellwether.telemetry.events.SliceCounts;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** What a slot says about a candidate's own failures against those of all that the stable version was asked. */
final class StableSums {
    private StableSums() {}

    /** One table for each share at which arms were drawn in the slot, rising; two where a weight has just changed. */
    static List<StableTable> ofRollout(ClosedSlot slot, String rolloutId) {
        TreeMap<Integer, StableTable> tables = new TreeMap<>();
        for (CellCounts cell : slot.whole()) {
            int share = cell.getKey().getComparedBasisPoints();
            Arm arm = cell.getKey().getArm();
            boolean counts = arm == Arm.CANDIDATE || arm == Arm.CONTROL || arm == Arm.STABLE_REST;
            if (share > 0 && counts && cell.getKey().getRolloutId().equals(rolloutId)) {
                tables.merge(share, table(share, cell, arm == Arm.CANDIDATE), StableTable::plus);
            }
        }
        return List.copyOf(tables.values());
    }

    private static StableTable table(int share, CellCounts cell, boolean candidate) {
        long units = cell.getRequests() - cell.getOutcomesOrDefault(SlotSums.INVALID, 0) + cell.getTurnedAway();
        long errors = cell.getOutcomesOrDefault(SlotSums.MODEL_ERROR, 0);
        long unanswered = units - errors - cell.getOutcomesOrDefault(SlotSums.OK, 0);
        List<EventTable> slices = new ArrayList<>();
        for (SliceCounts slice : cell.getSlicesList()) {
            while (slices.size() <= slice.getSlice()) {
                slices.add(EventTable.EMPTY);
            }
            slices.set(
                    slice.getSlice(),
                    table(
                            candidate,
                            slice.getRequests() + slice.getRefused(),
                            slice.getModelErrors(),
                            slice.getFailures() - slice.getModelErrors() + slice.getRefused()));
        }
        return new StableTable(share, table(candidate, units, errors, unanswered), slices);
    }

    private static EventTable table(boolean candidate, long units, long errors, long unanswered) {
        return candidate ? new EventTable(0, 0, units, errors) : new EventTable(units, errors + unanswered, 0, 0);
    }
}
