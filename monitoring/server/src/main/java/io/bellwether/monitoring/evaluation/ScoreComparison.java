package io.bellwether.monitoring.evaluation;

import io.bellwether.statistics.BinAlternatives;
import io.bellwether.statistics.PairedDetector;
import io.bellwether.statistics.PooledBins;
import io.bellwether.statistics.StateReader;
import io.bellwether.statistics.StateWriter;
import java.util.Arrays;

/**
 * The scores of both arms in bins that are fixed by what control showed before, and whether they differ
 * ({@link PairedDetector}). Both arms get the same share of the traffic, so a score is the candidate's with a chance of one
 * half, whatever it is and whatever the traffic does; where one arm is shown to give fewer scores than the other (it fails or
 * sheds more), the chance is what the past says instead, because that is not about where the scores lie. Not thread-safe.
 */
final class ScoreComparison {
    /** Bins that control's scores fill about equally; heavy values may double their number. */
    private static final int POOLED_BINS = 12;

    private static final double EVEN = 0.5;

    /** How many scores of each arm the past has to outweigh before a share of its own is believed. */
    private static final double PRIOR = 1_000;

    private final long[] reference;
    private final double logLevel;
    private final PooledBins bins;
    private final PairedDetector detector;
    private final SplitCheck arrivals;
    private final WindowBlocks counts;
    private long control;
    private long candidate;

    /** What both arms show. */
    static final class Shown {
        private final long[] control;
        private final long[] candidate;
        private final long controlTotal;
        private final long candidateTotal;
        private final long sinceSlot;

        /**
         * @param counts of the pooled bins
         * @param sinceSlot the first slot in them; 0 for none yet
         */
        Shown(WindowBlocks.Counts counts, long sinceSlot) {
            this.control = counts.control();
            this.candidate = counts.candidate();
            this.controlTotal = Arrays.stream(control).sum();
            this.candidateTotal = Arrays.stream(candidate).sum();
            this.sinceSlot = sinceSlot;
        }

        int bins() {
            return control.length;
        }

        long control(int bin) {
            return control[bin];
        }

        long candidate(int bin) {
            return candidate[bin];
        }

        long controlTotal() {
            return controlTotal;
        }

        long candidateTotal() {
            return candidateTotal;
        }

        long sinceSlot() {
            return sinceSlot;
        }

        double shareOfControl(int bin) {
            return (double) control[bin] / Math.max(1, controlTotal);
        }

        double shareOfCandidate(int bin) {
            return (double) candidate[bin] / Math.max(1, candidateTotal);
        }

        /** Total variation: the share of the answers that would have to score otherwise; 0 while an arm has none. */
        double distance() {
            double sum = 0;
            for (int bin = 0; bin < bins() && isBoth(); bin++) {
                sum += Math.abs(shareOfControl(bin) - shareOfCandidate(bin));
            }
            return sum / 2;
        }

        /** What the distance would be on average by chance alone, if the arms were alike. */
        double chance() {
            double units = (double) controlTotal + candidateTotal;
            double variance = isBoth() ? 1.0 / controlTotal + 1.0 / candidateTotal : 0;
            double sum = 0;
            for (int bin = 0; bin < bins() && isBoth(); bin++) {
                double share = (control[bin] + candidate[bin]) / units;
                sum += Math.sqrt(share * (1 - share) * variance * 2 / Math.PI);
            }
            return sum / 2;
        }

        private boolean isBoth() {
            return controlTotal > 0 && candidateTotal > 0;
        }
    }

    /**
     * @param reference control's scores before, one a fine bin, the last for what is no number
     * @param logLevel the level of the detector from which on only what came since the change is shown
     */
    ScoreComparison(long[] reference, double logLevel, Unit unit) {
        this.reference = reference.clone();
        this.logLevel = logLevel;
        this.bins = PooledBins.of(reference, 1, POOLED_BINS);
        this.detector = PairedDetector.watching(BinAlternatives.ofValues(bins.pool(reference), 1));
        this.arrivals = new SplitCheck(unit);
        this.counts = new WindowBlocks(bins.size());
    }

    void add(long slot, long[] ofControl, long[] ofCandidate) {
        WindowBlocks.Counts window = new WindowBlocks.Counts(bins.pool(ofControl), bins.pool(ofCandidate));
        long inControl = Arrays.stream(ofControl).sum();
        long inCandidate = Arrays.stream(ofCandidate).sum();
        detector.add(window.control(), window.candidate(), share());
        arrivals.add(new Assigned(inControl, inCandidate));
        counts.add(slot, window);
        control += inControl;
        candidate += inCandidate;
    }

    /** The chance of a score to be the candidate's, by what was known before. */
    private double share() {
        return arrivals.isInvalid() ? (candidate + PRIOR) / (control + candidate + 2 * PRIOR) : EVEN;
    }

    /** Whether the detector is at its level. */
    boolean isAlarm() {
        return detector.logE() >= logLevel;
    }

    /** Natural logarithm of the detector's statistic; at least 0. */
    double logE() {
        return Math.max(0, detector.logE());
    }

    /** How the candidate's scores differ: higher, lower, wider, narrower, or in one bin. */
    String strongest() {
        return detector.strongest();
    }

    /** Since the change seems to have begun where there is one, else from the beginning. */
    Shown shown() {
        long window = isAlarm() ? detector.start() : 0;
        return new Shown(counts.since(window), counts.slotOf(window));
    }

    /** The pooled bins. */
    PooledBins bins() {
        return bins;
    }

    /** The bins that these are made of. */
    int fineBins() {
        return reference.length;
    }

    /** Scores of the arm that has fewer. */
    long fewest() {
        return Math.min(control, candidate);
    }

    void write(StateWriter out) {
        writeCounts(out, reference);
        detector.write(out);
        arrivals.write(out);
        counts.write(out);
        out.writeLong(control);
        out.writeLong(candidate);
    }

    static ScoreComparison read(StateReader in, int bins, double logLevel, Unit unit) {
        ScoreComparison comparison = new ScoreComparison(readCounts(in, bins), logLevel, unit);
        comparison.detector.read(in);
        comparison.arrivals.read(in);
        comparison.counts.read(in);
        comparison.control = in.readLong();
        comparison.candidate = in.readLong();
        return comparison;
    }

    static void writeCounts(StateWriter out, long[] counts) {
        for (long count : counts) {
            out.writeLong(count);
        }
    }

    static long[] readCounts(StateReader in, int bins) {
        long[] counts = new long[bins];
        for (int bin = 0; bin < bins; bin++) {
            counts[bin] = in.readLong();
            if (counts[bin] < 0) {
                throw new IllegalArgumentException("a bin of scores holds " + counts[bin]);
            }
        }
        return counts;
    }
}
