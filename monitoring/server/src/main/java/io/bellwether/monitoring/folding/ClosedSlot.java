package io.bellwether.monitoring.folding;

import io.bellwether.telemetry.events.CellCounts;
import java.util.List;

/**
 * A slot of which no more is awaited.
 *
 * @param slot seconds since the epoch on the clock of the gateway's edge
 * @param partial true: it was closed because the wait was over, and counts may be missing
 * @param cells the newest counts of every cell of every run of every process
 */
public record ClosedSlot(long slot, boolean partial, List<CellCounts> cells) {
    public ClosedSlot {
        cells = List.copyOf(cells);
    }
}
