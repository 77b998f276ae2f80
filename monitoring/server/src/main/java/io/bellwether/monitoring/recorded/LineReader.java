package io.bellwether.monitoring.recorded;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads lines of UTF-8 that are no longer than a limit, so that no file can fill the memory. */
final class LineReader {
    private final InputStream in;
    private final int bytesMax;
    private long number;

    /**
     * @param in buffered
     * @param bytesMax longest line, without its end
     */
    LineReader(InputStream in, int bytesMax) {
        this.in = in;
        this.bytesMax = bytesMax;
    }

    /** One line. */
    sealed interface Line {
        /** A whole line. */
        record Text(String text) implements Line {}

        /** One that cannot be meant. */
        record Wrong(String problem) implements Line {}
    }

    /** Number of the line that was read last, from 1. */
    long number() {
        return number;
    }

    /** The next line, or null at the end. */
    @Nullable
    Line next() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 12);
        boolean tooLong = false;
        int read = in.read();
        if (read < 0) {
            return null;
        }
        number++;
        for (; read >= 0 && read != '\n'; read = in.read()) {
            tooLong = bytes.size() >= bytesMax;
            if (!tooLong) {
                bytes.write(read);
            }
        }
        return tooLong
                ? new Line.Wrong("is longer than " + (bytesMax >> 20) + " MiB; leave it out")
                : text(bytes.toByteArray());
    }

    private static Line text(byte[] bytes) {
        try {
            return new Line.Text(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException e) {
            return new Line.Wrong("is not UTF-8; write the file in UTF-8");
        }
    }
}
