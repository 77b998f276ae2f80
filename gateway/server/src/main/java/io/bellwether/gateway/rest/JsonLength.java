package io.bellwether.gateway.rest;

import io.bellwether.protocol.Decoded;
import io.bellwether.protocol.InferRequestJson;
import io.bellwether.protocol.Refusal;
import org.jspecify.annotations.Nullable;

/** The header that says where the JSON of a body ends and its raw tensors begin. */
final class JsonLength {
    private JsonLength() {}

    /**
     * @param header its value, or null without it
     * @param bodyBytes bytes of the whole body
     * @return bytes of JSON; {@link InferRequestJson#ALL_JSON} without the header
     */
    static Decoded<Integer> of(@Nullable String header, int bodyBytes) {
        if (header == null) {
            return Decoded.valid(InferRequestJson.ALL_JSON);
        }
        try {
            int length = Integer.parseInt(header.trim());
            if (length >= 0 && length <= bodyBytes) {
                return Decoded.valid(length);
            }
        } catch (NumberFormatException e) {
            return outOfRange(bodyBytes);
        }
        return outOfRange(bodyBytes);
    }

    private static Decoded<Integer> outOfRange(int bodyBytes) {
        return Refusal.invalid("inference header size should be in range (0, " + bodyBytes + ")")
                .as();
    }
}
