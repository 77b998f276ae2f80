package io.bellwether.worker.telemetry;

/** The bins that the rows of one request fall into. */
public final class RowBins {
    /** No row falls anywhere, as when the model failed. */
    public static final RowBins NONE = new RowBins(new int[0], new int[0][]);

    private final int[] prediction;
    private final int[][] features;

    /**
     * @param prediction one bin for each row; empty when no prediction is counted
     * @param features for each feature one bin for each row
     */
    RowBins(int[] prediction, int[][] features) {
        this.prediction = prediction;
        this.features = features;
    }

    /**
     * Adds one to the counters of the bins. Every row counts for a feature, but one row speaks for the predictions of its
     * request: rows of one request share their sender and their arm, and the tests on predictions count independent
     * units.
     */
    void addTo(long[] predictionCounts, long[][] featureCounts) {
        if (prediction.length > 0) {
            predictionCounts[prediction[0]]++;
        }
        for (int i = 0; i < features.length; i++) {
            for (int bin : features[i]) {
                featureCounts[i][bin]++;
            }
        }
    }
}
