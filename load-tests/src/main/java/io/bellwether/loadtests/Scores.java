package io.bellwether.loadtests;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Finds the predicted class in an answer: the index of the largest value of its first output. */
final class Scores {
    private static final JsonFactory JSON = new JsonFactory();

    private Scores() {}

    /** From the JSON of an answer; {@link Answer#NO_CLASS} when it has no numbers. */
    static int predictedClass(byte[] body) {
        try (JsonParser parser = JSON.createParser(body)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.FIELD_NAME && parser.currentName().equals("data")) {
                    parser.nextToken();
                    return largest(parser);
                }
            }
            return Answer.NO_CLASS;
        } catch (IOException e) {
            return Answer.NO_CLASS;
        }
    }

    private static int largest(JsonParser parser) throws IOException {
        int best = Answer.NO_CLASS;
        double bestValue = Double.NEGATIVE_INFINITY;
        int index = 0;
        for (JsonToken token = parser.nextToken(); token != null && token.isNumeric(); token = parser.nextToken()) {
            double value = parser.getDoubleValue();
            if (value > bestValue) {
                bestValue = value;
                best = index;
            }
            index++;
        }
        return best;
    }

    /** From raw 32 bit floats. */
    static int predictedClass(ByteString raw) {
        return predictedClass(raw.asReadOnlyByteBuffer());
    }

    static int predictedClass(ByteBuffer raw) {
        ByteBuffer scores = raw.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        int best = Answer.NO_CLASS;
        float bestValue = Float.NEGATIVE_INFINITY;
        for (int index = 0; scores.remaining() >= Float.BYTES; index++) {
            float value = scores.getFloat();
            if (value > bestValue) {
                bestValue = value;
                best = index;
            }
        }
        return best;
    }
}
