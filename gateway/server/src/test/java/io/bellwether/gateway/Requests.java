package io.bellwether.gateway;

import com.google.protobuf.ByteString;
import io.bellwether.gateway.worker.Outgoing;
import io.bellwether.protocol.oip.DataType;
import io.bellwether.protocol.oip.InferBatchStatistics;
import io.bellwether.protocol.oip.InferStatistics;
import io.bellwether.protocol.oip.ModelConfig;
import io.bellwether.protocol.oip.ModelConfigResponse;
import io.bellwether.protocol.oip.ModelDynamicBatching;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferResponse;
import io.bellwether.protocol.oip.ModelInput;
import io.bellwether.protocol.oip.ModelMetadataResponse;
import io.bellwether.protocol.oip.ModelStatistics;
import io.bellwether.protocol.oip.ModelStatisticsRequest;
import io.bellwether.protocol.oip.ModelStatisticsResponse;
import io.bellwether.protocol.oip.StatisticDuration;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Set;
import java.util.stream.Collectors;

/** Small requests and answers of a model that takes two numbers and gives one. */
public final class Requests {
    public static final String JSON =
            "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"FP32\",\"data\":[1.5,2.5]}]}";

    private Requests() {}

    public static ModelInferRequest raw(String model, String version) {
        return ModelInferRequest.newBuilder()
                .setModelName(model)
                .setModelVersion(version)
                .addInputs(ModelInferRequest.InferInputTensor.newBuilder()
                        .setName("x")
                        .setDatatype("FP32")
                        .addShape(1)
                        .addShape(2))
                .addRawInputContents(floats(1.5f, 2.5f))
                .build();
    }

    /** The same to a worker; the gateway does not count it. */
    public static Outgoing outgoing(String model, String version) {
        return Outgoing.uncounted(raw(model, version));
    }

    public static ModelInferResponse answer(ModelInferRequest request) {
        return ModelInferResponse.newBuilder()
                .setModelName(request.getModelName())
                .setModelVersion(request.getModelVersion())
                .setId(request.getId())
                .addOutputs(ModelInferResponse.InferOutputTensor.newBuilder()
                        .setName("y")
                        .setDatatype("FP32")
                        .addShape(1)
                        .addShape(1))
                .addRawOutputContents(floats(4f))
                .build();
    }

    /** The inputs as outputs: those that are asked for, or all. */
    public static ModelInferResponse echo(ModelInferRequest request) {
        ModelInferResponse.Builder answer = ModelInferResponse.newBuilder()
                .setModelName(request.getModelName())
                .setModelVersion(request.getModelVersion())
                .setId(request.getId());
        Set<String> wanted = request.getOutputsList().stream()
                .map(ModelInferRequest.InferRequestedOutputTensor::getName)
                .collect(Collectors.toSet());
        for (int i = 0; i < request.getInputsCount(); i++) {
            ModelInferRequest.InferInputTensor input = request.getInputs(i);
            if (wanted.isEmpty() || wanted.contains(input.getName())) {
                answer.addOutputs(ModelInferResponse.InferOutputTensor.newBuilder()
                                .setName(input.getName())
                                .setDatatype(input.getDatatype())
                                .addAllShape(input.getShapeList()))
                        .addRawOutputContents(request.getRawInputContents(i));
            }
        }
        return answer.build();
    }

    public static ModelMetadataResponse metadata(String model) {
        return ModelMetadataResponse.newBuilder()
                .setName(model)
                .setPlatform("fake")
                .addInputs(ModelMetadataResponse.TensorMetadata.newBuilder()
                        .setName("x")
                        .setDatatype("FP32")
                        .addShape(-1)
                        .addShape(2))
                .build();
    }

    public static ModelConfigResponse config(String model) {
        return ModelConfigResponse.newBuilder()
                .setConfig(ModelConfig.newBuilder()
                        .setName(model)
                        .setMaxBatchSize(8)
                        .setDynamicBatching(ModelDynamicBatching.getDefaultInstance())
                        .addInput(ModelInput.newBuilder()
                                .setName("x")
                                .setDataType(DataType.TYPE_FP32)
                                .addDims(2)))
                .build();
    }

    /** Five successes of version 1 in two executions of two and one of one. */
    public static ModelStatisticsResponse statistics(ModelStatisticsRequest request) {
        return ModelStatisticsResponse.newBuilder()
                .addModelStats(ModelStatistics.newBuilder()
                        .setName(request.getName().isEmpty() ? "m" : request.getName())
                        .setVersion("1")
                        .setLastInference(7)
                        .setInferenceCount(5)
                        .setExecutionCount(3)
                        .setInferenceStats(InferStatistics.newBuilder().setSuccess(duration(5, 500)))
                        .addBatchStats(batch(1, 1))
                        .addBatchStats(batch(2, 2)))
                .build();
    }

    private static InferBatchStatistics batch(int size, int count) {
        return InferBatchStatistics.newBuilder()
                .setBatchSize(size)
                .setComputeInfer(duration(count, 100L * count))
                .build();
    }

    private static StatisticDuration duration(long count, long nanos) {
        return StatisticDuration.newBuilder().setCount(count).setNs(nanos).build();
    }

    public static ByteString floats(float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putFloat(value);
        }
        return ByteString.copyFrom(bytes.flip());
    }
}
