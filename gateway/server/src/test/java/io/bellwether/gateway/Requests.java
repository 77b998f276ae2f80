package io.bellwether.gateway;

import com.google.protobuf.ByteString;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferResponse;
import io.bellwether.protocol.oip.ModelMetadataResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

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

    public static ByteString floats(float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putFloat(value);
        }
        return ByteString.copyFrom(bytes.flip());
    }
}
