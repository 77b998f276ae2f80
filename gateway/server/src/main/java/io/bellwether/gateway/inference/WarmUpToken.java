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

    public boolean marks(@Nullable String header) {
        return value.equals(header);
    }
}
