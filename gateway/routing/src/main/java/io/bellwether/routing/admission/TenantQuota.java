package io.bellwether.routing.admission;

/**
 * What a tenant may send.
 *
 * @param requestsPerSecond above 0, or infinite for no limit
 * @param elementsPerSecond tensor elements a second, at least 1, or infinite for no limit
 * @param burstSeconds after a pause, so many seconds' worth may come at once; at least one request may, and one request of
 *     any size
 * @param weight part of the slots of a busy model, relative to the weights of the other tenants that ask for some
 */
public record TenantQuota(double requestsPerSecond, double elementsPerSecond, double burstSeconds, int weight) {

    /** Largest weight. */
    public static final int WEIGHT_MAX = 1_000;

    /** One millionth of a request is the unit of its bucket, so that a slow quota is an integer too. */
    static final long MICROS = 1_000_000;

    private static final double BURST_SECONDS_MAX = 1_000;

    /** No limit, and the least weight. */
    public static final TenantQuota UNLIMITED =
            new TenantQuota(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, 1, 1);

    public TenantQuota {
        double requestsMax = (double) TokenBucket.RATE_MAX / MICROS;
        check(
                within(requestsPerSecond, 1.0 / MICROS, requestsMax),
                "requests-per-second",
                requestsPerSecond,
                "1e-6 to 1e9");
        check(
                within(elementsPerSecond, 1, TokenBucket.RATE_MAX),
                "elements-per-second",
                elementsPerSecond,
                "1 to 1e15");
        check(
                burstSeconds > 0 && burstSeconds <= BURST_SECONDS_MAX,
                "burst",
                burstSeconds,
                "above 0 and at most 1000 s");
        check(weight >= 1 && weight <= WEIGHT_MAX, "weight", weight, "1 to " + WEIGHT_MAX);
    }

    private static boolean within(double value, double least, double most) {
        return value == Double.POSITIVE_INFINITY || (value >= least && value <= most);
    }

    private static void check(boolean right, String name, Object value, String expected) {
        if (!right) {
            throw new IllegalArgumentException(
                    "quota: " + name + " is " + value + ", expected " + expected + "; leave it out for no limit");
        }
    }

    boolean limitsRequests() {
        return requestsPerSecond != Double.POSITIVE_INFINITY;
    }

    boolean limitsElements() {
        return elementsPerSecond != Double.POSITIVE_INFINITY;
    }

    long microRequestsPerSecond() {
        return Math.round(requestsPerSecond * MICROS);
    }

    long burstMicroRequests() {
        return Math.max(MICROS, Math.round(requestsPerSecond * burstSeconds * MICROS));
    }

    long wholeElementsPerSecond() {
        return Math.round(elementsPerSecond);
    }

    long burstElements() {
        return Math.max(1, Math.round(elementsPerSecond * burstSeconds));
    }
}
