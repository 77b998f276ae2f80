package io.bellwether.gateway.grpc;

import io.grpc.Context;

/**
 * What the message that a call is being given takes as objects, in bytes of heap, roughly. {@link MessageGuard} weighs it while
 * it is still bytes; whoever answers it counts it at that. gRPC gives a call one message after the other, so there is never
 * more than one.
 */
final class MessageWeight {
    /** That of the call; bound wherever the guard stands in front. */
    static final Context.Key<MessageWeight> OF_CALL = Context.key("bellwether-message-weight");

    private long bytes;

    void set(long bytes) {
        this.bytes = bytes;
    }

    long bytes() {
        return bytes;
    }
}
