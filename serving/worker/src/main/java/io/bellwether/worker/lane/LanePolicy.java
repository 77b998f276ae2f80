package io.bellwether.worker.lane;

import io.bellwether.batching.BatchingPolicy;
import io.bellwether.batching.PolicyCheck;
import io.bellwether.engine.WarmUpProfile;
import io.bellwether.worker.model.ModelSpec;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How the lanes of a version batch, and whether the version can keep that. */
public final class LanePolicy {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private LanePolicy() {}

    /** The policy of each lane. Its objective is the deadline of a request that brings none. */
    public static BatchingPolicy of(ModelSpec spec) {
        return BatchingPolicy.of(
                spec.forwardRowsMax(),
                spec.queueRequestsMax(),
                spec.instances(),
                spec.timeoutMillis() * NANOS_PER_MILLI);
    }

    /**
     * Why a version cannot be served under its policy, with what to do; empty when it can. It counts what one row takes at
     * best, over all warm-up runs, by the wall clock or by device time, whichever says less. Device time on one CPU thread
     * is processor time, in which waiting for a busy core is not contained; elsewhere it is never below the wall clock.
     */
    public static Optional<String> objection(ModelSpec spec, List<WarmUpProfile> warm) {
        long itemNanos = warm.stream()
                .flatMap(profile -> profile.timings().stream())
                .filter(timing -> timing.items() == 1)
                .mapToLong(timing -> Math.min(timing.bestWallNanos(), timing.bestDeviceNanos()))
                .min()
                .orElse(0);
        if (!(PolicyCheck.against(of(spec), itemNanos) instanceof PolicyCheck.Unattainable late)) {
            return Optional.empty();
        }
        return Optional.of(String.format(
                Locale.ROOT,
                "timeout_millis is %d, but one row alone needs %.1f ms on this machine, so a request that brings no deadline"
                        + " is never answered in time; set timeout_millis (default_timeout_microseconds in a config.pbtxt) to"
                        + " at least %d",
                spec.timeoutMillis(),
                late.neededNanos() / (double) NANOS_PER_MILLI,
                (late.objectiveNanosLeast() + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI));
    }
}
