package io.bellwether.gateway.grpc;

/**
 * Limits on calls that stay open.
 *
 * @param streamsMax streams of inference requests of all clients at once
 * @param requestsMax requests of one stream that are not answered yet; the client is not read further until one is
 */
public record StreamLimits(int streamsMax, int requestsMax) {
    public StreamLimits {
        if (streamsMax < 1 || requestsMax < 1) {
            throw new IllegalArgumentException(
                    "gateway.limits.streams-max and gateway.limits.stream-requests-max must be at least 1, got "
                            + streamsMax + " and " + requestsMax);
        }
    }
}
