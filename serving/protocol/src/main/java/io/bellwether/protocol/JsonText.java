package io.bellwether.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Writes one JSON text into memory. Floating-point numbers get the shortest text that reads back as the same value. */
final class JsonText {
    private static final JsonFactory FACTORY = new JsonFactoryBuilder()
            .configure(StreamWriteFeature.USE_FAST_DOUBLE_WRITER, true)
            .build();

    private static final int FLOATS_AT_ONCE = 256;
    private static final int ARRAY_BYTES_MAX = Integer.MAX_VALUE - 8;

    /** What to write. */
    interface Content {
        void write(JsonGenerator json) throws IOException;
    }

    private JsonText() {}

    static ByteString write(int bytesExpected, Content content) {
        Memory memory = new Memory(bytesExpected);
        try (JsonGenerator json = FACTORY.createGenerator(memory)) {
            content.write(json);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return memory.written();
    }

    /**
     * Writes an array of FP32 values as the next value.
     *
     * @param raw the values, little-endian
     */
    static void floats(ByteBuffer raw, JsonGenerator json) throws IOException {
        // The generator takes an empty value, with what has to stand before it; the text itself goes past it.
        json.writeRawValue("");
        json.flush();
        ((Memory) json.getOutputTarget()).floats(raw);
    }

    /** Gives its bytes away without a copy; nothing is written to it afterwards. */
    private static final class Memory extends ByteArrayOutputStream {
        Memory(int bytesExpected) {
            super(bytesExpected);
        }

        void floats(ByteBuffer raw) {
            int left = raw.remaining() / Float.BYTES;
            reserve(2);
            buf[count++] = '[';
            while (left > 0) {
                int block = Math.min(left, FLOATS_AT_ONCE);
                reserve(block * (FloatWriter.BYTES_MAX + 1) + 1);
                int at = count;
                for (int i = 0; i < block; i++) {
                    at = FloatWriter.write(raw.getFloat(), buf, at);
                    buf[at++] = ',';
                }
                count = at;
                left -= block;
            }
            // The last comma gives way to the bracket.
            count -= buf[count - 1] == ',' ? 1 : 0;
            buf[count++] = ']';
        }

        private void reserve(int bytes) {
            if (buf.length - count < bytes) {
                buf = Arrays.copyOf(buf, (int) Math.min(ARRAY_BYTES_MAX, Math.max(count + bytes, 2L * buf.length)));
            }
        }

        ByteString written() {
            return UnsafeByteOperations.unsafeWrap(buf, 0, count);
        }
    }
}
