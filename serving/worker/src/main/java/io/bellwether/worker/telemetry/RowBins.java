package io.bellwether.worker.telemetry;

/** The bins that the rows of one request fall into. */
public final class RowBins {
    /** No row falls anywhere, as when the model failed. */
    public static final RowBins NONE = new RowBins(new int[0], -1, new int[0][]);

    private final int[] prediction;
    private final int score;
    private final int[][] features;

    /**
     * @param prediction one bin for each row; empty when no prediction is counted
     * @param score the bin of the first row's score; negative when no prediction is counted
     * @param features for each feature one bin for each row
     */
    RowBins(int[] prediction, int score, int[][] features) {
        this.prediction = prediction;
        this.score = score;
        this.features = features;
    }

    /**
     * Adds one to the counters of the bins. Every row counts for a feature, but one row speaks for the prediction and the score
     * of its request: rows of one request share their sender and their arm, and the tests on predictions count independent
     * units.
     */
    void addTo(long[] predictionCounts, long[] scoreCounts, long[][] featureCounts) {
        if (prediction.length > 0) {
            predictionCounts[prediction[0]]++;
        }
        if (score >= 0) {
            scoreCounts[score]++;
        }
        for (int i = 0; i < features.length; i++) {
            for (int bin : features[i]) {
                featureCounts[i][bin]++;
            }
        }
    }
}
