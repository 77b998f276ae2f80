package io.bellwether.statistics;

import java.util.function.DoubleUnaryOperator;

/**
 * The differences of two arms' shares of events, candidate minus control, that are still plausible, for display: valid at
 * every look. Each arm has a {@link ShareInterval} at half of {@code alpha}; while both hold, which is always with a chance of
 * at least {@code 1 - alpha} whatever the arms have to do with each other, the difference lies between that of their far ends.
 *
 * <p>It is wider than a sequence made for the difference, by a factor of up to 1.4 for arms of one size, and in exchange it is
 * a function of the counts alone: nothing is kept, and an arm without units leaves its side open.
 *
 * <p><b>Hypothesis.</b> That of {@link ShareInterval}, in each arm: given the past, each unit has the event with the same
 * probability. <b>Cost.</b> Two intervals, 34 us.
 *
 * @param lowest lower bound, -1 to 1
 * @param highest upper bound, -1 to 1
 */
public record ShareDifference(double lowest, double highest) {
    /** So many to one: bounds are given to a millionth, outwards. */
    private static final double GRAIN = 1e6;

    /**
     * With a chance of at most {@code alpha} the difference ever lies outside.
     *
     * @param table all units and events so far
     * @param alpha chance of error, between 0 and 1
     * @param countBest number of units of an arm at which the bounds are nearly as narrow as possible, above 0
     */
    public static ShareDifference of(EventTable table, double alpha, double countBest) {
        long n0 = table.controlCount();
        long k0 = table.controlEvents();
        long n1 = table.candidateCount();
        long k1 = table.candidateEvents();
        ShareInterval.check(n0, k0, alpha / 2, countBest);
        return new ShareDifference(
                Math.max(
                        -1,
                        difference(
                                ShareEdge.lowest(n1, k1, alpha / 2, countBest),
                                ShareEdge.highest(n0, k0, alpha / 2, countBest),
                                Math::floor)),
                Math.min(
                        1,
                        difference(
                                ShareEdge.highest(n1, k1, alpha / 2, countBest),
                                ShareEdge.lowest(n0, k0, alpha / 2, countBest),
                                Math::ceil)));
    }

    /** Both ends are closed in until the grain is known: what they may still move changes nothing. */
    private static double difference(ShareEdge candidate, ShareEdge control, DoubleUnaryOperator outwards) {
        double grains = outwards.applyAsDouble(GRAIN * (candidate.outside() - control.outside()));
        while (grains != outwards.applyAsDouble(GRAIN * (candidate.inside() - control.inside()))
                && halve(candidate, control)) {
            grains = outwards.applyAsDouble(GRAIN * (candidate.outside() - control.outside()));
        }
        return grains / GRAIN;
    }

    /** False if both are as close as they get. */
    private static boolean halve(ShareEdge one, ShareEdge other) {
        boolean closer = one.halve();
        return other.halve() || closer;
    }
}
