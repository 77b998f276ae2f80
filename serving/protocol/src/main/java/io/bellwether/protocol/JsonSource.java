package io.bellwether.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of one JSON text, with the limits that hold for every place in it. The first refusal wins: after it every
 * step answers that reading is over.
 */
final class JsonSource {
    /** Field names in one request, all levels together: a parser keeps each different one in its symbol table. */
    private static final int NAMES_MAX = 4096;

    private static final StreamReadConstraints CONSTRAINTS =
            StreamReadConstraints.builder().maxNestingDepth(512).build();

    /** The names that most requests consist of. */
    private static final String KNOWN_NAMES =
            """
            {"id": 0, "inputs": 0, "name": 0, "shape": 0, "datatype": 0, "data": 0, "outputs": 0, "parameters": 0,
            "binary_data_size": 0, "binary_data": 0, "binary_data_output": 0, "classification": 0, "timeout": 0}""";

    /** Its own limits are wider than ours and only a second line: they guard the parser inside one token. */
    private static final JsonFactory FACTORY = new SeekableParser.Factory(
            new JsonFactoryBuilder()
                    .streamReadConstraints(CONSTRAINTS)
                    .configure(JsonFactory.Feature.INTERN_FIELD_NAMES, false)
                    // A name chosen to collide costs time within the limit on names, and never an exception.
                    .configure(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW, false)
                    .configure(StreamReadFeature.USE_FAST_DOUBLE_PARSER, true)
                    .configure(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION, false),
            KNOWN_NAMES);

    private final SeekableParser parser;
    private final byte[] body;
    private final ProtocolLimits limits;
    private final int depthBefore;
    private final int bytesBefore;
    private int names;
    private @Nullable Refusal refusal;

    private JsonSource(Part part, byte[] body, ProtocolLimits limits) throws IOException {
        this.parser = (SeekableParser) FACTORY.createParser(body, part.from(), part.to() - part.from());
        this.body = body;
        this.limits = limits;
        this.depthBefore = part.depth();
        this.bytesBefore = part.from();
    }

    /** Bytes of the body that are read, and how deeply they are nested in it. */
    private record Part(int from, int to, int depth) {}

    static JsonSource of(byte[] body, int length, ProtocolLimits limits) throws IOException {
        return new JsonSource(new Part(0, length, 0), body, limits);
    }

    /** A second reading of a part of the same body, nested as deep as that part is. */
    JsonSource again(int from, int to, int depth) throws IOException {
        return new JsonSource(new Part(from, to, depth), body, limits);
    }

    JsonParser parser() {
        return parser;
    }

    /**
     * Reads the array that the current token begins, if it holds nothing but as many numbers as {@code raw} has room for.
     * Then the end of the array is the current token; otherwise nothing has happened.
     */
    boolean readFloats(byte[] raw) throws IOException {
        FloatReader reader = new FloatReader(body, parser.end(), raw);
        int bracket = reader.read(parser.position(), limits.jsonDepthMax() - depth() + 1);
        if (bracket == FloatReader.NOT_PLAIN) {
            return false;
        }
        parser.moveTo(bracket, reader.lines(), reader.lineStart());
        parser.nextToken();
        return true;
    }

    ProtocolLimits limits() {
        return limits;
    }

    @Nullable
    Refusal refusal() {
        return refusal;
    }

    /** Remembers why reading is over; always false, so that callers can return it. */
    boolean refuse(Refusal reason) {
        if (refusal == null) {
            refusal = reason;
        }
        return false;
    }

    boolean refuseInvalid(String message) {
        return refuse(Refusal.invalid(message + " (byte "
                + (bytesBefore + parser.currentTokenLocation().getByteOffset()) + ")"));
    }

    /** The next token, null at the end of the text or after a refusal. Checks the depth. */
    @Nullable
    JsonToken next() throws IOException {
        JsonToken token = parser.nextToken();
        if (token == null || !token.isStructStart()) {
            return token;
        }
        if (depth() > limits.jsonDepthMax()) {
            refuse(Refusal.tooLarge(
                    "JSON nesting depth exceeds maximum allowed limit (" + limits.jsonDepthMax() + ")"));
            return null;
        }
        return token;
    }

    /** The name of the next field of the current object; null at its end or after a refusal. */
    @Nullable
    String nextName() throws IOException {
        String name = parser.nextFieldName();
        if (name == null) {
            return null;
        }
        if (name.length() > limits.nameLengthMax()) {
            refuse(Refusal.tooLarge("a JSON name has " + name.length() + " characters; at most "
                    + limits.nameLengthMax() + " are allowed"));
            return null;
        }
        return countName() && checked(name, "a JSON name") ? name : null;
    }

    /** The text of the current token, a string; null after a refusal. */
    @Nullable
    String text() throws IOException {
        String text = parser.getText();
        return checked(text, "a string") ? text : null;
    }

    /** Half a pair is no character: nobody can write it, and protobuf logs each that it meets. */
    private boolean checked(String text, String what) {
        return wellFormed(text) || refuseInvalid(what + " has half a surrogate pair; write whole characters");
    }

    static boolean wellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                boolean pair = i + 1 < text.length() && Character.isSurrogatePair(c, text.charAt(i + 1));
                if (!pair) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }

    /** Skips the value that begins with the current token. */
    boolean skip() throws IOException {
        if (!parser.currentToken().isStructStart()) {
            return true;
        }
        for (int open = 1; open > 0; ) {
            JsonToken token = next();
            if (token == null) {
                return refuse(Refusal.invalid("malformed JSON: the body ends too early"));
            }
            if (token.isStructStart()) {
                open++;
            } else if (token.isStructEnd()) {
                open--;
            } else if (token == JsonToken.FIELD_NAME && !countName()) {
                return false;
            }
        }
        return true;
    }

    /** Levels of nesting around the current token, its own included if it begins one. */
    int depth() {
        return depthBefore + parser.getParsingContext().getNestingDepth();
    }

    /** Where the current token begins, in bytes of the text. */
    int tokenStart() {
        return Math.toIntExact(parser.currentTokenLocation().getByteOffset());
    }

    /** Where the current token ends, in bytes of the text. */
    int tokenEnd() {
        return Math.toIntExact(parser.currentLocation().getByteOffset());
    }

    private boolean countName() {
        names++;
        return names <= NAMES_MAX || refuse(Refusal.tooLarge("the JSON has more than " + NAMES_MAX + " names"));
    }
}
