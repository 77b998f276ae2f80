package io.bellwether.monitoring.folding;

/**
 * Limits of the fold of one model.
 *
 * @param liveMillis a process that was not heard for this long is gone; nobody waits for it any more
 * @param slotWaitMillis longest wait for the counts of a slot; then it is closed with what there is
 * @param processesMax processes remembered per model; the one not heard for longest is forgotten
 * @param openCellsMax cells of open slots per model; beyond it the oldest slot is closed with what there is
 */
public record FoldSettings(long liveMillis, long slotWaitMillis, int processesMax, int openCellsMax) {
    /** The usual limits: 2 s, 13 s, 64 processes, 50,000 cells. */
    public static final FoldSettings DEFAULTS = new FoldSettings(2_000, 13_000, 64, 50_000);

    public FoldSettings {
        if (liveMillis < 1 || slotWaitMillis < 1 || processesMax < 1 || openCellsMax < 1) {
            throw new IllegalArgumentException("limits are at least 1, got " + liveMillis + ", " + slotWaitMillis + ", "
                    + processesMax + ", " + openCellsMax);
        }
    }
}
