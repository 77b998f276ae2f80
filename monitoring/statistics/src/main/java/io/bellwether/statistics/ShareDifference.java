package io.bellwether.statistics;

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
        ShareInterval control = ShareInterval.of(table.controlCount(), table.controlEvents(), alpha / 2, countBest);
        ShareInterval candidate =
                ShareInterval.of(table.candidateCount(), table.candidateEvents(), alpha / 2, countBest);
        return new ShareDifference(
                Math.max(-1, Math.floor(GRAIN * (candidate.lowest() - control.highest())) / GRAIN),
                Math.min(1, Math.ceil(GRAIN * (candidate.highest() - control.lowest())) / GRAIN));
    }
}
