package io.bellwether.statistics;

import java.util.OptionalDouble;
import java.util.function.DoubleFunction;

/**
 * What a rollout can be expected to show, before it starts: how long until evidence suffices, how likely by a given size,
 * and the smallest effect that would be seen.
 *
 * <p>Evidence has to grow to {@code L = ln(1/(w alpha)) + 1.5}: the level of a guardrail with share {@code w} of the
 * budget, and what a mixture over alternatives pays for not knowing the truth. With a rate of {@code g} nats a unit and
 * variance {@code s^2} (see {@link EvidenceRate})
 * <pre>  units until then     L / g
 *  chance within n      Phi((n g - L)/(s sqrt n)) + exp(2 g L/s^2) Phi(-(n g + L)/(s sqrt n))</pre>
 * the second being the time at which a drifting Brownian motion first reaches {@code L}. The median is a little below
 * {@code L/g}. It is an estimate, good to about a third; nothing is ever decided by it.
 *
 * <p><b>Source.</b> Wald's identity; the inverse Gaussian law (Schroedinger 1915). Immutable. <b>Cost.</b> A few operations;
 * {@link #smallestDetectable} some sixty rates.
 */
public final class Forecast {
    /** What not knowing the truth costs, in nats: the mixtures of this package lose about 1 to 2.5. */
    public static final double MIXTURE_NATS = 1.5;

    private static final int BISECTIONS = 60;

    private final double logNeeded;

    /**
     * @param level chance of a false conclusion that the guardrail may spend, {@code w alpha} for harm and {@code beta} for
     *     safety, between 0 and 1
     */
    public Forecast(double level) {
        if (!(level > 0 && level < 1)) {
            throw new IllegalArgumentException("a level lies between 0 and 1, got " + level);
        }
        this.logNeeded = MIXTURE_NATS - Math.log(level);
    }

    /** Units until the evidence is expected to suffice; infinite where it does not grow. */
    public double units(EvidenceRate rate) {
        return logNeeded / rate.nats();
    }

    /**
     * Seconds until then.
     *
     * @param unitsPerSecond units of the kind that the rate is for, at least 0
     */
    public double seconds(EvidenceRate rate, double unitsPerSecond) {
        return units(rate) / unitsPerSecond;
    }

    /** The chance that the evidence suffices within a number of units. */
    public double power(EvidenceRate rate, double units) {
        double drift = rate.nats();
        double variance = rate.variance();
        if (!(units > 0) || drift == 0) {
            return 0;
        }
        if (variance == 0) {
            return units * drift >= logNeeded ? 1 : 0;
        }
        double spread = Math.sqrt(variance * units);
        double straight = NormalDistribution.cdf((units * drift - logNeeded) / spread);
        double logReflected =
                2 * drift * logNeeded / variance + NormalDistribution.logCdf(-(units * drift + logNeeded) / spread);
        return Math.min(1, straight + Math.exp(logReflected));
    }

    /**
     * The smallest effect that is seen within a number of units with a given chance; empty if not even the greatest is.
     *
     * @param units units that the rollout may take
     * @param power chance of seeing it, for instance 0.9
     * @param rateOf the rate for an effect; grows with it
     * @param least an effect that need not be seen
     * @param greatest the greatest effect that is of interest
     */
    public OptionalDouble smallestDetectable(
            double units, double power, DoubleFunction<EvidenceRate> rateOf, double least, double greatest) {
        if (power(rateOf.apply(greatest), units) < power) {
            return OptionalDouble.empty();
        }
        double low = least;
        double high = greatest;
        for (int i = 0; i < BISECTIONS; i++) {
            double middle = 0.5 * (low + high);
            if (power(rateOf.apply(middle), units) >= power) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return OptionalDouble.of(high);
    }
}
