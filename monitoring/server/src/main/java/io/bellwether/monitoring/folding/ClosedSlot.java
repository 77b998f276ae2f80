package io.bellwether.monitoring.folding;

import io.bellwether.telemetry.events.CellCounts;
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

    /** A slot in which nothing happened. */
    public static ClosedSlot quiet(long slot) {
        return new ClosedSlot(slot, false, List.of(), List.of());
    }
}
