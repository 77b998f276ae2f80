package io.bellwether.routing;

/**
 * A gateway took a rollout's candidate back by itself.
 *
 * @param rolloutId whose candidate
 * @param model of the rollout
 * @param atMillis when, milliseconds since the epoch on the gateway's clock
 * @param reason one sentence for people
 */
public record Kill(String rolloutId, String model, long atMillis, String reason) {}
