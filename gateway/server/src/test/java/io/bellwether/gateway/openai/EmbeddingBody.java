package io.bellwether.gateway.openai;

/** Reads a body as the edge does, for tests of other packages. */
public final class EmbeddingBody {
    private static final int TEXT_BYTES_MAX = 1 << 20;

    private EmbeddingBody() {}

    /** What was read, or why it was refused. */
    public static Object read(byte[] body) {
        return EmbeddingRequest.read(body, body.length, TEXT_BYTES_MAX);
    }
}
