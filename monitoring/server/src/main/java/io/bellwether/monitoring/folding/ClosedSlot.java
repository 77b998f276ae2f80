package io.bellwether.monitoring.folding;

import io.bellwether.telemetry.events.Arm;
import io.bellwether.telemetry.events.CellCounts;
import io.bellwether.telemetry.events.CellKey;
import java.util.List;

/**
 * A slot of which no more is awaited.
 *
 * @param slot seconds since the epoch on the clock of the gateway's edge
 * @param partial true: counts are missing, or too few to be evidence
 * @param cells the newest counts of every cell of every run of every process
 * @param whole of these, what may be evidence: the counts of each gateway that has passed the slot, and the workers'
 *     counts if all of them are known
 */
public record ClosedSlot(long slot, boolean partial, List<CellCounts> cells, List<CellCounts> whole) {
    public ClosedSlot {
        cells = List.copyOf(cells);
        whole = List.copyOf(whole);
    }

    /**
     * The same without what other arms of an A/B/n were asked: what its one control and the arm of a version were.
     */
    public ClosedSlot ofArm(String rolloutId, String version) {
        return new ClosedSlot(
                slot,
                partial,
                cells.stream().filter(cell -> isOf(cell, rolloutId, version)).toList(),
                whole.stream().filter(cell -> isOf(cell, rolloutId, version)).toList());
    }

    private static boolean isOf(CellCounts cell, String rolloutId, String version) {
        CellKey key = cell.getKey();
        boolean candidate = key.getArm() == Arm.CANDIDATE || key.getArm() == Arm.CANDIDATE_REST;
        return !candidate
                || !key.getRolloutId().equals(rolloutId)
                || key.getVersion().equals(version);
    }

    /** A slot in which nothing happened. */
    public static ClosedSlot quiet(long slot) {
        return new ClosedSlot(slot, false, List.of(), List.of());
    }
}
