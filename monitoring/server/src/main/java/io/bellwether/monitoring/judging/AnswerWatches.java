package io.bellwether.monitoring.judging;

import com.google.protobuf.ByteString;
import io.bellwether.monitoring.evaluation.EmbeddingWatch;
import io.bellwether.monitoring.evaluation.EvaluationState;
import io.bellwether.monitoring.evaluation.ScoreWatch;
import io.bellwether.monitoring.evaluation.Unit;
import io.bellwether.monitoring.folding.EmbeddingSums;
import io.bellwether.monitoring.folding.ScoreSums;
import java.util.Optional;

/** What is looked at of the answers of one evidence: their scores, and of a model of embeddings these. Not thread-safe. */
final class AnswerWatches {
    private static final ScoreRanges RANGES = new ScoreRanges();

    private final ScoreWatch scores;
    private final EmbeddingWatch embeddings;

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
        return ByteString.copyFrom(scores.snapshot().toBytes());
    }

    /** Empty where no answer was one. */
    ByteString keepEmbeddings() {
        return embeddings.isEmpty()
                ? ByteString.EMPTY
                : ByteString.copyFrom(embeddings.snapshot().toBytes());
    }
}
