package io.bellwether.routing.guard;

/**
 * When the guard may act.
 *
 * @param alpha largest probability that a rollout is ever taken back although its candidate fails no more than the stable
 *     version, above 0 and below 1; per gateway, so that g gateways together err with at most g times as much
 * @param failureFloor share of failed requests up to which a candidate does not count as failing hard, above 0 and below 1
 * @param sliceRequestsMin requests of both arms together that one comparison needs; slices with fewer go on
 * @param keysMin different keys whose requests must have failed, 1 to {@value #KEYS_MAX}, so that one client with a broken
 *     request takes nothing back
 * @param rolloutsMax rollouts that are watched at once; further ones are not
 */
public record GuardSettings(double alpha, double failureFloor, int sliceRequestsMin, int keysMin, int rolloutsMax) {

    /** Largest {@link #keysMin}. Failing keys are told apart by {@value SliceCounts#KEY_BITS} bits. */
    public static final int KEYS_MAX = 16;

    /** Ten gateways together take back at most one healthy rollout in a thousand. */
    public static final GuardSettings DEFAULT = new GuardSettings(1e-4, 0.1, 10, 3, 256);

    /** @throws IllegalArgumentException if a value is outside its range */
    public GuardSettings {
        require(alpha > 0 && alpha < 1, "alpha", alpha, "above 0 and below 1");
        require(failureFloor > 0 && failureFloor < 1, "failureFloor", failureFloor, "above 0 and below 1");
        require(sliceRequestsMin >= 2, "sliceRequestsMin", sliceRequestsMin, "2 or more");
        require(keysMin >= 1 && keysMin <= KEYS_MAX, "keysMin", keysMin, "1 to " + KEYS_MAX);
        require(rolloutsMax >= 1, "rolloutsMax", rolloutsMax, "1 or more");
    }

    /** The same with an equal part of {@link #alpha}, so that {@code arms} that are watched side by side err no more together. */
    GuardSettings sharedBy(int arms) {
        return new GuardSettings(alpha / arms, failureFloor, sliceRequestsMin, keysMin, rolloutsMax);
    }

    private static void require(boolean met, String name, double value, String expected) {
        if (!met) {
            throw new IllegalArgumentException(name + " is " + value + ", expected " + expected);
        }
    }
}
