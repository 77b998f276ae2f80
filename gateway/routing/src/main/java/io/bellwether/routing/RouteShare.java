package io.bellwether.routing;

/**
 * A part of the requests of a model that name no version.
 *
 * @param version that serves them
 * @param arm that they count in
 * @param basisPoints how many of 10000 they are, 1 or more
 * @param served whether a worker has the version ready; if not, these requests are refused
 */
public record RouteShare(String version, Arm arm, int basisPoints, boolean served) {}
