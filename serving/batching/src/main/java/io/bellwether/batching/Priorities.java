package io.bellwether.batching;

import java.util.List;

/**
 * What the {@code priority} parameter of the inference protocol means: level 1 is the most important, a level beyond the
 * last counts as the last, 0 or none is the default level. A level is worth its weight: where not all can be answered in
 * time, the planner drops those whose weights add up to the least for the device time that they take.
 *
 * @param weights of levels 1, 2, ..., at least one and at most {@value #LEVELS_LIMIT}, none heavier than the one before
 * @param defaultLevel level of requests without a priority, 1 to the number of levels
 */
public record Priorities(List<Integer> weights, int defaultLevel) {
    public static final int LEVELS_LIMIT = 16;
    /** Three levels, each worth four of the next; requests without a priority are on the second. */
    public static final Priorities DEFAULT = new Priorities(List.of(16, 4, 1), 2);

    public Priorities {
        weights = List.copyOf(weights);
        if (weights.isEmpty() || weights.size() > LEVELS_LIMIT) {
            throw new IllegalArgumentException("there must be 1 to " + LEVELS_LIMIT + " priority levels");
        }
        if (defaultLevel < 1 || defaultLevel > weights.size()) {
            throw new IllegalArgumentException("the default level must be 1 to " + weights.size());
        }
        int heavier = Waiting.WEIGHT_LIMIT;
        for (int weight : weights) {
            if (weight < 1 || weight > heavier) {
                throw new IllegalArgumentException("the weight of a priority level must be 1 to " + heavier
                        + ", the weight of the level before, but is " + weight);
            }
            heavier = weight;
        }
    }

    /** The weight of a request with this {@code priority} parameter; negative ones count as none. */
    public int weight(long priority) {
        long level = priority < 1 ? defaultLevel : Math.min(priority, weights.size());
        return weights.get((int) level - 1);
    }
}
