package io.bellwether.benchmark.trace;

/**
 * What a second is like for one arm.
 *
 * @param second since the rollout began; negative before
 * @param errorShare share of requests that fail with either version
 * @param latencyFactor on all latencies of the arm
 */
record Moment(long second, double errorShare, double latencyFactor) {}
