package io.bellwether.protocol;

import io.bellwether.protocol.oip.ModelInferRequest;

/** Reads the body of {@code POST /v2/models/M[/versions/V]/infer}. */
public final class InferRequestJson {
    /** {@code jsonLength} of a body that is all JSON. */
    public static final int ALL_JSON = -1;

    private InferRequestJson() {}

    /**
     * Decodes a body into a request whose tensors are all raw. The result shares the memory of {@code body} where
     * tensors came as binary: do not change the array afterwards.
     *
     * @param model name of the model from the path
     * @param version version from the path; empty when it names none
     * @param body the bytes; those from {@code length} on are ignored
     * @param length bytes of the body
     * @param jsonLength value of {@link WireNames#HEADER_JSON_LENGTH}; {@link #ALL_JSON} without that header
     */
    public static Decoded<ModelInferRequest> decode(
            String model, String version, byte[] body, int length, int jsonLength, ProtocolLimits limits) {
        return Refusal.<ModelInferRequest>unsupported("not yet").as();
    }
}
