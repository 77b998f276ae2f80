package io.bellwether.worker.lane;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.bellwether.batching.Waiting;
import io.bellwether.protocol.Refusal;
import io.bellwether.worker.image.ImageDecoder;
import io.bellwether.worker.model.ModelKind.ImageClassification;
import io.bellwether.worker.model.ModelSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Turns the encoded pictures of a batch into the program's input, on the runner thread just before the forward: pixels are
 * in memory for one batch only, an event loop never waits for them, and a request that expired in the queue cost nothing.
 */
final class Pictures {
    private final String model;
    private final ImageDecoder decoder;

    private Pictures(String model, ImageDecoder decoder) {
        this.model = model;
        this.decoder = decoder;
    }

    /** Empty when the model takes no pictures. */
    static Optional<Pictures> of(String model, ModelSpec spec) {
        return spec.kind() instanceof ImageClassification images
                ? Optional.of(new Pictures(
                        model,
                        new ImageDecoder(images.input(), spec.inputs().get(0).itemShape())))
                : Optional.empty();
    }

    /** The requests that can run; the others are answered. */
    List<Waiting<InferenceCall>> readable(List<Waiting<InferenceCall>> batch) {
        List<Waiting<InferenceCall>> readable = new ArrayList<>();
        for (Waiting<InferenceCall> waiting : batch) {
            Optional<Refusal> refusal = decode(waiting.work());
            refusal.ifPresent(waiting.work()::refuse);
            if (refusal.isEmpty()) {
                readable.add(waiting);
            }
        }
        return readable;
    }

    private Optional<Refusal> decode(InferenceCall call) {
        FittedRequest fitted = call.fitted();
        if (!fitted.encoded()) {
            return Optional.empty();
        }
        ByteBuffer pixels = ByteBuffer.allocate(fitted.rows() * decoder.elements() * Float.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        FloatBuffer floats = pixels.asFloatBuffer();
        List<ByteString> images = fitted.inputs();
        for (int row = 0; row < images.size(); row++) {
            Optional<Refusal> problem = decoder.decode(images.get(row), floats);
            if (problem.isPresent()) {
                return Optional.of(ImageDecoder.inRow(model, row, problem.get()));
            }
        }
        call.decoded(List.of(UnsafeByteOperations.unsafeWrap(pixels)));
        return Optional.empty();
    }
}
