package io.bellwether.monitoring.evaluation;

import io.bellwether.statistics.EmbeddingDetector;
import io.bellwether.statistics.StateReader;
import io.bellwether.statistics.StateWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Whether sketches of both arms' embeddings can be told apart ({@link EmbeddingDetector}). The classifier sees the sums, their
 * squares and the length: another place, another spread, another length. Within a slot it is by chance which of the sketches
 * are the candidate's, however many of each arm there are, because the router drew the arms and the workers drew the sketches.
 *
 * <p>How far apart they are is measured by the same classifier: the share of the candidate's that it takes for the candidate's,
 * less that of control's. Whatever the classifier, the total variation is no less, chance aside. Not thread-safe.
 */
final class EmbeddingComparison {
    private static final double MOST = Byte.MAX_VALUE;
    private static final double LENGTHS_PER_DOUBLING = 16;
    /** Of the classifier: like the candidate's, like control's. */
    private static final int BINS = 2;

    private final int sums;
    private final double logLevel;
    private final EmbeddingDetector detector;
    private final WindowBlocks counts = new WindowBlocks(BINS);
    private long control;
    private long candidate;

    private static final class Row {
        final byte[] sketch;
        final boolean isCandidate;

        Row(byte[] sketch, boolean isCandidate) {
            this.sketch = sketch;
            this.isCandidate = isCandidate;
        }
    }

    /**
     * @param sums of a sketch, which has a byte for each and one more
     * @param logLevel the level of the detector from which on only what came since the change is shown
     */
    EmbeddingComparison(int sums, double logLevel) {
        this.sums = sums;
        this.logLevel = logLevel;
        this.detector = EmbeddingDetector.watching(2 * sums + 1);
    }

    /** Adds the sketches of one slot; of one arm alone they say nothing. */
    void add(long slot, List<byte[]> ofControl, List<byte[]> ofCandidate) {
        if (ofControl.isEmpty() || ofCandidate.isEmpty()) {
            return;
        }
        List<Row> rows = new ArrayList<>();
        ofControl.forEach(sketch -> rows.add(new Row(sketch, false)));
        ofCandidate.forEach(sketch -> rows.add(new Row(sketch, true)));
        // The order in which cells come is no part of the evidence.
        rows.sort(Comparator.comparing((Row row) -> row.sketch, Arrays::compare).thenComparing(row -> row.isCandidate));
        float[][] vectors = new float[rows.size()][];
        boolean[] isCandidate = new boolean[rows.size()];
        long[] taken = new long[2];
        for (int i = 0; i < vectors.length; i++) {
            vectors[i] = features(rows.get(i).sketch);
            isCandidate[i] = rows.get(i).isCandidate;
            taken[isCandidate[i] ? 1 : 0] += detector.isLikeCandidate(vectors[i]) ? 1 : 0;
        }
        detector.add(vectors, isCandidate);
        counts.add(slot, new WindowBlocks.Counts(new long[] {taken[0], ofControl.size() - taken[0]}, new long[] {
            taken[1], ofCandidate.size() - taken[1]
        }));
        control += ofControl.size();
        candidate += ofCandidate.size();
    }

    /** Each with a mean square of about one. */
    private float[] features(byte[] sketch) {
        float[] features = new float[2 * sums + 1];
        for (int k = 0; k < sums; k++) {
            double sum = sketch[k] / MOST * Math.sqrt(sums);
            features[k] = (float) sum;
            features[sums + k] = (float) (sum * sum - 1);
        }
        features[2 * sums] = (float) (sketch[sums] / LENGTHS_PER_DOUBLING);
        return features;
    }

    /** Whether the detector is at its level. */
    boolean isAlarm() {
        return detector.logE() >= logLevel;
    }

    /** Natural logarithm of the detector's statistic; at least 0. */
    double logE() {
        return Math.max(0, detector.logE());
    }

    /** Sketches of one arm that were compared. */
    long control() {
        return control;
    }

    /** Sketches of the other. */
    long candidate() {
        return candidate;
    }

    /** Since the change seems to have begun where there is one, else from the beginning. */
    Shown shown() {
        long window = isAlarm() ? detector.start() : 0;
        WindowBlocks.Counts since = counts.since(window);
        return new Shown(
                since.control()[0],
                since.control()[1],
                since.candidate()[0],
                since.candidate()[1],
                counts.slotOf(window));
    }

    /**
     * Whom the classifier took sketches for.
     *
     * @param controlLikeCandidate control's that it took for the candidate's
     * @param controlLikeControl control's that it took for control's
     * @param candidateLikeCandidate the candidate's that it took for the candidate's
     * @param candidateLikeControl the candidate's that it took for control's
     * @param sinceSlot the first slot in them; 0 for none yet
     */
    record Shown(
            long controlLikeCandidate,
            long controlLikeControl,
            long candidateLikeCandidate,
            long candidateLikeControl,
            long sinceSlot) {
        /** Total variation is at least this, chance aside. */
        double distance() {
            return Math.max(0, shareOfCandidate() - shareOfControl());
        }

        double shareOfCandidate() {
            return (double) candidateLikeCandidate / Math.max(1, candidates());
        }

        double shareOfControl() {
            return (double) controlLikeCandidate / Math.max(1, controls());
        }

        long candidates() {
            return candidateLikeCandidate + candidateLikeControl;
        }

        long controls() {
            return controlLikeCandidate + controlLikeControl;
        }
    }

    void write(StateWriter out) {
        out.writeLong(sums);
        detector.write(out);
        counts.write(out);
        out.writeLong(control);
        out.writeLong(candidate);
    }

    static EmbeddingComparison read(StateReader in, double logLevel) {
        int sums = in.readInt();
        if (sums < 1 || sums > Byte.MAX_VALUE) {
            throw new IllegalArgumentException("a sketch of embeddings has " + sums + " sums");
        }
        EmbeddingComparison comparison = new EmbeddingComparison(sums, logLevel);
        comparison.detector.read(in);
        comparison.counts.read(in);
        comparison.control = in.readLong();
        comparison.candidate = in.readLong();
        return comparison;
    }
}
