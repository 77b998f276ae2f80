package io.bellwether.routing.guard;

import java.util.Locale;

/**
 * The guard takes a candidate back.
 *
 * @param rolloutId whose candidate
 * @param seen what was answered since there was last no evidence against it
 * @param logEFloor logarithm of the evidence that it fails more than the floor
 * @param logEControl logarithm of the evidence that it fails more than the stable version at the same time
 */
public record Trip(String rolloutId, SliceCounts seen, double logEFloor, double logEControl) {

    private static final double LOG_TEN = Math.log(10);

    /** One sentence for people. */
    public String reason() {
        return String.format(
                Locale.ROOT,
                "the candidate fails hard: %d of %d requests failed (%d errors, %d timeouts, %d not finite), of the stable"
                        + " version at the same time %d of %d; evidence 1e%d against the floor, 1e%d against the stable"
                        + " version",
                seen.candidateFailed(),
                seen.candidate(),
                seen.candidateErrors(),
                seen.candidateTimeouts(),
                seen.candidateNonfinite(),
                seen.stableFailed(),
                seen.stable(),
                (long) Math.floor(logEFloor / LOG_TEN),
                (long) Math.floor(logEControl / LOG_TEN));
    }
}
