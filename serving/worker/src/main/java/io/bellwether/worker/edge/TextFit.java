package io.bellwether.worker.edge;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.bellwether.engine.TensorSpec;
import io.bellwether.engine.TextTokenizer;
import io.bellwether.protocol.BytesTensor;
import io.bellwether.protocol.Decoded;
import io.bellwether.protocol.Refusal;
import io.bellwether.protocol.Shape;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferRequest.InferInputTensor;
import io.bellwether.worker.lane.FittedRequest;
import io.bellwether.worker.model.ModelSpec;
import io.bellwether.worker.model.ModelSpec.TextEmbedding;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Turns the texts of a request into the inputs of a program: token ids, a mask, segments. */
final class TextFit {
    private static final String BYTES = "BYTES";

    private final String model;
    private final ModelSpec spec;
    private final TextTokenizer tokenizer;

    TextFit(String model, ModelSpec spec, TextTokenizer tokenizer) {
        this.model = model;
        this.spec = spec;
        this.tokenizer = tokenizer;
    }

    /** Whether the request brings texts, and not tokens of its own. */
    static boolean bringsText(ModelInferRequest request) {
        return request.getInputsList().stream()
                .anyMatch(input -> input.getName().equals(TextEmbedding.INPUT));
    }

    /**
     * @param outputs outputs that the answer carries
     */
    Decoded<FittedRequest> fit(ModelInferRequest request, List<FittedRequest.Wanted> outputs) {
        if (request.getInputsCount() != 1) {
            return Refusal.invalid("input '" + TextEmbedding.INPUT + "' of model '" + model
                            + "' goes alone; send either texts or the tokens of a tokenizer of your own")
                    .as();
        }
        InferInputTensor input = request.getInputs(0);
        if (!input.getDatatype().equals(BYTES)) {
            return Refusal.invalid("inference input '" + TextEmbedding.INPUT + "' data-type is '" + input.getDatatype()
                            + "', but model '" + model + "' expects '" + BYTES + "'")
                    .as();
        }
        List<Long> shape = input.getShapeList();
        boolean column = shape.size() == 2 && shape.get(1) == 1;
        if (shape.isEmpty() || (shape.size() > 1 && !column) || shape.get(0) < 1) {
            return Refusal.invalid("unexpected shape for input '" + TextEmbedding.INPUT + "' for model '" + model
                            + "'. Expected [-1] or [-1,1], one text a row, got " + Shape.text(shape))
                    .as();
        }
        if (shape.get(0) > spec.maxBatchSize()) {
            return SignatureCheck.tooManyRows(model, spec, shape.get(0)).as();
        }
        List<long[]> tokens = new ArrayList<>();
        for (ByteString text : BytesTensor.elements(request.getRawInputContents(0))) {
            if (!text.isValidUtf8()) {
                return Refusal.invalid("input '" + TextEmbedding.INPUT + "' of model '" + model + "' has bytes in row "
                                + tokens.size() + " that are not UTF-8; send text in UTF-8")
                        .as();
            }
            tokens.add(tokenizer.tokenize(text.toStringUtf8()));
        }
        return Decoded.valid(fitted(tokens, outputs));
    }

    private FittedRequest fitted(List<long[]> tokens, List<FittedRequest.Wanted> outputs) {
        int longest = tokens.stream().mapToInt(row -> row.length).max().orElse(0);
        List<ByteString> inputs = new ArrayList<>();
        for (TensorSpec input : spec.inputs()) {
            ByteBuffer data = ByteBuffer.allocate(Math.multiplyExact(tokens.size() * Long.BYTES, longest))
                    .order(ByteOrder.LITTLE_ENDIAN);
            for (long[] row : tokens) {
                for (int i = 0; i < longest; i++) {
                    data.putLong(i < row.length ? value(input.name(), row[i]) : 0);
                }
            }
            inputs.add(UnsafeByteOperations.unsafeWrap(data.flip()));
        }
        int all = tokens.stream().mapToInt(row -> row.length).sum();
        return new FittedRequest(tokens.size(), longest, inputs, outputs, all);
    }

    /** A single text has one segment, 0. */
    private static long value(String input, long id) {
        return switch (input) {
            case TextEmbedding.MASK -> 1;
            case TextEmbedding.SEGMENTS -> 0;
            default -> id;
        };
    }
}
