package io.bellwether.monitoring.evaluation;

import java.util.List;
import java.util.stream.Stream;

/**
 * Embeddings that one compared arm was answered with in one slot, some of them as sketches: a direction, one byte a sum, and in
 * the last byte a length.
 *
 * @param dimensions of a whole vector; 0: none was seen; negative: they cannot be compared, not even with each other
 * @param seen how many there were
 * @param sketches of those that were drawn by chance, all of one length; treated as unmodifiable
 */
public record EmbeddingRows(int dimensions, long seen, List<byte[]> sketches) {
    /** No answer was an embedding. */
    public static final EmbeddingRows NONE = new EmbeddingRows(0, 0, List.of());

    /** Of different dimensions, or in sketches that nobody here knows. */
    public static final EmbeddingRows UNLIKE = new EmbeddingRows(-1, 0, List.of());

    public EmbeddingRows {
        sketches = List.copyOf(sketches);
    }

    /** Both together. */
    public EmbeddingRows plus(EmbeddingRows other) {
        if (dimensions == 0 || other.dimensions == 0) {
            return dimensions == 0 ? other : this;
        }
        return dimensions == other.dimensions
                ? new EmbeddingRows(
                        dimensions,
                        seen + other.seen,
                        Stream.concat(sketches.stream(), other.sketches.stream())
                                .toList())
                : UNLIKE;
    }

    /** Whether they may belong to an arm with so many dimensions; 0 for one of which nothing is known yet. */
    boolean fits(int known) {
        return dimensions >= 0 && (dimensions == 0 || known == 0 || dimensions == known);
    }
}
