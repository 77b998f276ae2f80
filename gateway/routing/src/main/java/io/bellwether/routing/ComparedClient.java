package io.bellwether.routing;

/**
 * A client of a rollout that is split by client, whose share is compared at the present weight.
 *
 * @param rolloutId the live rollout
 * @param hash name of the client within the rollout, in 64 bits that have nothing to do with its arm
 */
public record ComparedClient(String rolloutId, long hash) {}
