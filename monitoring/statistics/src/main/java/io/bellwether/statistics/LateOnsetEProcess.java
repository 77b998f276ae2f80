package io.bellwether.statistics;

import java.util.Arrays;

/**
 * {@link ConditionalEProcess} for harm that begins late: the mean over {@code K} processes of which the {@code s}-th counts
 * nothing before its start, {@code E = (1/K) sum_s E_s} with {@code E_s = 1} until then.
 *
 * <p>A process that runs from the beginning has to win back what the good time took from it; one that starts near the
 * onset has not. A mean of e-processes is one, so the level stays, and it costs at most {@code ln K}.
 *
 * <p><b>Bounded state.</b> All started processes share the factor of a slot, so only their sum is kept, for each
 * alternative {@code g}: {@code A_g <- (A_g + 1/K if a start is due) LR_g}, the recursion of Shiryaev and Roberts with a
 * finite number of restarts. Then {@code E = sum_g w_g A_g + (K - started)/K}, which equals the definition exactly.
 *
 * <p><b>Starts.</b> Start {@code s} is due at slot {@code s L}, with {@code s} from 0 to {@code K - 1}; one that passed in
 * silence is made up for by the next slot that is added. Slots come in rising order; one that comes late counts for all
 * that has started by then, which is as valid: when something starts depends on slot numbers, never on events. After
 * {@code K L} slots nothing starts any more; choose {@code K} for the longest time that is watched, as doubling it costs
 * ln 2 at most.
 *
 * <p><b>Hypothesis, source.</b> As {@link ConditionalEProcess}; Shin, Ramdas and Rinaldo, "E-detectors" (2022). Cost: that
 * of one process. Not thread-safe.
 */
public final class LateOnsetEProcess {
    private final OddsAlternatives alternatives;
    private final ConditionalEProcess law;
    private final int startsMax;
    private final long slotsPerStart;
    private final double[] logSums;
    private int started;

    /**
     * @param alternatives the odds ratios to bet on
     * @param logSlotMax natural logarithm of the largest factor of one slot; positive infinity for no limit
     * @param startsMax {@code K}, at least 1
     * @param slotsPerStart {@code L}, at least 1
     */
    public LateOnsetEProcess(OddsAlternatives alternatives, double logSlotMax, int startsMax, long slotsPerStart) {
        if (startsMax < 1 || slotsPerStart < 1) {
            throw new IllegalArgumentException(
                    "starts and slots between them are at least 1, got " + startsMax + " and " + slotsPerStart);
        }
        this.alternatives = alternatives;
        this.law = new ConditionalEProcess(alternatives, logSlotMax);
        this.startsMax = startsMax;
        this.slotsPerStart = slotsPerStart;
        this.logSums = new double[alternatives.size()];
        Arrays.fill(logSums, Double.NEGATIVE_INFINITY);
    }

    /**
     * Adds one slot.
     *
     * @param slot its number since the beginning, from 0
     * @param table what was counted in it
     * @throws IllegalArgumentException if the number is negative
     */
    public void add(long slot, EventTable table) {
        if (slot < 0) {
            throw new IllegalArgumentException("slots are numbered from 0, got " + slot);
        }
        int due = (int) Math.min(startsMax, slot / slotsPerStart + 1);
        if (due > started) {
            double logWeight = Math.log((double) (due - started) / startsMax);
            for (int i = 0; i < logSums.length; i++) {
                logSums[i] = LogSpace.logSum(logSums[i], logWeight);
            }
            started = due;
        }
        double[] increments = law.logIncrements(table);
        for (int i = 0; i < logSums.length; i++) {
            logSums[i] += increments[i];
        }
    }

    /** The natural logarithm of the e-value now; zero at the start. */
    public double logE() {
        double waiting = Math.log((double) (startsMax - started) / startsMax);
        return LogSpace.logSum(alternatives.logMixture(logSums), waiting);
    }

    public void write(StateWriter out) {
        out.writeLong(started);
        out.writeDoubles(logSums);
    }

    /**
     * Takes the place of a process with the same alternatives and starts.
     *
     * @throws IllegalArgumentException if more has started than this process ever would, or a number is NaN
     */
    public void read(StateReader in) {
        int startedThere = in.readInt();
        double[] sums = in.readDoubles(logSums.length);
        if (startedThere < 0 || startedThere > startsMax) {
            throw new IllegalArgumentException(
                    "of at most " + startsMax + " starts the state has seen " + startedThere);
        }
        started = startedThere;
        System.arraycopy(sums, 0, logSums, 0, sums.length);
    }
}
