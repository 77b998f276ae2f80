package io.bellwether.monitoring.evaluation;

import java.util.Optional;

/** Whether the newest telemetry is from now. */
final class Freshness {
    /** How far the newest slot may lie ahead of monitoring's own time, in seconds. */
    private static final long SLOTS_AHEAD_MAX = 2;

    private Freshness() {}

    /**
     * Why nothing can be seen, if so: no slots arrive, or nobody knows how old they are.
     *
     * @param lastSlot the last complete slot; -1 before the first
     * @param untold what cannot be told where the clocks differ
     */
    static Optional<String> blindness(long lastSlot, long nowSlot, EvaluationSettings settings, String untold) {
        if (lastSlot < 0) {
            return Optional.of("no complete slot of telemetry yet");
        }
        if (nowSlot - lastSlot > settings.freshSlotsMax()) {
            return Optional.of("telemetry is stale: the last complete slot is " + (nowSlot - lastSlot)
                    + " s old, at most " + settings.freshSlotsMax() + " s count as fresh");
        }
        return lastSlot - nowSlot > SLOTS_AHEAD_MAX
                ? Optional.of("the gateway's clock is " + (lastSlot - nowSlot) + " s ahead of monitoring's, so that "
                        + untold + ": set the clocks")
                : Optional.empty();
    }
}
