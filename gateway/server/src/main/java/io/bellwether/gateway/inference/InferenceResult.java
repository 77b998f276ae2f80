package io.bellwether.gateway.inference;

import io.bellwether.protocol.Refusal;
import io.bellwether.protocol.oip.ModelInferResponse;

/** The answer to an inference request, before an edge gives it its form. */
public sealed interface InferenceResult {

    /** Where the request went. */
    Trace trace();

    /**
     * @param response as the public may see it
     */
    record Served(ModelInferResponse response, Trace trace) implements InferenceResult {}

    /**
     * @param refusal why there is no result, in words for the client
     */
    record NotServed(Refusal refusal, Trace trace) implements InferenceResult {}

    /**
     * What travels beside the answer, so that a client can say what happened to its request.
     *
     * @param requestId of the request
     * @param version that it went to; empty if it went nowhere
     * @param arm in which it counts; empty if it went nowhere
     * @param rolloutId empty without a rollout
     * @param routeVersion of the route table: position in the control log of the last command in it, -1 when there was none;
     *     {@link #UNROUTED} if it ended before
     */
    record Trace(String requestId, String version, String arm, String rolloutId, long routeVersion) {
        /** Route version of a request that ended before it was routed. */
        public static final long UNROUTED = -2;

        /** A request that ended before it was routed. */
        public static Trace unrouted(String requestId) {
            return new Trace(requestId, "", "", "", UNROUTED);
        }

        /** Whether a route table was asked where it goes. */
        public boolean isRouted() {
            return routeVersion != UNROUTED;
        }
    }
}
