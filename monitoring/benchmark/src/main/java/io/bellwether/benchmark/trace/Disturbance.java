package io.bellwether.benchmark.trace;

/**
 * What goes wrong with both versions alike, or by the luck of a machine.
 *
 * @param errorShare share of requests that fail with the stable version
 * @param burstFactor errors are so many times as frequent for three minutes out of twenty; 1: no bursts
 * @param commonSd standard deviation of the logarithm of a factor on the latency of all arms, new every minute and
 *     correlated by {@link Noise#CORRELATION} with the last
 * @param armSd the same for each arm alone
 * @param podSd one of the candidate's three machines is so much off for the whole trace, as a standard deviation of the
 *     logarithm of its latency
 * @param loadFactor latency at the end relative to the beginning, for all arms
 * @param brokenClients share of clients of which half of all requests fail with either version; needs a split by client
 */
public record Disturbance(
        double errorShare,
        double burstFactor,
        double commonSd,
        double armSd,
        double podSd,
        double loadFactor,
        double brokenClients) {
    /** One request in a thousand fails, nothing else. */
    public static final Disturbance NONE = new Disturbance(0.001, 1, 0, 0, 0, 1, 0);

    private static final long BURST_EVERY_SECONDS = 1_200;
    private static final long BURST_SECONDS = 180;

    /** The same with bursts of errors. */
    public Disturbance bursting(double factor) {
        return new Disturbance(errorShare, factor, commonSd, armSd, podSd, loadFactor, brokenClients);
    }

    /** The same with noise that lasts for minutes, and with a machine that is off. */
    public Disturbance noisy(double common, double arm, double pod) {
        return new Disturbance(errorShare, burstFactor, common, arm, pod, loadFactor, brokenClients);
    }

    /** The same with a latency that moves with the load. */
    public Disturbance loaded(double factor) {
        return new Disturbance(errorShare, burstFactor, commonSd, armSd, podSd, factor, brokenClients);
    }

    /** The same with clients whose requests are broken. */
    public Disturbance broken(double share) {
        return new Disturbance(errorShare, burstFactor, commonSd, armSd, podSd, loadFactor, share);
    }

    double errorsAt(long second) {
        boolean burst = second >= 0 && second % BURST_EVERY_SECONDS < BURST_SECONDS;
        return Math.min(1, errorShare * (burst ? burstFactor : 1));
    }
}
