package io.bellwether.gateway.inference;

import io.bellwether.protocol.ProtocolLimits;

/**
 * What requests may ask for.
 *
 * @param protocol limits on the content of one request
 * @param deadlines limits on the time of one request
 * @param inFlightMax requests of all clients at once
 * @param bodyBytesHeldMax bytes of the bodies of all clients at once
 */
public record InferenceLimits(ProtocolLimits protocol, Deadlines deadlines, int inFlightMax, long bodyBytesHeldMax) {
    public InferenceLimits {
        if (inFlightMax < 1) {
            throw new IllegalArgumentException("gateway.limits.in-flight-max must be at least 1, got " + inFlightMax);
        }
        if (bodyBytesHeldMax < protocol.bodyBytesMax()) {
            throw new IllegalArgumentException(
                    "gateway.limits.body-bytes-held-max must be at least gateway.limits.body-bytes-max, "
                            + protocol.bodyBytesMax() + ", got " + bodyBytesHeldMax);
        }
    }
}
