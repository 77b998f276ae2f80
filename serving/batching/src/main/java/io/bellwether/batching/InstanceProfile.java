package io.bellwether.batching;

import java.util.Comparator;
import java.util.List;

/**
 * What some pairs were measured to do on this machine, and which of them is to serve.
 *
 * <p>The first pair of the table is what is in effect as long as nothing is better. Of the others count those whose run of one
 * item takes at most {@value #ROW_FACTOR_MAX} times as long as there, while all of their instances are busy, and, if any
 * pair can, those that keep the objective with it: a request may have to wait for one run before its own (Nexus, SOSP 2019).
 * The most items per second win. Pairs within {@value #TIE_FACTOR} of that are a tie; it goes to the fewest threads inside an
 * operation, then to the fewest instances. Threads inside an operation wait for each other: where another program takes one
 * of their processors they lose far more than that one, which no measurement of a version alone can show.
 *
 * @param batchItems size of the batches at which items were counted
 * @param table what was measured, at least one pair
 */
public record InstanceProfile(int batchItems, List<Measured> table) {
    /** How much longer a run of one item may take than in the first pair. */
    static final double ROW_FACTOR_MAX = 1.5;
    /** What is not this much faster is not faster. */
    static final double TIE_FACTOR = 1.1;
    /** Where a runner of the first pair is ready for less of its time than this, the machine is too busy to compare anything. */
    static final double BUSY_SHARE_MAX = 0.5;

    /**
     * One pair. Of one thread inside an operation, time in which others had its processor is left out of both figures, so
     * that they say what it does on processors of its own. Of more threads it is not, as it cannot be told from the time in
     * which they wait for each other: what else goes on on the machine can only make more threads look worse.
     *
     * @param itemsPerSecond in batches of {@link #batchItems}, of all instances together
     * @param rowNanos what a run of one item takes while all instances run such
     * @param readyShare share of the time in which the threads that ran it did not have to wait for a processor
     */
    public record Measured(InstanceChoice pair, double itemsPerSecond, long rowNanos, double readyShare) {
        public Measured {
            if (!(itemsPerSecond >= 0) || itemsPerSecond == Double.POSITIVE_INFINITY) {
                throw new IllegalArgumentException(
                        "itemsPerSecond must be finite and 0 or more but is " + itemsPerSecond);
            }
            if (rowNanos < 0) {
                throw new IllegalArgumentException("rowNanos must be 0 or more but is " + rowNanos);
            }
            if (!(readyShare >= 0)) {
                throw new IllegalArgumentException("readyShare must be 0 or more but is " + readyShare);
            }
        }
    }

    /** Why a pair was chosen. */
    public enum Reason {
        /** It makes more items per second than the first pair. */
        FASTER,
        /** It keeps the objective, and the first pair does not. */
        IN_TIME,
        /** No pair is better than the first. */
        NONE_BETTER,
        /** Too little processor time was left to the first pair for a comparison. */
        MACHINE_BUSY
    }

    /** The pair that is to serve. */
    public record Decision(InstanceChoice chosen, Reason reason) {}

    public InstanceProfile {
        table = List.copyOf(table);
        if (table.isEmpty()) {
            throw new IllegalArgumentException("a profile has at least one pair");
        }
    }

    /**
     * @param objectiveNanos time within which a request is to be answered; 0 without one
     */
    public Decision decide(long objectiveNanos) {
        Measured first = table.get(0);
        if (first.readyShare() < BUSY_SHARE_MAX) {
            return new Decision(first.pair(), Reason.MACHINE_BUSY);
        }
        boolean someInTime = table.stream().anyMatch(one -> inTime(one, objectiveNanos));
        List<Measured> fit = table.stream()
                .filter(one -> one.rowNanos() <= ROW_FACTOR_MAX * first.rowNanos())
                .filter(one -> !someInTime || inTime(one, objectiveNanos))
                .toList();
        double most = fit.stream().mapToDouble(Measured::itemsPerSecond).max().orElse(0);
        InstanceChoice chosen = fit.stream()
                .filter(one -> one.itemsPerSecond() * TIE_FACTOR >= most)
                .map(Measured::pair)
                .min(Comparator.comparingInt(InstanceChoice::threads).thenComparingInt(InstanceChoice::instances))
                .orElse(first.pair());
        if (chosen.equals(first.pair())) {
            return new Decision(chosen, Reason.NONE_BETTER);
        }
        return new Decision(chosen, fit.contains(first) ? Reason.FASTER : Reason.IN_TIME);
    }

    private static boolean inTime(Measured one, long objectiveNanos) {
        return objectiveNanos == 0 || 2 * one.rowNanos() <= objectiveNanos;
    }
}
