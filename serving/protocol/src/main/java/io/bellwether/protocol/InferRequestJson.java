package io.bellwether.protocol;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import io.bellwether.protocol.oip.ModelInferRequest;
import java.io.IOException;
import java.util.Objects;

/** Reads the body of {@code POST /v2/models/M[/versions/V]/infer}. */
public final class InferRequestJson {
    /** {@code jsonLength} of a body that is all JSON. */
    public static final int ALL_JSON = -1;

    private static final int PARSER_WORDS_MAX = 160;

    private InferRequestJson() {}

    /**
     * Decodes a body into a request that has passed {@link RequestCheck}: its tensors are all raw. The result shares the
     * memory of {@code body} where tensors came as binary: do not change the array afterwards.
     *
     * @param model name of the model from the path
     * @param version version from the path; empty when it names none
     * @param body the bytes; those from {@code length} on are ignored
     * @param length bytes of the body
     * @param jsonLength value of {@link WireNames#HEADER_JSON_LENGTH}, not 0, which is a {@link RawRequest};
     *     {@link #ALL_JSON} without that header
     */
    public static Decoded<ModelInferRequest> decode(
            String model, String version, byte[] body, int length, int jsonLength, ProtocolLimits limits) {
        Objects.checkFromIndexSize(0, length, body.length);
        if (length > limits.bodyBytesMax()) {
            return Refusal.tooLarge(
                            "the body has " + length + " bytes; at most " + limits.bodyBytesMax() + " are allowed")
                    .as();
        }
        if (length == 0) {
            return Refusal.invalid("the body is empty; expected a JSON object with \"inputs\"")
                    .as();
        }
        if (jsonLength != ALL_JSON && (jsonLength <= 0 || jsonLength > length)) {
            return Refusal.invalid("inference header size should be in range (0, " + length + "), is " + jsonLength)
                    .as();
        }
        int textBytes = jsonLength == ALL_JSON ? length : jsonLength;
        return parse(body, length, textBytes, new JsonRequest.Target(model, version, "inputs"), limits);
    }

    /** The tensors of an answer as if they were inputs: they are written alike. */
    static Decoded<ModelInferRequest> decodeOutputs(byte[] body, ProtocolLimits limits) {
        return body.length == 0
                ? Refusal.invalid("the answer is empty; expected a JSON object with \"outputs\"")
                        .as()
                : parse(body, body.length, body.length, new JsonRequest.Target("", "", "outputs"), limits);
    }

    private static Decoded<ModelInferRequest> parse(
            byte[] body, int length, int textBytes, JsonRequest.Target target, ProtocolLimits limits) {
        if (!looksLikeUtf8(body, textBytes)) {
            return Refusal.invalid("the JSON must be UTF-8").as();
        }
        try {
            JsonSource source = JsonSource.of(body, textBytes, limits);
            JsonRequest request = new JsonRequest(source, textBytes, target);
            if (request.read()) {
                return request.assemble(body, textBytes, length).then(r -> RequestCheck.normalise(r, limits));
            }
            return Objects.requireNonNull(source.refusal(), "a refusal says why")
                    .as();
        } catch (StreamConstraintsException e) {
            return Refusal.tooLarge(tooLong(e) + place(e)).as();
        } catch (JsonEOFException e) {
            return Refusal.invalid("malformed JSON: the body ends too early" + place(e))
                    .as();
        } catch (JsonProcessingException e) {
            return Refusal.invalid("malformed JSON: " + what(e) + place(e)).as();
        } catch (IOException e) {
            // Bytes that are no UTF-8: the parser has no place for these.
            return Refusal.invalid("malformed JSON: it is not UTF-8").as();
        }
    }

    /** Jackson would read UTF-16 and UTF-32 too; OIP is UTF-8, and places in the text are counted in its bytes. */
    private static boolean looksLikeUtf8(byte[] body, int textBytes) {
        int first = body[0] & 0xFF;
        return first != 0 && first < 0xFE && (textBytes < 2 || body[1] != 0);
    }

    /** Which of the parser's own limits was passed; they are only reached inside one token or by depth. */
    private static String tooLong(StreamConstraintsException e) {
        String words = String.valueOf(e.getOriginalMessage());
        if (words.startsWith("Number")) {
            return "a number is too long; at most " + StreamReadConstraints.DEFAULT_MAX_NUM_LEN
                    + " characters are allowed";
        }
        return words.startsWith("Name") || words.startsWith("String")
                ? "a name or string is too long"
                : "the JSON is nested too deeply";
    }

    /** What the parser found and what it expected; its words name no class, and what they quote is cut. */
    private static String what(JsonProcessingException e) {
        String first =
                String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("");
        // Where the parser could be told to be lenient it names its switch, which is of no use to a client.
        String words = first.replaceFirst(": enable .*", ", which JSON does not have");
        return words.length() <= PARSER_WORDS_MAX ? words : words.substring(0, PARSER_WORDS_MAX) + "...";
    }

    private static String place(JsonProcessingException e) {
        JsonLocation location = e.getLocation();
        if (location == null || location.getByteOffset() < 0) {
            return "";
        }
        return " (byte " + location.getByteOffset() + ", line " + location.getLineNr() + ", column "
                + location.getColumnNr() + ")";
    }
}
