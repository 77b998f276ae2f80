package io.bellwether.monitoring.evaluation;

/**
 * Faults of one compared arm in one slot that are rare and counted apart.
 *
 * @param timeouts requests that outlived a deadline; they are failures too
 * @param computed requests with outputs, as workers counted them
 * @param nonfinite of these, requests with a NaN or an infinity among the outputs
 */
public record FaultCounts(long timeouts, long computed, long nonfinite) {
    /** Nothing was counted. */
    public static final FaultCounts NONE = new FaultCounts(0, 0, 0);

    public FaultCounts {
        if (timeouts < 0 || nonfinite < 0 || nonfinite > computed) {
            throw new IllegalArgumentException("counts are not negative, and requests with a NaN lie among the computed"
                    + " ones, got " + timeouts + " timeouts and " + nonfinite + " of " + computed);
        }
    }

    FaultCounts plus(FaultCounts other) {
        return new FaultCounts(
                Math.addExact(timeouts, other.timeouts),
                Math.addExact(computed, other.computed),
                Math.addExact(nonfinite, other.nonfinite));
    }
}
