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

/** Writes one JSON text into memory. Floating-point numbers get the shortest text that reads back as the same value. */
final class JsonText {
    private static final JsonFactory FACTORY = new JsonFactoryBuilder()
            .configure(StreamWriteFeature.USE_FAST_DOUBLE_WRITER, true)
            .build();

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

    /** Gives its bytes away without a copy; nothing is written to it afterwards. */
    private static final class Memory extends ByteArrayOutputStream {
        Memory(int bytesExpected) {
            super(bytesExpected);
        }

        ByteString written() {
            return UnsafeByteOperations.unsafeWrap(buf, 0, count);
        }
    }
}
