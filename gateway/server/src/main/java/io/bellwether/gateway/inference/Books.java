package io.bellwether.gateway.inference;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * The books of clients, and others for the requests that the gateway sends to itself to warm up. Those are counted like any
 * other, where nobody reads it: what only clients passed would be cold when they come, and compiled code that never went
 * there would be thrown away at that moment. Hence no branch here either.
 */
public final class Books {
    private final Bookkeeping clients;
    private final Map<InferenceCall.Kind, Bookkeeping> byKind = new EnumMap<>(InferenceCall.Kind.class);

    /** @param rehearsal those that nobody reads */
    public Books(Bookkeeping clients, Bookkeeping rehearsal) {
        this.clients = clients;
        for (InferenceCall.Kind kind : InferenceCall.Kind.values()) {
            byKind.put(kind, kind == InferenceCall.Kind.WARM_UP ? rehearsal : clients);
        }
    }

    /** Those of clients. */
    public Bookkeeping clients() {
        return clients;
    }

    /** Those in which a request counts. */
    Bookkeeping of(InferenceCall call) {
        return Objects.requireNonNull(byKind.get(call.kind()));
    }
}
