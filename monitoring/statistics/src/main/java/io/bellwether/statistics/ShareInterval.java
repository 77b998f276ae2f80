package io.bellwether.statistics;

import java.util.function.DoublePredicate;

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
    private static final int HALVINGS = 60;

    /**
     * With a chance of at most {@code alpha} the share ever lies outside.
     *
     * @param count units, at least 0
     * @param events events among them, between 0 and {@code count}
     * @param alpha chance of error, between 0 and 1
     * @param countBest number of units at which the interval is nearly as narrow as possible, above 0
     */
    public static ShareInterval of(long count, long events, double alpha, double countBest) {
        MixtureBoundary.checkLevel(alpha);
        MixtureBoundary.checkVariance(countBest);
        if (events < 0 || events > count) {
            throw new IllegalArgumentException("events lie between 0 and the count, got " + events + " of " + count);
        }
        if (count == 0) {
            return new ShareInterval(0, 1);
        }
        double middle = (double) events / count;
        DoublePredicate plausible = p -> BetaBinomialMixture.ofShare(p, countBest, alpha)
                        .logValueOfCounts((double) events, (double) (count - events))
                < -Math.log(alpha);
        double lowest = events == 0 ? 0 : edge(0, middle, plausible);
        double highest = events == count ? 1 : edge(1, middle, plausible);
        return new ShareInterval(lowest, highest);
    }

    /** The outermost plausible share towards {@code end}, on the wide side by less than a rounding error. */
    private static double edge(double end, double middle, DoublePredicate plausible) {
        double outside = end;
        double inside = middle;
        for (int i = 0; i < HALVINGS; i++) {
            double between = (outside + inside) / 2;
            if (between == outside || between == inside) {
                break;
            }
            if (plausible.test(between)) {
                inside = between;
            } else {
                outside = between;
            }
        }
        return outside;
    }
}
