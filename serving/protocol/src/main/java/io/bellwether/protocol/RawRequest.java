package io.bellwether.protocol;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.bellwether.protocol.oip.InferParameter;
import io.bellwether.protocol.oip.ModelConfig;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferRequest.InferInputTensor;
import io.bellwether.protocol.oip.ModelInput;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A body without JSON, sent with {@link WireNames#HEADER_JSON_LENGTH} 0: the whole of it is the one input of the model, one
 * row of it. Datatype and shape come from the model; one dimension may vary and follows from the size.
 */
public final class RawRequest {
    private static final String MODEL_TYPE_PREFIX = "TYPE_";
    private static final String MODEL_TYPE_TEXT = "TYPE_STRING";

    private RawRequest() {}

    /**
     * Makes a request that has passed {@link RequestCheck} and wants every output as raw bytes. It shares the memory of
     * {@code body}: do not change the array afterwards.
     *
     * @param version the version that the client named; empty when it named none
     * @param config of the model that {@code config} names
     * @param length bytes of the body
     */
    public static Decoded<ModelInferRequest> decode(
            String version, ModelConfig config, byte[] body, int length, ProtocolLimits limits) {
        Objects.checkFromIndexSize(0, length, body.length);
        if (length > limits.bodyBytesMax()) {
            return Refusal.tooLarge(
                            "the body has " + length + " bytes; at most " + limits.bodyBytesMax() + " are allowed")
                    .as();
        }
        if (length == 0) {
            return Refusal.invalid("the body is empty; expected the bytes of the input")
                    .as();
        }
        if (config.getInputCount() != 1) {
            return Refusal.invalid("raw request must only have 1 input (found " + config.getInputCount()
                            + ") to be deduced for model '" + config.getName()
                            + "'; describe the inputs in a JSON part")
                    .as();
        }
        return tensor(config, body, length).then(tensor -> {
            ModelInferRequest request = ModelInferRequest.newBuilder()
                    .setModelName(config.getName())
                    .setModelVersion(version)
                    .putParameters(
                            WireNames.PARAMETER_BINARY_DATA_OUTPUT,
                            InferParameter.newBuilder().setBoolParam(true).build())
                    .addInputs(tensor.head())
                    .addRawInputContents(tensor.raw())
                    .build();
            return RequestCheck.normalise(request, limits);
        });
    }

    private record Tensor(InferInputTensor head, ByteString raw) {}

    private static Decoded<Tensor> tensor(ModelConfig config, byte[] body, int length) {
        ModelInput input = config.getInput(0);
        InferInputTensor.Builder head = InferInputTensor.newBuilder().setName(input.getName());
        if (config.getMaxBatchSize() > 0) {
            head.addShape(1);
        }
        String typeName = input.getDataType().name();
        if (typeName.equals(MODEL_TYPE_TEXT)) {
            BytesElements one = new BytesElements(Integer.BYTES + length);
            one.add(UnsafeByteOperations.unsafeWrap(body, 0, length));
            head.setDatatype(DataType.BYTES.name());
            return shape(input, 1, length)
                    .then(shape ->
                            Decoded.valid(new Tensor(head.addAllShape(shape).build(), one.toRaw())));
        }
        DataType type =
                DataType.named(typeName.substring(MODEL_TYPE_PREFIX.length())).orElse(null);
        if (type == null || length % type.widthBytes() != 0) {
            return sizeRefusal(input, length).as();
        }
        head.setDatatype(type.name());
        return shape(input, length / type.widthBytes(), length)
                .then(shape -> Decoded.valid(
                        new Tensor(head.addAllShape(shape).build(), UnsafeByteOperations.unsafeWrap(body, 0, length))));
    }

    /** The shape of one row, with the dimension that varies filled in. */
    private static Decoded<List<Long>> shape(ModelInput input, long elements, int bytes) {
        List<Long> fixed =
                input.getDimsList().stream().filter(size -> size >= 0).toList();
        if (input.getDimsCount() - fixed.size() > 1) {
            return Refusal.invalid("the shape of the raw input '" + input.getName()
                            + "' can not be deduced because there are more than one variable-sized dimension")
                    .as();
        }
        long rest = Shape.elements(fixed).orElse(0);
        boolean varies = fixed.size() < input.getDimsCount();
        if (rest == 0 || (varies ? elements % rest != 0 : elements != rest)) {
            return sizeRefusal(input, bytes).as();
        }
        List<Long> shape = new ArrayList<>();
        for (long size : input.getDimsList()) {
            shape.add(size >= 0 ? size : elements / rest);
        }
        return Decoded.valid(shape);
    }

    private static Refusal sizeRefusal(ModelInput input, int bytes) {
        return Refusal.invalid("unexpected size for raw input '" + input.getName() + "': got " + bytes
                + " bytes, but one row has datatype " + input.getDataType().name() + " and shape "
                + Shape.text(input.getDimsList()));
    }
}
