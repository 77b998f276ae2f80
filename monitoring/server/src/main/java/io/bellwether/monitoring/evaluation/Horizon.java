package io.bellwether.monitoring.evaluation;

/**
 * How long evidence is awaited, and what becomes of a rollout whose evidence does not suffice by then. Time is counted in
 * slots, from the first that was judged: time in which nobody reports does not pass.
 *
 * @param seconds of slots; 0: for ever
 * @param policy what happens then
 */
public record Horizon(long seconds, Policy policy) {
    /** Evidence is awaited for ever. */
    public static final Horizon NONE = new Horizon(0, Policy.HOLD);

    /** What happens to a rollout that is inconclusive at its horizon. */
    public enum Policy {
        /** It stays at its step; evidence that comes later still advances and promotes. */
        HOLD,
        /** It is taken back, though no harm was shown. */
        ROLL_BACK,
        /** It stays at its step, and evidence that comes later promotes nothing: a person decides. */
        NEVER_PROMOTE
    }

    public Horizon {
        if (seconds < 0) {
            throw new IllegalArgumentException("a horizon is a time from 0, got " + seconds + " s");
        }
    }
}
