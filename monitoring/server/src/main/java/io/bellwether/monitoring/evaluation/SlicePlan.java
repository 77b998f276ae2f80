package io.bellwether.monitoring.evaluation;

import java.util.List;

/**
 * The declared slices of a rollout.
 *
 * @param names by place, as in {@code tenant=acme}
 * @param weight share of the error budget that all of them have together; 0 where there are none
 */
public record SlicePlan(List<String> names, double weight) {
    /** There are none. */
    public static final SlicePlan NONE = new SlicePlan(List.of(), 0);

    /** Most slices; gateways tell no more apart. */
    public static final int NAMES_MAX = 16;

    public SlicePlan {
        names = List.copyOf(names);
        boolean some = !names.isEmpty();
        if (names.size() > NAMES_MAX || !(some ? weight > 0 && weight < 1 : weight == 0)) {
            throw new IllegalArgumentException(
                    "at most " + NAMES_MAX + " slices share a weight between 0 and 1, and none" + " has 0, got "
                            + names.size() + " slices and " + weight);
        }
    }

    /** The plan for declared names; their weight means nothing where there are none. */
    public static SlicePlan of(List<String> names, double weight) {
        return names.isEmpty() ? NONE : new SlicePlan(names, weight);
    }
}
