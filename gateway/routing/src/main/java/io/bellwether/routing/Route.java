package io.bellwether.routing;

/** Where a request goes. */
public sealed interface Route {

    /**
     * The request is served.
     *
     * @param version version of the model that serves it
     * @param arm share of the traffic in which it counts
     * @param rolloutId the live rollout of the model; empty when there is none, when it is not about this request, or when
     *     the client named the version
     */
    record Routed(String version, Arm arm, String rolloutId) implements Route {}

    /**
     * The request cannot be served.
     *
     * @param reason why
     * @param version the version that was wanted; empty when none is known
     */
    record NoRoute(Reason reason, String version) implements Route {}

    /** Why a request cannot be served. Whether a model or version exists at all is known by the caller. */
    enum Reason {
        /** No version of the model, or not the stable one, is ready on any worker. */
        NOT_READY,
        /** The version that the client named is not ready on any worker. */
        VERSION_NOT_READY
    }
}
