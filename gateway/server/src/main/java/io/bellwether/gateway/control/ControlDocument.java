package io.bellwether.gateway.control;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/** The OpenAPI document of the control API. A test holds every answer of the API against it. */
final class ControlDocument {
    private static final String RESOURCE = "/control-openapi.json";
    private static final byte[] BYTES = read();

    private ControlDocument() {}

    /** The document, for one answer. */
    static Buffer buffer() {
        return Buffer.buffer(BYTES);
    }

    private static byte[] read() {
        try (InputStream resource =
                Objects.requireNonNull(ControlDocument.class.getResourceAsStream(RESOURCE), RESOURCE)) {
            return resource.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
