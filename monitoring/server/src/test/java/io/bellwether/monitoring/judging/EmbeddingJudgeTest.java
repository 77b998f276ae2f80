package io.bellwether.monitoring.judging;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.bellwether.controlapi.log.ScoresMoved;
import io.bellwether.monitoring.SimulatedEmbedder;
import io.bellwether.telemetry.EmbeddingSketch;
import io.bellwether.telemetry.events.Arm;
import io.bellwether.telemetry.events.CellCounts;
import io.bellwether.telemetry.events.EmbeddingSample;
import io.bellwether.telemetry.events.Snapshot;
import io.bellwether.telemetry.events.Verdict;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** A rollout of a model of embeddings, from snapshots to verdicts, over a restart, and once more. */
class EmbeddingJudgeTest {
    private static final SimulatedEmbedder STABLE = new SimulatedEmbedder(1, 96, 0.3);
    private static final SimulatedEmbedder OTHER = new SimulatedEmbedder(2, 96, 0.3);

    @Test
    void aCandidateOfAnotherSpaceIsHeldAndAllOfItIsMadeAgain() throws InvalidProtocolBufferException {
        // Given another model as the candidate, and a restart in the middle
        JudgedRollout rollout =
                JudgedRollout.quick(ScoresMoved.Then.HOLD, false, snapshot -> embedded(snapshot, OTHER, 96));
        rollout.play(100);
        rollout.restart();

        // When
        Verdict last = rollout.play(200);

        // Then
        assertThat(last.getConclusion()).as(last.getReason()).isEqualTo(Verdict.Conclusion.HOLD);
        assertThat(last.getReason())
                .startsWith(
                        "the embeddings of the candidate's answers have moved, so distances between vectors of both")
                .contains("Without that: no guardrail is harmed beyond its margin");
        assertThat(last.getEmbeddings().getMoved()).isTrue();
        assertThat(last.getEmbeddings().getHolding()).isTrue();
        assertThat(last.getEmbeddings().getControlDimensions()).isEqualTo(96);
        assertThat(last.getEmbeddings().getCandidateSampled())
                .isGreaterThan(500)
                .isLessThan(last.getEmbeddings().getCandidateCount() / 5);
        assertThat(last.getEmbeddings().getDistance()).isGreaterThan(0.3);
        assertThat(last.getEmbeddings().getBinsList()).hasSize(2);
        assertThat(last.getHarmedList()).isEmpty();

        // When all of it is judged once more, then
        rollout.assertMadeAgain();
    }

    @Test
    void anEqualCandidateGoesUp() {
        // When
        Verdict last = JudgedRollout.quick(ScoresMoved.Then.HOLD, false, snapshot -> embedded(snapshot, STABLE, 96))
                .play(300);

        // Then
        assertThat(last.getConclusion()).as(last.getReason()).isEqualTo(Verdict.Conclusion.ADVANCE);
        assertThat(last.getEmbeddings().getMoved()).isFalse();
        assertThat(last.getEmbeddings().getSentence()).contains("not shown to have moved");
    }

    @Test
    void aMoveThatIsOnlyToBeShownIsShown() {
        // When
        Verdict last = JudgedRollout.quick(ScoresMoved.Then.SHOW, false, snapshot -> embedded(snapshot, OTHER, 96))
                .play(300);

        // Then
        assertThat(last.getConclusion()).isEqualTo(Verdict.Conclusion.ADVANCE);
        assertThat(last.getReason()).contains("; beside that, the embeddings of the candidate's answers have moved");
        assertThat(last.getEmbeddings().getHolding()).isFalse();
    }

    @Test
    void anotherDimensionIsSaidWithoutATest() {
        // When
        Verdict last = JudgedRollout.quick(ScoresMoved.Then.SHOW, false, snapshot -> embedded(snapshot, STABLE, 128))
                .play(300);

        // Then
        assertThat(last.getConclusion()).isEqualTo(Verdict.Conclusion.ADVANCE);
        assertThat(last.getReason())
                .contains("; beside that, the embeddings of the candidate's answers have 128 dimensions and those of"
                        + " control's 96");
    }

    @Test
    void whereTheSplitIsByClientTheFirstRequestsOfClientsSpeak() throws InvalidProtocolBufferException {
        // Given
        JudgedRollout rollout =
                JudgedRollout.quick(ScoresMoved.Then.HOLD, true, snapshot -> embedded(snapshot, OTHER, 96));
        rollout.play(60);
        rollout.restart();

        // When
        Verdict last = rollout.play(240);

        // Then
        assertThat(last.getUnit()).isEqualTo("client");
        assertThat(last.getEmbeddings().getCandidateCount()).isBetween(500L, last.getCandidateRequests() / 2);
        assertThat(last.getEmbeddings().getMoved()).isTrue();
        rollout.assertMadeAgain();
    }

    @Test
    void withoutEmbeddingsNothingIsSaidOfThem() {
        // When
        Verdict last = JudgedRollout.quick(ScoresMoved.Then.HOLD, false, UnaryOperator.identity())
                .play(300);

        // Then
        assertThat(last.hasEmbeddings()).isFalse();
        assertThat(last.getConclusion()).isEqualTo(Verdict.Conclusion.ADVANCE);
    }

    /** The same snapshot with sketches of what a worker computed. */
    private static Snapshot embedded(Snapshot snapshot, SimulatedEmbedder ofCandidate, int dimensions) {
        Snapshot.Builder embedded = snapshot.toBuilder();
        for (CellCounts.Builder cell : embedded.getCellsBuilderList()) {
            Arm arm = cell.getKey().getArm();
            if (cell.getComputedRequests() > 0 && (arm == Arm.CONTROL || arm == Arm.CANDIDATE)) {
                boolean tried = arm == Arm.CANDIDATE;
                cell.setEmbeddings(sample(cell, tried ? ofCandidate : STABLE).setDimensions(tried ? dimensions : 96));
            }
        }
        return embedded.build();
    }

    private static EmbeddingSample.Builder sample(CellCounts.Builder cell, SimulatedEmbedder embedder) {
        // The same of one cell each time, as long as it is not full.
        Random random = new Random(cell.getKey().toString().hashCode());
        long rows = Math.min(EmbeddingSketch.SAMPLED_MAX, cell.getComputedRequests());
        ByteString sketches = ByteString.EMPTY;
        for (long i = 0; i < rows; i++) {
            sketches = sketches.concat(ByteString.copyFrom(embedder.sketch(random)));
        }
        return EmbeddingSample.newBuilder()
                .setSketch(EmbeddingSketch.NAME)
                .setSeen(cell.getComputedRequests())
                .setRows(sketches);
    }
}
