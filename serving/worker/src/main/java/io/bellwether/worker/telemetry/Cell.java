package io.bellwether.worker.telemetry;

import io.bellwether.telemetry.events.BinCounts;
import io.bellwether.telemetry.events.CellCounts;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The counters of one cell. Runner threads add, the snapshot thread reads; each holds the lock for well under 1 us, and for a
 * vector that is drawn ({@link EmbeddingDraw}) for about 1 us more.
 */
final class Cell {
    private final Object lock = new Object();
    private final CellId id;
    private final List<String> predictionNames;
    private final List<String> featureNames;
    private final long[] predictions;
    private final String scoreScale;
    private final long[] scores;
    private final long[][] features;
    private final LogCounts witnessCost = new LogCounts();
    private final LogCounts witnessDevice = new LogCounts();
    private final int sketchesMax;
    private @Nullable EmbeddingDraw embeddings;
    private long items;
    private long executions;
    private long deviceNanos;
    private long costPicoUsd;
    private long nonfiniteRows;
    private long computedRequests;
    private long nonfiniteRequests;
    private long settledRequests;
    private long changedAtNanos;
    private boolean changed;

    /**
     * @param sketchesMax sketches of embeddings that it tells of
     */
    Cell(CellId id, Tally tally, int sketchesMax) {
        this.id = id;
        this.sketchesMax = sketchesMax;
        this.predictionNames = tally.predictionNames();
        this.featureNames = tally.featureNames();
        this.predictions = new long[tally.predictionBins()];
        this.scoreScale = tally.scoreScale();
        this.scores = new long[tally.scoreBins()];
        this.features = new long[tally.featureBins().length][];
        for (int i = 0; i < features.length; i++) {
            features[i] = new long[tally.featureBins()[i]];
        }
    }

    void add(Observation seen, long nowNanos) {
        synchronized (lock) {
            items += seen.items();
            deviceNanos += seen.deviceNanos();
            costPicoUsd += seen.costPicoUsd();
            nonfiniteRows += seen.nonfiniteRows();
            if (seen.speaks()) {
                computedRequests++;
                nonfiniteRequests += seen.nonfiniteRows() > 0 ? 1 : 0;
            }
            if (seen.witness()) {
                // Exactly one request of each cell is the witness of an execution, so witnesses count executions.
                executions++;
                witnessCost.add(seen.costPicoUsd() / seen.rows());
                witnessDevice.add(seen.deviceNanos() / seen.rows());
            }
            seen.bins().addTo(predictions, scores, features);
            if (seen.embedding().isPresent()) {
                embeddings = embeddings == null ? new EmbeddingDraw(sketchesMax) : embeddings;
                embeddings.add(seen.embedding().get());
            }
            changed = true;
            changedAtNanos = nowNanos;
        }
    }

    /** A request of which all is counted was answered, with outputs or with the model's failure. */
    void settle(long nowNanos) {
        synchronized (lock) {
            settledRequests++;
            changed = true;
            changedAtNanos = nowNanos;
        }
    }

    /** Whether there is something to send about a slot that is over. */
    boolean owesBefore(long slot) {
        synchronized (lock) {
            return changed && id.slot() < slot;
        }
    }

    /** Whether the counts changed since they were last taken; asking takes them. */
    boolean takeChanged() {
        synchronized (lock) {
            boolean was = changed;
            changed = false;
            return was;
        }
    }

    boolean idleFor(long nanos, long nowNanos) {
        synchronized (lock) {
            return !changed && nowNanos - changedAtNanos > nanos;
        }
    }

    CellCounts toProto(String model) {
        synchronized (lock) {
            CellCounts.Builder counts = CellCounts.newBuilder()
                    .setKey(id.key(model))
                    .setItems(items)
                    .setExecutions(executions)
                    .setDeviceNanos(deviceNanos)
                    .setCostPicoUsd(costPicoUsd)
                    .setWitnessCostPicoUsd(witnessCost.toProto())
                    .setWitnessDeviceNanos(witnessDevice.toProto())
                    .setNonfiniteOutputs(nonfiniteRows)
                    .setComputedRequests(computedRequests)
                    .setNonfiniteRequests(nonfiniteRequests)
                    .setSettledRequests(settledRequests);
            for (String name : predictionNames) {
                counts.addPredictions(bins(name, predictions));
            }
            if (scores.length > 0) {
                counts.setScores(bins(scoreScale, scores));
            }
            if (embeddings != null) {
                counts.setEmbeddings(embeddings.toProto());
            }
            for (int i = 0; i < features.length; i++) {
                counts.addFeatures(bins(featureNames.get(i), features[i]));
            }
            return counts.build();
        }
    }

    private static BinCounts bins(String name, long[] counts) {
        BinCounts.Builder bins = BinCounts.newBuilder().setName(name);
        for (long count : counts) {
            bins.addCount(count);
        }
        return bins.build();
    }
}
