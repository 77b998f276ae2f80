package io.bellwether.worker.edge;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.bellwether.engine.TensorSpec;
import io.bellwether.engine.TextTokenizer;
import io.bellwether.protocol.Decoded;
import io.bellwether.protocol.Refusal;
import io.bellwether.worker.lane.FittedRequest;
import io.bellwether.worker.model.ModelKind.Texts;
import io.bellwether.worker.model.ModelSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Turns the texts of a request into the inputs of a program: token ids, a mask, segments. */
final class TextFit {
    private final String model;
    private final ModelSpec spec;
    private final TextTokenizer tokenizer;

    TextFit(String model, ModelSpec spec, TextTokenizer tokenizer) {
        this.model = model;
        this.spec = spec;
        this.tokenizer = tokenizer;
    }

    /**
     * @param texts one a row
     * @param outputs outputs that the answer carries
     */
    Decoded<FittedRequest> fit(List<ByteString> texts, List<FittedRequest.Wanted> outputs) {
        List<long[]> tokens = new ArrayList<>();
        for (ByteString text : texts) {
            if (!text.isValidUtf8()) {
                return Refusal.invalid("input '" + Texts.INPUT + "' of model '" + model + "' has bytes in row "
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
        return new FittedRequest(tokens.size(), longest, inputs, outputs, all, false);
    }

    /** A single text has one segment, 0. */
    private static long value(String input, long id) {
        return switch (input) {
            case Texts.MASK -> 1;
            case Texts.SEGMENTS -> 0;
            default -> id;
        };
    }
}
