package io.bellwether.gateway.config;

import java.time.Duration;

/** How often workers tell how their versions stand, as configured; what is wrong is refused by the name of its property. */
public final class StatusInterval {
    private static final Duration LEAST = Duration.ofMillis(20);
    private static final Duration MOST = Duration.ofMillis(250);
    private static final int MISSED_MAX = 4;

    private StatusInterval() {}

    /** Zero for never. */
    public static Duration of(FleetConfig config) {
        Duration interval = config.statusInterval();
        boolean possible = interval.isZero() || (interval.compareTo(LEAST) >= 0 && interval.compareTo(MOST) <= 0);
        if (!possible) {
            throw new IllegalArgumentException("gateway.fleet.status-interval is " + interval.toMillis()
                    + " ms; expected " + LEAST.toMillis() + " to " + MOST.toMillis() + " ms, or 0 for never");
        }
        return interval;
    }

    /** How long a worker may be silent and is still believed: at most a second. */
    public static Duration silenceMax(FleetConfig config) {
        return of(config).multipliedBy(MISSED_MAX);
    }
}
