package io.bellwether.worker.telemetry;

import com.google.protobuf.ByteString;
import io.bellwether.telemetry.EmbeddingSketch;
import io.bellwether.telemetry.events.EmbeddingSample;
import java.util.Arrays;
import java.util.Optional;

/**
 * Draws some of the vectors of a cell, {@value EmbeddingSketch#SAMPLED_MAX} at most: those with the lowest numbers. Each set of so many
 * vectors is as likely as any other, whichever came first: an arm that answers long texts late is not sampled by its short
 * ones. Of {@code n} vectors about {@code 16 (1 + ln(n/16))} are sketched on the way. Guarded by the lock of its cell.
 */
final class EmbeddingDraw {
    private final long[] numbers;
    private final byte[][] sketches;
    private int size;
    private int dimensions;
    private long seen;

    /**
     * @param sketchesMax vectors to draw; with 0 none is sketched, and only how many there were is told, and their dimension
     */
    EmbeddingDraw(int sketchesMax) {
        numbers = new long[sketchesMax];
        sketches = new byte[sketchesMax][];
    }

    void add(EmbeddingTicket ticket) {
        seen++;
        dimensions = ticket.vector().remaining();
        if (size == numbers.length && (size == 0 || ticket.number() >= numbers[size - 1])) {
            return;
        }
        Optional<byte[]> sketch = EmbeddingSketch.of(ticket.vector());
        sketch.ifPresent(bytes -> insert(ticket.number(), bytes));
    }

    private void insert(long number, byte[] sketch) {
        int found = Arrays.binarySearch(numbers, 0, size, number);
        int at = found < 0 ? -found - 1 : found;
        size = Math.min(size + 1, numbers.length);
        for (int i = size - 1; i > at; i--) {
            numbers[i] = numbers[i - 1];
            sketches[i] = sketches[i - 1];
        }
        numbers[at] = number;
        sketches[at] = sketch;
    }

    /** The sketches in the order of their numbers, so that the first few are a sample of all, too. */
    EmbeddingSample toProto() {
        byte[] rows = new byte[size * EmbeddingSketch.BYTES];
        for (int i = 0; i < size; i++) {
            System.arraycopy(sketches[i], 0, rows, i * EmbeddingSketch.BYTES, EmbeddingSketch.BYTES);
        }
        return EmbeddingSample.newBuilder()
                .setSketch(EmbeddingSketch.NAME)
                .setDimensions(dimensions)
                .setSeen(seen)
                .setRows(ByteString.copyFrom(rows))
                .build();
    }
}
