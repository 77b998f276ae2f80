package io.bellwether.deploy.chaos;

/**
 * What a gateway said of a rollout when it was asked.
 *
 * @param gateway from 0
 * @param rollout its id
 * @param askedNanos when it was asked
 * @param answeredNanos when it had answered
 * @param weightPercent of the candidate
 * @param ended whether it routes nothing any more: rolled back, aborted or killed by the gateway's guard
 */
record Sighting(
        int gateway, String rollout, long askedNanos, long answeredNanos, double weightPercent, boolean ended) {}
