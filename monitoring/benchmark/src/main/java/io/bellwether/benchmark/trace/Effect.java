package io.bellwether.benchmark.trace;

/**
 * What the candidate does differently.
 *
 * @param errorShare share of requests that fail because of the candidate, beside those that would fail anyway
 * @param latencyFactor on the latency, or on the time of a batch
 * @param costFactor on the cost of a request
 * @param tailShare share of requests that are slower by {@code tailFactor} as well
 * @param tailFactor on the latency of these
 * @param sliceShare share of the traffic that is touched at all, drawn by request and declared as a slice; 1: all of it
 * @param onsetSecond when it begins
 */
public record Effect(
        double errorShare,
        double latencyFactor,
        double costFactor,
        double tailShare,
        double tailFactor,
        double sliceShare,
        long onsetSecond) {
    /** The candidate equals the stable version. */
    public static final Effect NONE = new Effect(0, 1, 1, 0, 1, 1, 0);

    /** So many requests more fail. */
    public static Effect failing(double share) {
        return new Effect(share, 1, 1, 0, 1, 1, 0);
    }

    /** All requests take so many times as long. */
    public static Effect slower(double factor) {
        return new Effect(0, factor, 1, 0, 1, 1, 0);
    }

    /** All requests cost so many times as much. */
    public static Effect costlier(double factor) {
        return new Effect(0, 1, factor, 0, 1, 1, 0);
    }

    /** Some requests, drawn by chance, take so many times as long. */
    public static Effect tail(double share, double factor) {
        return new Effect(0, 1, 1, share, factor, 1, 0);
    }

    /** The same from a later second on. */
    public Effect since(long second) {
        return new Effect(errorShare, latencyFactor, costFactor, tailShare, tailFactor, sliceShare, second);
    }

    /** The same for a part of the traffic only. */
    public Effect onlyIn(double share) {
        return new Effect(errorShare, latencyFactor, costFactor, tailShare, tailFactor, share, onsetSecond);
    }
}
