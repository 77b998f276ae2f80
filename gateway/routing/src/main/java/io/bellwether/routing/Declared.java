package io.bellwether.routing;

import io.bellwether.controlapi.log.Outcome;
import java.util.List;

/**
 * What a rollout declares of its requests, and how it shares them out.
 *
 * @param slices parts of the traffic that are told apart
 * @param outcomes numbers that it wants to be told of them later; none of a killed rollout
 * @param draw how their arms are drawn
 */
public record Declared(Slices slices, List<Outcome> outcomes, Draw draw) {
    /** Outcomes of a rollout, and so numbers that are told of a request. */
    public static final int OUTCOMES_MAX = 4;

    /** Nothing. */
    public static final Declared NOTHING = new Declared(Slices.NONE, List.of(), Draw.NONE);

    public Declared {
        outcomes = List.copyOf(outcomes);
    }
}
