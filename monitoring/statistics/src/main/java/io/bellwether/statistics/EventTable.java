package io.bellwether.statistics;

/**
 * A 2x2 table: units and events among them, in the control arm and in the candidate arm. An event is
 * whatever is being counted: a failure, a latency above a threshold, a prediction of one class.
 *
 * @param controlCount units of the control arm
 * @param controlEvents events among them
 * @param candidateCount units of the candidate arm
 * @param candidateEvents events among them
 */
public record EventTable(long controlCount, long controlEvents, long candidateCount, long candidateEvents) {
    /** Nothing was counted. */
    public static final EventTable EMPTY = new EventTable(0, 0, 0, 0);

    public EventTable {
        if (controlEvents < 0 || controlEvents > controlCount) {
            throw new IllegalArgumentException(
                    "control events lie between 0 and the count, got " + controlEvents + " of " + controlCount);
        }
        if (candidateEvents < 0 || candidateEvents > candidateCount) {
            throw new IllegalArgumentException(
                    "candidate events lie between 0 and the count, got " + candidateEvents + " of " + candidateCount);
        }
    }

    /** The cell-wise sum, for display; sums of tables are not evidence. Stops at the greatest long. */
    public EventTable plus(EventTable other) {
        return new EventTable(
                saturated(controlCount, other.controlCount),
                saturated(controlEvents, other.controlEvents),
                saturated(candidateCount, other.candidateCount),
                saturated(candidateEvents, other.candidateEvents));
    }

    /** Events among the control's units; zero without units. */
    public double controlShare() {
        return controlCount == 0 ? 0 : (double) controlEvents / controlCount;
    }

    /** Events among the candidate's units; zero without units. */
    public double candidateShare() {
        return candidateCount == 0 ? 0 : (double) candidateEvents / candidateCount;
    }

    private static long saturated(long a, long b) {
        long sum = a + b;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }
}
