package io.bellwether.benchmark.trace;

/** How an arm answers requests. */
public sealed interface Service {
    /** Answers slower than this count as bad, in milliseconds. */
    double objectiveMillis();

    /**
     * Requests that do not touch each other: log-normal latency and cost.
     *
     * @param medianMillis median latency
     * @param latencyLogSd standard deviation of the logarithm of the latency
     * @param costMicroUsdMean mean cost
     * @param costLogSd standard deviation of the logarithm of the cost
     * @param objectiveMillis answers slower than this count as bad
     */
    record Independent(
            double medianMillis, double latencyLogSd, double costMicroUsdMean, double costLogSd, double objectiveMillis)
            implements Service {}

    /**
     * One device per arm that takes whatever waits, up to a limit, as soon as it is idle. A batch of {@code b} takes
     * {@code (overhead + b perItem) exp(noise)}; its requests share its end and, in equal parts, its cost.
     *
     * @param overheadMillis of a batch
     * @param perItemMillis of each request in it
     * @param batchMax most requests of a batch
     * @param noiseLogSd standard deviation of the logarithm of a batch's time
     * @param microUsdPerMilli price of the device
     * @param objectiveMillis answers slower than this count as bad
     */
    record Batched(
            double overheadMillis,
            double perItemMillis,
            int batchMax,
            double noiseLogSd,
            double microUsdPerMilli,
            double objectiveMillis)
            implements Service {}
}
