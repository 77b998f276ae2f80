package io.bellwether.gateway.inference;

import io.bellwether.gateway.worker.Fleet;
import io.bellwether.protocol.oip.InferBatchStatistics;
import io.bellwether.protocol.oip.InferStatistics;
import io.bellwether.protocol.oip.ModelStatistics;
import io.bellwether.protocol.oip.ModelStatisticsResponse;
import io.bellwether.protocol.oip.StatisticDuration;
import java.util.Comparator;
import java.util.TreeMap;

/** Statistics of several workers, added up by model and version. For one thread at a time. */
final class StatisticsSum {
    private final TreeMap<Key, ModelStatistics> sums =
            new TreeMap<>(Comparator.comparing(Key::model).thenComparing(Key::version, Fleet.VERSION_ORDER));

    private record Key(String model, String version) {}

    StatisticsSum add(ModelStatisticsResponse worker) {
        worker.getModelStatsList()
                .forEach(one -> sums.merge(new Key(one.getName(), one.getVersion()), one, StatisticsSum::sum));
        return this;
    }

    ModelStatisticsResponse response() {
        return ModelStatisticsResponse.newBuilder()
                .addAllModelStats(sums.values())
                .build();
    }

    private static ModelStatistics sum(ModelStatistics one, ModelStatistics other) {
        TreeMap<Long, InferBatchStatistics> batches = new TreeMap<>();
        one.getBatchStatsList().forEach(batch -> batches.merge(batch.getBatchSize(), batch, StatisticsSum::sum));
        other.getBatchStatsList().forEach(batch -> batches.merge(batch.getBatchSize(), batch, StatisticsSum::sum));
        return one.toBuilder()
                .setLastInference(Math.max(one.getLastInference(), other.getLastInference()))
                .setInferenceCount(one.getInferenceCount() + other.getInferenceCount())
                .setExecutionCount(one.getExecutionCount() + other.getExecutionCount())
                .setInferenceStats(sum(one.getInferenceStats(), other.getInferenceStats()))
                .clearBatchStats()
                .addAllBatchStats(batches.values())
                .build();
    }

    private static InferStatistics sum(InferStatistics one, InferStatistics other) {
        return InferStatistics.newBuilder()
                .setSuccess(sum(one.getSuccess(), other.getSuccess()))
                .setFail(sum(one.getFail(), other.getFail()))
                .setQueue(sum(one.getQueue(), other.getQueue()))
                .setComputeInput(sum(one.getComputeInput(), other.getComputeInput()))
                .setComputeInfer(sum(one.getComputeInfer(), other.getComputeInfer()))
                .setComputeOutput(sum(one.getComputeOutput(), other.getComputeOutput()))
                .setCacheHit(sum(one.getCacheHit(), other.getCacheHit()))
                .setCacheMiss(sum(one.getCacheMiss(), other.getCacheMiss()))
                .build();
    }

    private static InferBatchStatistics sum(InferBatchStatistics one, InferBatchStatistics other) {
        return one.toBuilder()
                .setComputeInput(sum(one.getComputeInput(), other.getComputeInput()))
                .setComputeInfer(sum(one.getComputeInfer(), other.getComputeInfer()))
                .setComputeOutput(sum(one.getComputeOutput(), other.getComputeOutput()))
                .build();
    }

    private static StatisticDuration sum(StatisticDuration one, StatisticDuration other) {
        return StatisticDuration.newBuilder()
                .setCount(one.getCount() + other.getCount())
                .setNs(one.getNs() + other.getNs())
                .build();
    }
}
