package io.bellwether.loadtests.simulation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Something that goes wrong for a while.
 *
 * @param kind what
 * @param atMillis of virtual time
 * @param forMillis how long; the nonsense of {@link Kind#NONSENSE} is written at once
 * @param one which process, counted over those that it can happen to
 * @param other the other end, where there is one
 */
record Fault(Kind kind, long atMillis, long forMillis, int one, int other) {
    /** Largest error of a clock. */
    static final long SKEW_MILLIS_MAX = 3_000;
    /** What two wrong clocks, and seconds that are cut, may make of an age. */
    static final long SKEW_SECONDS_MAX = 2 * SKEW_MILLIS_MAX / 1_000 + 1;

    private static final long FIRST_MILLIS = 1_500;
    private static final long LAST_MILLIS = 27_500;
    private static final int FAULTS_MIN = 4;
    private static final int FAULTS_MORE = 9;

    enum Kind {
        /** A process is killed, and starts again with its disk. */
        CRASH,
        /** A gateway is killed, and starts again without its disk. */
        CRASH_AND_LOSE_DISK,
        /** The world stops for a process, which knows nothing of it. */
        PAUSE,
        /** Nothing passes between two processes. */
        PARTITION,
        /** Nothing passes from one process to another; the way back is open. */
        ONE_WAY,
        /** A process sees nobody. */
        ISOLATION,
        /** A clock is wrong. */
        SKEW,
        /** Messages are lost and come twice. */
        LOSS,
        /** Messages take long and overtake each other. */
        DELAY,
        /** A gateway's disk takes nothing. */
        DISK_FULL,
        /** Workers do not serve a version. */
        UNLOAD,
        /** A worker answers some requests twice. */
        TWO_ANSWERS,
        /** Somebody writes nonsense on the control log. */
        NONSENSE
    }

    /** The faults of a seed, in order of time. */
    static List<Fault> plan(long seed) {
        Random random = new Random(seed ^ 0x5eedL);
        List<Fault> faults = new ArrayList<>();
        for (int left = FAULTS_MIN + random.nextInt(FAULTS_MORE); left > 0; left--) {
            Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
            long at = FIRST_MILLIS + (long) (random.nextDouble() * (LAST_MILLIS - FIRST_MILLIS - 500));
            long lasts = Math.min(LAST_MILLIS - at, 200 + (long) (random.nextDouble() * random.nextDouble() * 12_000));
            faults.add(new Fault(kind, at, lasts, random.nextInt(1_000), random.nextInt(1_000)));
        }
        faults.sort(Comparator.comparingLong(Fault::atMillis));
        return faults;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT, "%.3f s for %.3f s: %s %d %d", atMillis / 1e3, forMillis / 1e3, kind, one, other);
    }
}
