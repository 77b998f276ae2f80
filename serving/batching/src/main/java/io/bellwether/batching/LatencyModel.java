package io.bellwether.batching;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How long a run of a given size takes, learnt from the runs. Size counts in cells: items times padded length, so that long
 * texts count for what they cost.
 *
 * <p>The prediction is the greater of the fitted line plus {@value #Z} standard deviations and a high quantile of the
 * recent runs of about that size (their sizes lie within a factor of the square root of 2), made monotone: a larger run is
 * never predicted to be shorter. A run that is far off counts as {@value #STRAY_SIGMAS} standard deviations; four of them in
 * a row on the same side are a change, and what was learnt before is mostly forgotten.
 *
 * <p>The line says something of every size, but the runs speak only for sizes that they are near to: see {@link #vouches}.
 * The first runs of a size that nothing spoke for count as they are, as the line is no measure of what is stray there.
 *
 * <p>Not safe for several threads. {@link #observe} is O(1) with about a hundred steps, {@link #predictNanos} O(1).
 * Memory: at most {@value SizeClasses#COUNT} classes of {@value RecentRuns#KEPT} runs.
 */
public final class LatencyModel {
    /** The 99 % quantile of the normal distribution. */
    static final double Z = 2.33;

    static final double STRAY_SIGMAS = 3;
    private static final int STRAYS_OF_A_CHANGE = 4;
    private static final double FORGETTING_AT_A_CHANGE = 0.6;
    /** Runs before a model is known that no warm-up told about. */
    static final int RUNS_UNTIL_KNOWN = 8;
    /** Runs speak for sizes of so many classes above theirs, a factor of two. */
    private static final int CLASSES_AHEAD = 2;
    /** A quantile of runs that lie further back is not used, or one bad minute would rule out a size for ever. */
    private static final long RUNS_REMEMBERED = 500;

    private static final double SIGMA_START = 0.05;
    private static final double SIGMA_LEAST = 0.01;
    private static final double SIGMA_GAIN = 0.03;

    private final LineFit line = new LineFit();
    private final RunNoise noise = new RunNoise();
    private final @Nullable RecentRuns[] classes = new RecentRuns[SizeClasses.COUNT];
    /** What a run of a larger class takes at least, because the smaller ones took so long. */
    private final double[] floorNanos = new double[SizeClasses.COUNT];

    /** Runs of each class ever. */
    private final long[] runsOfClass = new long[SizeClasses.COUNT];
    /** The largest class that runs speak for; -1 for none. */
    private int vouchedClass = -1;

    private double sigmaSquare = SIGMA_START * SIGMA_START;
    private double runsFaded;
    private long runs;
    private long seeds;
    private long cellsLeast = Long.MAX_VALUE;
    private long cellsMost;
    private int strays;

    /** A model that takes a fit for true, for what-if questions; it goes on learning from there. */
    public static LatencyModel of(LatencyFit fit, long cellsMax) {
        LatencyModel model = new LatencyModel();
        for (long cells = 1; cells < cellsMax; cells *= 2) {
            model.seed(cells, Math.max(1, Math.round(fit.meanNanos(cells))));
        }
        model.seed(cellsMax, Math.max(1, Math.round(fit.meanNanos(cellsMax))));
        model.sigmaSquare = Math.max(SIGMA_LEAST, fit.sigmaShare()) * Math.max(SIGMA_LEAST, fit.sigmaShare());
        return model;
    }

    /** A run of the warm-up, from its profile: so many cells took so long. */
    public void seed(long cells, long nanos) {
        seeds++;
        see(cells);
        vouchedClass = Math.max(vouchedClass, SizeClasses.of(cells) + CLASSES_AHEAD);
        line.seed(cells, (double) Math.max(1, nanos));
    }

    /** A run of a batch that worked. */
    public void observe(long cells, long nanos) {
        double took = (double) Math.max(1, nanos);
        boolean judged = knows(cells) && vouches(cells);
        double expected = judged ? Math.max(1, line.at(cells)) : took;
        double sigma = Math.sqrt(sigmaSquare);
        double error = took / expected - 1;
        double bounded = Math.max(-STRAY_SIGMAS * sigma, Math.min(STRAY_SIGMAS * sigma, error));
        strays = error == bounded ? 0 : error > 0 ? Math.max(0, strays) + 1 : Math.min(0, strays) - 1;
        boolean changed = Math.abs(strays) >= STRAYS_OF_A_CHANGE;
        if (judged) {
            noise.add(took / expected);
            sigmaSquare += SIGMA_GAIN * (bounded * bounded - sigmaSquare);
            sigmaSquare = Math.max(SIGMA_LEAST * SIGMA_LEAST, sigmaSquare);
        }
        see(cells);
        runs++;
        double forgetting = changed ? forgettingAtAChange(expected / took) : LineFit.FORGETTING;
        runsFaded = runsFaded * forgetting + 1;
        double counted = changed ? took : expected * (1 + bounded);
        line.add(cells, counted, changed ? took : expected, forgetting);
        if (changed) {
            forgetQuantiles();
        }
        remember(cells, took);
        vouch(cells);
    }

    /** Shorter runs weigh more, by the square of their length: where runs have become longer, that is taken from the old. */
    private static double forgettingAtAChange(double lengthOfOld) {
        double shorter = Math.min(1, lengthOfOld);
        return FORGETTING_AT_A_CHANGE * shorter * shorter;
    }

    /** True when a prediction for so many cells rests on runs and not on a guess. */
    public boolean knows(long cells) {
        boolean enough = runs >= RUNS_UNTIL_KNOWN || seeds > 0;
        return enough && (cellsLeast < cellsMost || cells <= cellsMost);
    }

    /**
     * True when enough runs were at least about half as large, in the warm-up or since. A prediction beyond that prolongs
     * the line to where nothing was measured, or rests on a first run that may have been stray; nobody is to be refused for
     * it.
     */
    public boolean vouches(long cells) {
        return SizeClasses.of(cells) <= vouchedClass;
    }

    /** What a run of so many cells takes on average; 0 while nothing is known. */
    public long meanNanos(long cells) {
        return Math.round(line.at(cells));
    }

    /** What nearly all runs of so many cells take at most, about the 99 % quantile. Monotone in the size. */
    public long predictNanos(long cells) {
        int of = SizeClasses.of(cells);
        double nanos = line.at(cells) * (1 + Z * Math.sqrt(sigmaSquare));
        RecentRuns recent = classes[of];
        if (recent != null) {
            nanos = Math.max(nanos, recent.excess(runs, RUNS_REMEMBERED).orElse(0) + line.beta() * cells);
        }
        return Math.round(Math.max(nanos, floorNanos[of]));
    }

    /** What was learnt, as a value. */
    public LatencyFit fit() {
        return line.fit(Math.sqrt(sigmaSquare), runsFaded + Math.min((double) seeds, LineFit.PRIOR_RUNS));
    }

    /** The last runs as multiples of what the line said of them, the oldest first; at most {@value RunNoise#KEPT}. */
    public List<Float> noise() {
        return noise.list();
    }

    /** Runs observed so far, without the warm-up. */
    public long runs() {
        return runs;
    }

    private void see(long cells) {
        if (cells < 1) {
            throw new IllegalArgumentException("a run has at least one cell, not " + cells);
        }
        cellsLeast = Math.min(cellsLeast, cells);
        cellsMost = Math.max(cellsMost, cells);
    }

    /** The largest size that {@value #RUNS_UNTIL_KNOWN} runs reached speaks for what is up to twice as large. */
    private void vouch(long cells) {
        runsOfClass[SizeClasses.of(cells)]++;
        long reached = 0;
        for (int i = runsOfClass.length - 1; i >= 0 && i + CLASSES_AHEAD > vouchedClass; i--) {
            reached += runsOfClass[i];
            if (reached >= RUNS_UNTIL_KNOWN) {
                vouchedClass = i + CLASSES_AHEAD;
            }
        }
    }

    private void forgetQuantiles() {
        for (RecentRuns recent : classes) {
            if (recent != null) {
                recent.forget();
            }
        }
        Arrays.fill(floorNanos, 0);
    }

    private void remember(long cells, double took) {
        int of = SizeClasses.of(cells);
        RecentRuns recent = classes[of];
        if (recent == null) {
            recent = new RecentRuns();
            classes[of] = recent;
        }
        recent.add(cells, took, line.beta(), runs);
        double floor = 0;
        for (int i = 0; i < classes.length; i++) {
            floorNanos[i] = floor;
            RecentRuns smaller = classes[i];
            if (smaller != null) {
                double excess = smaller.excess(runs, RUNS_REMEMBERED).orElse(0);
                floor = Math.max(floor, excess == 0 ? 0 : excess + line.beta() * SizeClasses.largest(i));
            }
        }
    }
}
