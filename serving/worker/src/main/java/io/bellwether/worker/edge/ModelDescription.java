package io.bellwether.worker.edge;

import io.bellwether.engine.ComputeDevice;
import io.bellwether.engine.TensorSpec;
import io.bellwether.protocol.oip.DataType;
import io.bellwether.protocol.oip.InferBatchStatistics;
import io.bellwether.protocol.oip.InferStatistics;
import io.bellwether.protocol.oip.ModelConfig;
import io.bellwether.protocol.oip.ModelDynamicBatching;
import io.bellwether.protocol.oip.ModelInput;
import io.bellwether.protocol.oip.ModelInstanceGroup;
import io.bellwether.protocol.oip.ModelInstanceGroup.Kind;
import io.bellwether.protocol.oip.ModelOutput;
import io.bellwether.protocol.oip.ModelStatistics;
import io.bellwether.protocol.oip.ModelVersionPolicy;
import io.bellwether.protocol.oip.StatisticDuration;
import io.bellwether.worker.lane.ExecutionStatistics;
import io.bellwether.worker.lane.ExecutionStatistics.Computed;
import io.bellwether.worker.lane.ExecutionStatistics.Total;
import io.bellwether.worker.model.ModelSpec;
import io.bellwether.worker.serving.ServedModels;
import io.bellwether.worker.serving.ServedVersion;
import java.util.Optional;

/** A model's configuration and statistics in the words that clients of Triton know. */
final class ModelDescription {
    private ModelDescription() {}

    static ModelConfig config(ServedVersion version, ServedModels models) {
        ModelSpec spec = version.files().spec();
        boolean onnx = version.files().platform().startsWith("onnx");
        ModelConfig.Builder config = ModelConfig.newBuilder()
                .setName(version.files().model())
                .setPlatform(version.files().platform())
                .setBackend(onnx ? "onnxruntime" : "pytorch")
                .setDefaultModelFilename(version.files().program().getFileName().toString())
                .setMaxBatchSize(spec.maxBatchSize())
                .addInstanceGroup(ModelInstanceGroup.newBuilder()
                        .setName(version.files().model())
                        .setCount(spec.instances())
                        .setKind(spec.device() == ComputeDevice.GPU ? Kind.KIND_GPU : Kind.KIND_CPU));
        ModelVersionPolicy.Specific.Builder versions = ModelVersionPolicy.Specific.newBuilder();
        models.versionsOf(version.files().model())
                .forEach(one -> versions.addVersions(Long.parseLong(one.files().version())));
        config.setVersionPolicy(ModelVersionPolicy.newBuilder().setSpecific(versions));
        if (spec.maxBatchSize() > 1) {
            // Work is never held back for company: no delay, no preferred size.
            config.setDynamicBatching(ModelDynamicBatching.getDefaultInstance());
        }
        Optional<String> encoded = spec.kind().encodedInput();
        if (encoded.isPresent()) {
            config.addInput(ModelInput.newBuilder()
                    .setName(encoded.get())
                    .setDataType(DataType.TYPE_STRING)
                    .addDims(1));
        } else {
            spec.inputs()
                    .forEach(input -> config.addInput(ModelInput.newBuilder()
                            .setName(input.name())
                            .setDataType(type(input))
                            .addAllDims(input.itemShape())));
        }
        spec.answers()
                .forEach(output -> config.addOutput(ModelOutput.newBuilder()
                        .setName(output.name())
                        .setDataType(type(output))
                        .addAllDims(output.itemShape())));
        return config.build();
    }

    static ModelStatistics statistics(ServedVersion version) {
        ExecutionStatistics.Reading seen = version.statistics().read();
        ModelStatistics.Builder statistics = ModelStatistics.newBuilder()
                .setName(version.files().model())
                .setVersion(version.files().version())
                .setLastInference(seen.lastMillis())
                .setInferenceCount(seen.items())
                .setExecutionCount(seen.executions())
                .setInferenceStats(InferStatistics.newBuilder()
                        .setSuccess(duration(seen.success()))
                        .setFail(duration(seen.fail()))
                        .setQueue(duration(seen.queue()))
                        .setComputeInput(duration(seen.requests().input()))
                        .setComputeInfer(duration(seen.requests().infer()))
                        .setComputeOutput(duration(seen.requests().output()))
                        .setCacheHit(StatisticDuration.getDefaultInstance())
                        .setCacheMiss(StatisticDuration.getDefaultInstance()));
        for (int size = 1; size < seen.batches().size(); size++) {
            Computed batch = seen.batches().get(size);
            if (batch.infer().count() > 0) {
                statistics.addBatchStats(InferBatchStatistics.newBuilder()
                        .setBatchSize(size)
                        .setComputeInput(duration(batch.input()))
                        .setComputeInfer(duration(batch.infer()))
                        .setComputeOutput(duration(batch.output())));
            }
        }
        return statistics.build();
    }

    private static DataType type(TensorSpec tensor) {
        return DataType.valueOf("TYPE_" + tensor.type().name());
    }

    private static StatisticDuration duration(Total total) {
        return StatisticDuration.newBuilder()
                .setCount(total.count())
                .setNs(total.nanos())
                .build();
    }
}
