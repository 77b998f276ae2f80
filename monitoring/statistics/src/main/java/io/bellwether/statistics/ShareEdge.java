package io.bellwether.statistics;

import java.util.function.DoublePredicate;

/**
 * One end of the plausible shares, closed in by bisection between a share that is not plausible and one that is. Whoever needs
 * few digits stops early: the end lies between the two, and would stay there. Not thread-safe.
 */
final class ShareEdge {
    private static final int HALVINGS = 60;

    private final DoublePredicate plausible;
    private double outside;
    private double inside;
    private int halvingsLeft;

    private ShareEdge(double end, double middle, DoublePredicate plausible) {
        this.plausible = plausible;
        this.outside = end;
        this.inside = middle;
        this.halvingsLeft = end == middle ? 0 : HALVINGS;
    }

    /** The lower one; arguments as in {@link ShareInterval#of}, which are checked there. */
    static ShareEdge lowest(long count, long events, double alpha, double countBest) {
        return count == 0 || events == 0 ? at(0) : towards(0, count, events, alpha, countBest);
    }

    /** The upper one. */
    static ShareEdge highest(long count, long events, double alpha, double countBest) {
        return events == count ? at(1) : towards(1, count, events, alpha, countBest);
    }

    private static ShareEdge at(double end) {
        return new ShareEdge(end, end, share -> true);
    }

    private static ShareEdge towards(double end, long count, long events, double alpha, double countBest) {
        double level = -Math.log(alpha);
        return new ShareEdge(
                end,
                (double) events / count,
                share -> BetaBinomialMixture.ofShare(share, countBest, alpha)
                                .logValueOfCounts((double) events, (double) (count - events))
                        < level);
    }

    /** Closes in by half; false if it is as close as it gets. */
    boolean halve() {
        double between = (outside + inside) / 2;
        if (halvingsLeft == 0 || between == outside || between == inside) {
            return false;
        }
        halvingsLeft--;
        if (plausible.test(between)) {
            inside = between;
        } else {
            outside = between;
        }
        return true;
    }

    /** The outermost plausible share, on the wide side by less than a rounding error. */
    double closed() {
        boolean goesOn = true;
        while (goesOn) {
            goesOn = halve();
        }
        return outside;
    }

    /** The outermost plausible share so far: it lies between this and {@link #inside}. */
    double outside() {
        return outside;
    }

    double inside() {
        return inside;
    }
}
