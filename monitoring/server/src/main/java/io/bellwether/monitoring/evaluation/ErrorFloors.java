package io.bellwether.monitoring.evaluation;

/**
 * Shares of failures that count for themselves, whatever those of the control arm. Zero means the default.
 *
 * @param harm share that takes no candidate back [0.0005]
 * @param safe share below which a candidate may be promoted, at least {@code harm} [0.005, or {@code harm} where that is more]
 */
public record ErrorFloors(double harm, double safe) {
    /** The documented defaults. */
    public static final ErrorFloors DEFAULTS = new ErrorFloors(0, 0);

    public ErrorFloors {
        harm = MarginCheck.within("harm", harm, 0.0005, 0, 0.5);
        safe = MarginCheck.within("safe", safe, Math.max(0.005, harm), 0, 0.5);
        if (safe < harm) {
            throw new IllegalArgumentException("safe must be at least " + harm + ", got " + safe);
        }
    }

    /** One floor for both. */
    static ErrorFloors at(double share) {
        return new ErrorFloors(share, share);
    }
}
