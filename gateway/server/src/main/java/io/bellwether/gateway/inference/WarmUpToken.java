package io.bellwether.gateway.inference;

import org.jspecify.annotations.Nullable;

/**
 * Marks the requests that the gateway sends to itself to warm up, so that they are served and not counted. Nobody
 * outside this process knows the value.
 *
 * @param value random
 */
public record WarmUpToken(String value) {
    /** Header and metadata key that carries it. */
    public static final String HEADER = "bellwether-warm-up";

    public static WarmUpToken made() {
        return new WarmUpToken(RequestIds.made());
    }

    /** Whose request it is that carries this header, or none. */
    public InferenceCall.Kind kind(@Nullable String header) {
        return kind(header, InferenceCall.Kind.WHOLE);
    }

    /**
     * The same.
     *
     * @param clients the kind of a client's
     */
    public InferenceCall.Kind kind(@Nullable String header, InferenceCall.Kind clients) {
        return value.equals(header) ? InferenceCall.Kind.WARM_UP : clients;
    }
}
