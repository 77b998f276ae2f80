package io.bellwether.batching;

import java.util.Arrays;
import java.util.OptionalDouble;

/** The last runs of about one size, as what they took above the slope of the line. */
final class RecentRuns {
    /** Runs that are kept. */
    static final int KEPT = 32;
    /** Fewer say nothing of a high quantile. */
    static final int SPEAKING = 8;

    private final double[] cells = new double[KEPT];
    private final double[] nanos = new double[KEPT];
    private int count;
    private int next;
    private long lastRun;
    private double excess;

    void add(long ofCells, double tookNanos, double beta, long run) {
        cells[next] = (double) ofCells;
        nanos[next] = tookNanos;
        next = (next + 1) % KEPT;
        count = Math.min(count + 1, KEPT);
        lastRun = run;
        excess = secondLargest(beta);
    }

    /**
     * What all but the worst took at most, without {@code beta * cells}: with {@value #KEPT} runs their 95 % quantile. A
     * single stall does not move it. Empty when too few or too old.
     */
    OptionalDouble excess(long run, long runsMax) {
        return count < SPEAKING || run - lastRun > runsMax ? OptionalDouble.empty() : OptionalDouble.of(excess);
    }

    void forget() {
        count = 0;
        next = 0;
        Arrays.fill(nanos, 0);
    }

    private double secondLargest(double beta) {
        double first = Double.NEGATIVE_INFINITY;
        double second = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < count; i++) {
            double above = nanos[i] - beta * cells[i];
            if (above > first) {
                second = first;
                first = above;
            } else if (above > second) {
                second = above;
            }
        }
        return second;
    }
}
