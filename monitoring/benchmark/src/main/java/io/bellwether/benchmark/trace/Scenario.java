package io.bellwether.benchmark.trace;

/**
 * A kind of rollout; with a seed it becomes a {@link Trace}.
 *
 * @param name short, for commands and file names
 * @param title for people
 * @param truth what a judge should conclude
 * @param horizonMinutes length of the rollout
 * @param traffic who asks, how often
 * @param service how both versions answer
 * @param disturbance what troubles both versions
 * @param effect what the candidate does differently
 */
public record Scenario(
        String name,
        String title,
        Truth truth,
        int horizonMinutes,
        Traffic traffic,
        Service service,
        Disturbance disturbance,
        Effect effect) {
    /** What a judge should conclude. */
    public enum Truth {
        /** The candidate equals the stable version: rolling it back is an error. */
        EQUAL,
        /** The candidate is harmful: promoting it is an error. */
        HARMFUL
    }

    public Scenario {
        if (horizonMinutes < 1) {
            throw new IllegalArgumentException("a rollout lasts at least a minute, " + name + " " + horizonMinutes);
        }
        if (Math.max(traffic.weightFirst(), traffic.weightLast()) > 0.5) {
            throw new IllegalArgumentException(
                    "above a weight of one half there is no control arm of the same size: " + name);
        }
    }

    /** The same, shorter or longer. */
    public Scenario lasting(int minutes) {
        return new Scenario(name, title, truth, minutes, traffic, service, disturbance, effect);
    }

    /** Seconds from the beginning to the end. */
    public long horizonSeconds() {
        return 60L * horizonMinutes;
    }
}
