package io.bellwether.routing;

import java.util.Set;

/**
 * How each request of a rollout's audience falls to an arm by chance, by itself.
 *
 * @param basisPoints share of the requests that each compared arm gets; 0 where nothing is drawn so
 * @param versions that serve the arms
 */
public record Draw(int basisPoints, Set<String> versions) {
    /** Nothing is drawn. */
    public static final Draw NONE = new Draw(0, Set.of());

    public Draw {
        versions = Set.copyOf(versions);
    }

    /** The share while every arm is served by its own version; 0 otherwise, because then arms get what chance did not give. */
    public int share(Set<String> readyVersions) {
        return basisPoints > 0 && readyVersions.containsAll(versions) ? basisPoints : 0;
    }
}
