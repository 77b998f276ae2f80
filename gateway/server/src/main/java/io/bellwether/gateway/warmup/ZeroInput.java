package io.bellwether.gateway.warmup;

import com.google.protobuf.ByteString;
import io.bellwether.protocol.DataType;
import io.bellwether.protocol.oip.InferParameter;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelMetadataResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * A request of one item of zeros for a model, in the three forms that clients use. Floating-point numbers of the JSON are not
 * zeros but decimals as clients write them: one digit would leave the reading of numbers cold.
 *
 * @param grpc raw tensors
 * @param json JSON body; empty if the model takes a datatype that JSON cannot carry
 * @param binary JSON head and raw tensors
 * @param binaryHeadBytes where the tensors begin
 */
record ZeroInput(ModelInferRequest grpc, Optional<ByteString> json, ByteString binary, int binaryHeadBytes) {
    private static final long ELEMENTS_MAX = 1 << 20;
    private static final long SEED = 1;
    /** In raw form an empty element of BYTES is its length alone. */
    private static final int EMPTY_ELEMENT_BYTES = 4;

    /** Empty if the inputs are too large or of an unknown datatype. */
    static Optional<ZeroInput> of(ModelMetadataResponse metadata, String version) {
        ModelInferRequest.Builder grpc =
                ModelInferRequest.newBuilder().setModelName(metadata.getName()).setModelVersion(version);
        JsonArray plain = new JsonArray();
        JsonArray heads = new JsonArray();
        ByteArrayOutputStream tensors = new ByteArrayOutputStream();
        boolean jsonCarries = true;
        for (ModelMetadataResponse.TensorMetadata input : metadata.getInputsList()) {
            Optional<DataType> type = DataType.named(input.getDatatype());
            JsonArray shape = new JsonArray();
            long elements = 1;
            for (long dimension : input.getShapeList()) {
                long size = dimension < 0 ? 1 : dimension;
                shape.add(size);
                elements = Math.min(ELEMENTS_MAX + 1, elements * Math.min(size, ELEMENTS_MAX + 1));
            }
            if (type.isEmpty() || elements > ELEMENTS_MAX) {
                return Optional.empty();
            }
            jsonCarries &= !type.get().rawOnly();
            int width = type.get().fixedWidth() ? type.get().widthBytes() : EMPTY_ELEMENT_BYTES;
            byte[] zeros = new byte[(int) elements * width];
            tensors.writeBytes(zeros);
            var tensor = ModelInferRequest.InferInputTensor.newBuilder()
                    .setName(input.getName())
                    .setDatatype(input.getDatatype());
            shape.forEach(size -> tensor.addShape((Long) size));
            grpc.addInputs(tensor).addRawInputContents(ByteString.copyFrom(zeros));
            plain.add(head(input, shape).put("data", data(type.get(), (int) elements)));
            heads.add(head(input, shape).put("parameters", new JsonObject().put("binary_data_size", zeros.length)));
        }
        byte[] head = new JsonObject()
                .put("parameters", new JsonObject().put("binary_data_output", true))
                .put("inputs", heads)
                .toBuffer()
                .getBytes();
        ByteArrayOutputStream binary = new ByteArrayOutputStream();
        binary.writeBytes(head);
        binary.writeBytes(tensors.toByteArray());
        Optional<ByteString> json = jsonCarries
                ? Optional.of(ByteString.copyFrom(
                        new JsonObject().put("inputs", plain).toBuffer().getBytes()))
                : Optional.empty();
        grpc.putParameters(
                "binary_data_output",
                InferParameter.newBuilder().setBoolParam(true).build());
        return Optional.of(new ZeroInput(grpc.build(), json, ByteString.copyFrom(binary.toByteArray()), head.length));
    }

    private static JsonObject head(ModelMetadataResponse.TensorMetadata input, JsonArray shape) {
        return new JsonObject()
                .put("name", input.getName())
                .put("datatype", input.getDatatype())
                .put("shape", shape);
    }

    private static JsonArray data(DataType type, int elements) {
        JsonArray data = new JsonArray();
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < elements; i++) {
            switch (type) {
                case BOOL -> data.add(false);
                case BYTES -> data.add("");
                case FP32, FP64 -> data.add(decimal(random.nextDouble(-1, 1), i));
                default -> data.add(0);
            }
        }
        return data;
    }

    /** Some clients write the digits of a float, some those of a double. */
    private static Number decimal(double value, int index) {
        return index % 2 == 0 ? (Number) value : (Number) (float) value;
    }
}
