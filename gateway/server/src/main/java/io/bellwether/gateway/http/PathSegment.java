package io.bellwether.gateway.http;

import io.bellwether.protocol.Decoded;
import io.bellwether.protocol.Refusal;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** One segment of a path, percent-decoded strictly and exactly once. A plus sign is a plus sign. */
public final class PathSegment {
    private PathSegment() {}

    public static Decoded<String> decode(String segment) {
        if (segment.indexOf('%') < 0) {
            return Decoded.valid(segment);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(segment.length());
        int i = 0;
        while (i < segment.length()) {
            if (segment.charAt(i) != '%') {
                int end = segment.indexOf('%', i) < 0 ? segment.length() : segment.indexOf('%', i);
                bytes.writeBytes(segment.substring(i, end).getBytes(StandardCharsets.UTF_8));
                i = end;
                continue;
            }
            int high = hexDigit(segment, i + 1);
            int low = hexDigit(segment, i + 2);
            if (high < 0 || low < 0) {
                return invalid();
            }
            bytes.write(high << 4 | low);
            i += 3;
        }
        try {
            return Decoded.valid(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString());
        } catch (CharacterCodingException e) {
            return invalid();
        }
    }

    private static int hexDigit(String segment, int at) {
        return at < segment.length() ? Character.digit(segment.charAt(at), 16) : -1;
    }

    private static Decoded<String> invalid() {
        return Refusal.invalid(
                        "the path is not valid; expected two hexadecimal digits after every % and UTF-8 in the result")
                .as();
    }
}
