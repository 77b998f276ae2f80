package io.bellwether.worker.lane;

import com.google.protobuf.ByteString;
import io.bellwether.engine.RunResult;
import io.bellwether.engine.TensorBuffer;
import io.bellwether.engine.TensorSpec;
import io.bellwether.protocol.oip.InferParameter;
import io.bellwether.protocol.oip.ModelInferResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Cuts the outputs of an execution into the answers of its requests. */
final class Answers {
    /** Response parameter with the number of tokens that the texts of a request were turned into. */
    static final String TOKENS_PARAMETER = "prompt_tokens";

    private final String model;
    private final String version;
    private final List<TensorSpec> outputs;
    private final TopClasses topClasses;

    /**
     * @param classLabels names of the classes; empty without any
     */
    Answers(String model, String version, List<TensorSpec> outputs, List<String> classLabels) {
        this.model = model;
        this.version = version;
        this.outputs = outputs;
        this.topClasses = new TopClasses(classLabels);
    }

    /** The outputs of the rows from {@code firstRow} on, one buffer for each declared output. */
    List<ByteBuffer> rows(RunResult result, int firstRow, int rows) {
        List<ByteBuffer> slices = new ArrayList<>(result.outputs().size());
        for (int i = 0; i < result.outputs().size(); i++) {
            TensorBuffer output = result.outputs().get(i);
            int rowsInAll =
                    outputs.get(i).batched() ? Math.toIntExact(output.shape().get(0)) : 1;
            int rowBytes = output.data().remaining() / rowsInAll;
            slices.add(BatchMemory.slice(output.data(), rowBytes, firstRow, rows));
        }
        return slices;
    }

    /**
     * The answer to one request. Tensors are always raw.
     *
     * @param result of the forward that it was part of
     * @param rows its own rows of that
     */
    ModelInferResponse answer(InferenceCall call, RunResult result, List<ByteBuffer> rows) {
        ModelInferResponse.Builder response = ModelInferResponse.newBuilder()
                .setModelName(model)
                .setModelVersion(version)
                .setId(call.request().getId());
        if (call.fitted().tokens() > 0) {
            response.putParameters(
                    TOKENS_PARAMETER,
                    InferParameter.newBuilder()
                            .setInt64Param(call.fitted().tokens())
                            .build());
        }
        for (FittedRequest.Wanted wanted : call.fitted().outputs()) {
            TensorSpec output = outputs.get(wanted.index());
            ByteBuffer data = rows.get(wanted.index()).duplicate().order(ByteOrder.LITTLE_ENDIAN);
            if (wanted.topClasses() > 0) {
                topClasses.add(output, data, call.fitted().rows(), wanted.topClasses(), response);
                continue;
            }
            response.addOutputs(ModelInferResponse.InferOutputTensor.newBuilder()
                    .setName(output.name())
                    .setDatatype(output.type().name())
                    .addAllShape(output.shape(
                            call.fitted().rows(),
                            output.itemOf(result.outputs().get(wanted.index()).shape()))));
            response.addRawOutputContents(ByteString.copyFrom(data));
        }
        return response.build();
    }
}
