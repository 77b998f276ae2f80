package io.bellwether.gateway.inference;

import io.bellwether.gateway.inference.InferenceCall.Kind;
import java.util.EnumSet;
import java.util.Set;

/** Whose requests a gateway serves. */
enum Phase {
    /** Only our own synthetic requests are served. */
    WARMING(EnumSet.of(Kind.WHOLE, Kind.PART, Kind.STREAMED)),
    SERVING(EnumSet.noneOf(Kind.class)),
    /** Nothing new is served. */
    LEAVING(EnumSet.allOf(Kind.class));

    private final Set<Kind> turnedAway;

    Phase(Set<Kind> turnedAway) {
        this.turnedAway = turnedAway;
    }

    /** Looked up, so that the first request of a client takes no branch that no synthetic one took. */
    boolean turnsAway(Kind kind) {
        return turnedAway.contains(kind);
    }
}
