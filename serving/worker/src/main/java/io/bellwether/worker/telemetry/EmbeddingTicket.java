package io.bellwether.worker.telemetry;

import java.nio.FloatBuffer;

/**
 * A vector that a request was answered with, in the draw of those of which telemetry tells.
 *
 * @param vector its values from the buffer's position to its limit; to be read before the request is answered
 * @param number drawn by chance, whatever the request or the vector; the lowest of a cell win
 */
public record EmbeddingTicket(FloatBuffer vector, long number) {}
