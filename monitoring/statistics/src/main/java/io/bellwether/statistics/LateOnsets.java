package io.bellwether.statistics;

import java.util.OptionalDouble;

/**
 * When to begin anew with evidence of harm, for harm that begins late. Evidence that runs from the beginning has to win back
 * what the good time took from it; one that begins near the onset has not. So half of the stake is bet from the beginning,
 * and the other half in {@code K} equal parts at later times:
 * <pre>  E = E_0 / 2 + (1/2K) sum_{s=1..K} E_s        with E_s = 1 before its time</pre>
 * A mean of e-processes is one, so the level stays. Harm from the beginning costs ln 2 more, harm that begins late at most
 * ln 2K more than if its time were known.
 *
 * <p><b>Bounded state.</b> All that has begun shares the factors of a slot, so a process keeps one sum for each alternative,
 * to which its {@code beginAgain} adds: the recursion of Shiryaev and Roberts with a finite number of restarts. With
 * {@code S = E_0 + (1/K) sum_begun E_s}, what is kept, {@code E = (S + (K - begun)/K) / 2} exactly. The smaller of two such
 * values may be taken before or after, because that is a rising function of {@code S}.
 *
 * <p><b>Times.</b> {@code E_s} begins with the first slot that lies {@code s L} or more after the first one; what passed in
 * silence is made up for by the next slot. They depend on slot numbers, never on events. After {@code K L} slots nothing
 * begins any more: choose {@code K} for the longest time that is watched, as doubling it costs ln 2 at most.
 *
 * <p><b>Source.</b> Shin, Ramdas and Rinaldo, "E-detectors" (2022). Not thread-safe.
 */
public final class LateOnsets {
    private static final int DAY_STARTS = 144;
    private static final long DAY_SLOTS_PER_START = 600;
    private static final long NONE = -1;

    private final int startsMax;
    private final long slotsPerStart;
    private long firstSlot = NONE;
    private int begun;

    /**
     * @param startsMax {@code K}, at least 1
     * @param slotsPerStart {@code L}, at least 1
     */
    public LateOnsets(int startsMax, long slotsPerStart) {
        if (startsMax < 1 || slotsPerStart < 1) {
            throw new IllegalArgumentException(
                    "starts and slots between them are at least 1, got " + startsMax + " and " + slotsPerStart);
        }
        this.startsMax = startsMax;
        this.slotsPerStart = slotsPerStart;
    }

    /** Every ten minutes of a day, in slots of a second. */
    public static LateOnsets everyTenMinutes() {
        return new LateOnsets(DAY_STARTS, DAY_SLOTS_PER_START);
    }

    /**
     * What is due before a slot is added.
     *
     * @param slot its number, not below 0; one that is older than others makes nothing due
     * @return natural logarithm of the stake with which each process is to begin again, relative to its first; empty if
     *     nothing is due
     */
    public OptionalDouble due(long slot) {
        if (slot < 0) {
            throw new IllegalArgumentException("slots are numbered from 0, got " + slot);
        }
        firstSlot = firstSlot == NONE ? slot : firstSlot;
        int byNow = (int) Math.min(startsMax, Math.max(0, slot - firstSlot) / slotsPerStart);
        if (byNow <= begun) {
            return OptionalDouble.empty();
        }
        double stake = (double) (byNow - begun) / startsMax;
        begun = byNow;
        return OptionalDouble.of(Math.log(stake));
    }

    /**
     * The natural logarithm of the e-value.
     *
     * @param logSum that of what a process has summed up, which began again whenever it was due
     */
    public double logE(double logSum) {
        double waiting = Math.log((double) (startsMax - begun) / startsMax);
        return LogSpace.logMean(logSum, waiting);
    }

    public void write(StateWriter out) {
        out.writeLong(firstSlot);
        out.writeLong(begun);
    }

    /**
     * Takes the place of others with the same times.
     *
     * @throws IllegalArgumentException if more has begun than ever would
     */
    public void read(StateReader in) {
        long first = in.readLong();
        int begunThere = in.readInt();
        if (first < NONE || begunThere < 0 || begunThere > startsMax) {
            throw new IllegalArgumentException("of at most " + startsMax + " starts the state has seen " + begunThere
                    + ", its first slot is " + first);
        }
        firstSlot = first;
        begun = begunThere;
    }
}
