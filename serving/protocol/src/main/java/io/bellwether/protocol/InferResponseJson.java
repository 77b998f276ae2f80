package io.bellwether.protocol;

import com.google.protobuf.ByteString;
import io.bellwether.protocol.oip.ModelInferResponse;
import java.util.List;

/** Writes the body that answers {@code POST /v2/models/M[/versions/V]/infer}. */
public final class InferResponseJson {
    private InferResponseJson() {}

    /**
     * An encoded answer: the JSON and after it the raw tensors, in this order, without padding.
     *
     * @param json the JSON part
     * @param tensors the raw tensors that follow it
     * @param binary true if some output is raw: the answer then carries {@link WireNames#HEADER_JSON_LENGTH} with the
     *     size of {@code json} and is {@code application/octet-stream}
     */
    public record Body(ByteString json, List<ByteString> tensors, boolean binary) {
        public Body {
            tensors = List.copyOf(tensors);
        }

        /** Bytes of the whole body. */
        public long length() {
            long length = json.size();
            for (ByteString tensor : tensors) {
                length += tensor.size();
            }
            return length;
        }
    }

    /**
     * Encodes an answer whose outputs are all in {@code raw_output_contents}.
     *
     * <p>JSON has no NaN and no infinity: such a value of a float output becomes {@code null}. A client that must see
     * it asks for the output as binary.
     */
    public static Body encode(ModelInferResponse response, OutputPreferences preferences) {
        return new Body(ByteString.copyFromUtf8("{}"), List.of(), false);
    }
}
