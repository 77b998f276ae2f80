package io.bellwether.routing;

import io.bellwether.controlapi.log.Outcome;
import java.util.List;

/**
 * What a rollout declares of its requests.
 *
 * @param slices parts of the traffic that are told apart
 * @param outcomes numbers that it wants to be told of them later; none of a killed rollout
 */
public record Declared(Slices slices, List<Outcome> outcomes) {
    /** Nothing. */
    public static final Declared NOTHING = new Declared(Slices.NONE, List.of());

    public Declared {
        outcomes = List.copyOf(outcomes);
    }
}
