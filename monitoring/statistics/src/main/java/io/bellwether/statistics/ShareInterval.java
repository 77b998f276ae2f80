package io.bellwether.statistics;

/**
 * The shares of events that are still plausible after {@code n} units with {@code k} events, for display: valid at every
 * look. A share {@code p} is dropped when the two-sided {@link BetaBinomialMixture} against it,
 * {@code M = B(r/p + n - k, r/(1-p) + k) / ( p^k (1-p)^(n-k) B(r/p, r/(1-p)) )}, reaches {@code 1/alpha}.
 *
 * <p>{@code r} follows {@code p}, so that each share is tested where its own variance suits it; the plausible shares lie
 * around {@code k/n} and their bounds are found by bisection. Without units everything is plausible. At {@code countBest}
 * units it is about 1.5 times as wide as an interval for one look that was planned beforehand.
 *
 * <p><b>Hypothesis.</b> Given the past, each unit has the event with the same probability. <b>Source.</b> Howard et al.
 * (2021), section 3.2; Robbins (1970).
 *
 * <p><b>Cost.</b> 120 values of a mixture, 17 us.
 *
 * @param lowest lower bound, 0 to 1
 * @param highest upper bound, 0 to 1
 */
public record ShareInterval(double lowest, double highest) {
    /**
     * With a chance of at most {@code alpha} the share ever lies outside.
     *
     * @param count units, at least 0
     * @param events events among them, between 0 and {@code count}
     * @param alpha chance of error, between 0 and 1
     * @param countBest number of units at which the interval is nearly as narrow as possible, above 0
     */
    public static ShareInterval of(long count, long events, double alpha, double countBest) {
        check(count, events, alpha, countBest);
        return new ShareInterval(
                ShareEdge.lowest(count, events, alpha, countBest).closed(),
                ShareEdge.highest(count, events, alpha, countBest).closed());
    }

    static void check(long count, long events, double alpha, double countBest) {
        MixtureBoundary.checkLevel(alpha);
        MixtureBoundary.checkVariance(countBest);
        if (events < 0 || events > count) {
            throw new IllegalArgumentException("events lie between 0 and the count, got " + events + " of " + count);
        }
    }
}
