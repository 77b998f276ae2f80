package io.bellwether.gateway.hostile;

import com.google.protobuf.ByteString;
import io.bellwether.gateway.FakeWorkerLink;
import io.bellwether.gateway.Requests;
import io.bellwether.gateway.worker.Reply;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferResponse;
import io.bellwether.protocol.oip.ModelMetadataResponse;
import io.bellwether.protocol.oip.ModelMetadataResponse.TensorMetadata;

/** A worker that refuses names that its models do not have, as real ones do. */
final class StrictWorker {
    private StrictWorker() {}

    /** Serves {@code m}, which takes {@code x} and gives {@code y}, and {@code text}, which embeds. */
    static FakeWorkerLink made() {
        FakeWorkerLink worker = new FakeWorkerLink().serving("m", "1").serving("text", "1");
        worker.metadata = name -> name.equals("text") ? embedding() : Requests.metadata(name);
        worker.behaviour = request -> FakeWorkerLink.done(reply(request));
        return worker;
    }

    private static Reply reply(ModelInferRequest request) {
        boolean text = request.getModelName().equals("text");
        boolean known = request.getInputs(0).getName().equals(text ? "text" : "x")
                && request.getOutputsList().stream()
                        .allMatch(output -> output.getName().equals("y"));
        if (!known) {
            return new Reply.Failed(FailureReason.INVALID_INPUT, "the model has no such input or output", true);
        }
        return FakeWorkerLink.answered(text ? vector(request) : Requests.answer(request));
    }

    private static ModelInferResponse vector(ModelInferRequest request) {
        ByteString floats = Requests.floats(1f, 2f);
        return Requests.answer(request).toBuilder()
                .clearOutputs()
                .clearRawOutputContents()
                .addOutputs(ModelInferResponse.InferOutputTensor.newBuilder()
                        .setName("embedding")
                        .setDatatype("FP32")
                        .addShape(1)
                        .addShape(2))
                .addRawOutputContents(floats)
                .build();
    }

    private static ModelMetadataResponse embedding() {
        return ModelMetadataResponse.newBuilder()
                .setName("text")
                .addInputs(TensorMetadata.newBuilder()
                        .setName("text")
                        .setDatatype("BYTES")
                        .addShape(-1))
                .addOutputs(TensorMetadata.newBuilder()
                        .setName("embedding")
                        .setDatatype("FP32")
                        .addShape(-1)
                        .addShape(2))
                .build();
    }
}
