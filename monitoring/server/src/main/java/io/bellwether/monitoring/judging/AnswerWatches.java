package io.bellwether.monitoring.judging;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.bellwether.monitoring.evaluation.EmbeddingWatch;
import io.bellwether.monitoring.evaluation.EvaluationState;
import io.bellwether.monitoring.evaluation.ScoreWatch;
import io.bellwether.monitoring.evaluation.Unit;
import io.bellwether.monitoring.folding.EmbeddingSums;
import io.bellwether.monitoring.folding.ScoreSums;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is looked at of the answers of one evidence: their scores, and of a model of embeddings these. Not thread-safe. */
final class AnswerWatches {
    private static final ScoreRanges RANGES = new ScoreRanges();

    private final ScoreWatch scores;
    private final EmbeddingWatch embeddings;
    /** As they are kept; null: they have changed since. */
    private @Nullable ByteString keptScores;

    private @Nullable ByteString keptEmbeddings;

    /**
     * Continues from what was kept. Evidence of a release that knew one of them not begins with none of it.
     *
     * @param scores of {@link #keepScores}, or empty
     * @param embeddings of {@link #keepEmbeddings}, or empty
     * @throws IllegalArgumentException if it is damaged
     */
    AnswerWatches(ScoreWatch.Plan plan, Unit unit, ByteString scores, ByteString embeddings) {
        this.scores = scores.isEmpty()
                ? ScoreWatch.start(plan, unit, RANGES)
                : ScoreWatch.resume(plan, unit, RANGES, EvaluationState.fromBytes(scores.toByteArray()));
        this.embeddings = embeddings.isEmpty()
                ? EmbeddingWatch.start(plan, unit)
                : EmbeddingWatch.resume(plan, unit, EvaluationState.fromBytes(embeddings.toByteArray()));
    }

    void add(long slot, ScoreSums scored, EmbeddingSums embedded) {
        scores.add(slot, scored.control(), scored.candidate());
        embeddings.add(slot, embedded.control(), embedded.candidate());
        keptScores = null;
        keptEmbeddings = null;
    }

    /** Empty where no answer had one. */
    Optional<ScoreWatch.Reading> scores() {
        return scores.reading();
    }

    /** Empty where no answer was one. */
    Optional<EmbeddingWatch.Reading> embeddings() {
        return embeddings.reading();
    }

    ByteString keepScores() {
        if (keptScores == null) {
            keptScores = UnsafeByteOperations.unsafeWrap(scores.snapshot().toBytes());
        }
        return keptScores;
    }

    /** Empty where no answer was one. */
    ByteString keepEmbeddings() {
        if (keptEmbeddings == null) {
            keptEmbeddings = embeddings.isEmpty()
                    ? ByteString.EMPTY
                    : UnsafeByteOperations.unsafeWrap(embeddings.snapshot().toBytes());
        }
        return keptEmbeddings;
    }
}
