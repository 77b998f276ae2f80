package io.bellwether.monitoring.judging;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.bellwether.controlapi.log.ScoresMoved;
import io.bellwether.telemetry.TopScoreScale;
import io.bellwether.telemetry.events.Arm;
import io.bellwether.telemetry.events.BinCounts;
import io.bellwether.telemetry.events.CellCounts;
import io.bellwether.telemetry.events.Snapshot;
import io.bellwether.telemetry.events.Verdict;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** A rollout of a model whose answers have scores, from snapshots to verdicts, over a restart, and once more. */
class ScoreJudgeTest {

    @Test
    void aCandidateWhoseScoresMovedIsHeldAndAllOfItIsMadeAgain() throws InvalidProtocolBufferException {
        // Given a candidate that is less sure of its answers, and a restart in the middle
        JudgedRollout rollout = JudgedRollout.quick(ScoresMoved.Then.HOLD, false, ScoreJudgeTest::lower);
        rollout.play(100);
        rollout.restart();

        // When
        Verdict last = rollout.play(200);

        // Then
        assertThat(last.getConclusion()).as(last.getReason()).isEqualTo(Verdict.Conclusion.HOLD);
        assertThat(last.getReason())
                .startsWith("the scores of the candidate's answers have moved, they are lower: ")
                .contains("Without that: no guardrail is harmed beyond its margin");
        assertThat(last.getScores().getMoved()).isTrue();
        assertThat(last.getScores().getHolding()).isTrue();
        assertThat(last.getScores().getScale()).isEqualTo(TopScoreScale.NAME);
        assertThat(last.getScores().getDistance()).isGreaterThan(0.1);
        assertThat(last.getScores().getBinsList()).hasSizeGreaterThan(8);
        assertThat(last.getScores().getBins(0).getRange()).startsWith("below 0.");

        // When all of it is judged once more, then
        rollout.assertMadeAgain();
    }

    @Test
    void anEqualCandidateGoesUp() {
        // When
        Verdict last = JudgedRollout.quick(ScoresMoved.Then.HOLD, false, ScoreJudgeTest::equal)
                .play(300);

        // Then
        assertThat(last.getConclusion()).as(last.getReason()).isEqualTo(Verdict.Conclusion.ADVANCE);
        assertThat(last.getScores().getMoved()).isFalse();
        assertThat(last.getScores().getSentence()).contains("not shown to have moved");
    }

    @Test
    void aMoveThatIsOnlyToBeShownIsShown() {
        // When
        Verdict last = JudgedRollout.quick(ScoresMoved.Then.SHOW, false, ScoreJudgeTest::lower)
                .play(300);

        // Then
        assertThat(last.getConclusion()).isEqualTo(Verdict.Conclusion.ADVANCE);
        assertThat(last.getReason()).contains("; beside that, the scores of the candidate's answers have moved");
        assertThat(last.getScores().getHolding()).isFalse();
    }

    @Test
    void whereTheSplitIsByClientTheFirstRequestsOfClientsSpeak() throws InvalidProtocolBufferException {
        // Given
        JudgedRollout rollout = JudgedRollout.quick(ScoresMoved.Then.HOLD, true, ScoreJudgeTest::lower);
        rollout.play(60);
        rollout.restart();

        // When
        Verdict last = rollout.play(240);

        // Then
        assertThat(last.getUnit()).isEqualTo("client");
        assertThat(last.getScores().getCandidateCount()).isBetween(1_000L, last.getCandidateRequests() / 2);
        assertThat(last.getScores().getMoved()).isTrue();
        rollout.assertMadeAgain();
    }

    @Test
    void withoutScoresNothingIsSaidOfThem() {
        // When
        Verdict last = JudgedRollout.quick(ScoresMoved.Then.HOLD, false, UnaryOperator.identity())
                .play(300);

        // Then
        assertThat(last.hasScores()).isFalse();
        assertThat(last.getConclusion()).isEqualTo(Verdict.Conclusion.ADVANCE);
    }

    private static Snapshot equal(Snapshot snapshot) {
        return scored(snapshot, 3);
    }

    private static Snapshot lower(Snapshot snapshot) {
        return scored(snapshot, 2);
    }

    /** The same snapshot with the top scores of what a worker computed: the logit of each is normal. */
    private static Snapshot scored(Snapshot snapshot, double ofCandidate) {
        Snapshot.Builder scored = snapshot.toBuilder();
        for (CellCounts.Builder cell : scored.getCellsBuilderList()) {
            if (cell.getComputedRequests() > 0) {
                cell.setScores(scores(cell, cell.getKey().getArm() == Arm.CANDIDATE ? ofCandidate : 3));
            }
        }
        return scored.build();
    }

    private static BinCounts scores(CellCounts.Builder cell, double mean) {
        // Of one cell the same scores come first each time, so that its counts are cumulative.
        SplittableRandom random = new SplittableRandom(cell.getKey().toString().hashCode());
        long[] counts = new long[TopScoreScale.bins()];
        for (long i = 0; i < cell.getComputedRequests(); i++) {
            double score = 1 / (1 + Math.exp(-mean - 1.5 * random.nextGaussian()));
            int bin = (int)
                    TopScoreScale.edges().stream().filter(edge -> edge <= score).count();
            counts[bin]++;
        }
        BinCounts.Builder bins = BinCounts.newBuilder().setName(TopScoreScale.NAME);
        for (long count : counts) {
            bins.addCount(count);
        }
        return bins.build();
    }
}
