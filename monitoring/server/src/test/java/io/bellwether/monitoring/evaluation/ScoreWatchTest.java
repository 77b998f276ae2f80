package io.bellwether.monitoring.evaluation;

import static io.bellwether.monitoring.evaluation.ConcludedAssessment.concluded;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bellwether.telemetry.TopScoreScale;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What scores of answers make of the conclusions of the comparison. Every number follows from the seeds. */
class ScoreWatchTest {
    private static final ScoreWatch.Plan HOLDS = new ScoreWatch.Plan("r", 0.03, true);
    private static final ScoreWatch.Plan SHOWS = new ScoreWatch.Plan("r", 0.03, false);
    private static final int RUNS = 200;

    /** How scores of an arm are drawn: their logits are normal, some share has none of that and is 1. */
    private record Scores(double mean, double sd, double share) {
        static final Scores EQUAL = new Scores(3, 1.5, 0.1);

        ScoreCounts draw(Random random, int answers) {
            long[] counts = new long[TopScoreScale.bins()];
            for (int i = 0; i < answers; i++) {
                double logit = mean + sd * random.nextGaussian();
                counts[bin(random.nextDouble() < share ? 1 : 1 / (1 + Math.exp(-logit)))]++;
            }
            return new ScoreCounts(TopScoreScale.NAME, counts);
        }

        private static int bin(double score) {
            List<Double> edges = TopScoreScale.edges();
            int bin = 0;
            while (bin < edges.size() && score >= edges.get(bin)) {
                bin++;
            }
            return bin;
        }
    }

    private static ScoreWatch start(ScoreWatch.Plan plan) {
        return ScoreWatch.start(plan, Unit.REQUEST, ScoreWatchTest::range);
    }

    private static String range(String scale, int first, int last, int bins) {
        return first + ".." + last;
    }

    /** Slots of so many answers of both arms, each of either arm by a coin. */
    private static void play(ScoreWatch watch, Random random, int fromSlot, int slots, Scores candidate) {
        for (int slot = fromSlot; slot < fromSlot + slots; slot++) {
            int tried = 0;
            for (int i = 0; i < 100; i++) {
                tried += random.nextBoolean() ? 1 : 0;
            }
            watch.add(slot, Scores.EQUAL.draw(random, 100 - tried), candidate.draw(random, tried));
        }
    }

    private static Assessment weigh(ScoreWatch watch, Assessment assessment) {
        return watch.reading().map(reading -> reading.move().weigh(assessment)).orElse(assessment);
    }

    private static boolean moved(ScoreWatch watch) {
        return watch.reading().orElseThrow().moved();
    }

    @Test
    void aModelWithoutScoresIsNotConcerned() {
        // Given
        ScoreWatch watch = start(HOLDS);

        // When
        watch.add(1, ScoreCounts.NONE, ScoreCounts.NONE);

        // Then
        assertThat(watch.reading()).isEmpty();
        assertThat(weigh(watch, concluded(Conclusion.PROMOTE))).isEqualTo(concluded(Conclusion.PROMOTE));
    }

    @Test
    void equalScoresPassOnceEnoughAreCompared() {
        // Given
        ScoreWatch watch = start(HOLDS);
        Random random = new Random(1);

        // When few are compared
        play(watch, random, 1, 15, Scores.EQUAL);

        // Then
        Assessment few = weigh(watch, concluded(Conclusion.ADVANCE));
        assertThat(few.conclusion()).isEqualTo(Conclusion.HOLD);
        assertThat(few.reason()).startsWith("too few scores to compare yet: ").endsWith("Without that: as compared");

        // When more are
        play(watch, random, 16, 600, Scores.EQUAL);

        // Then
        assertThat(weigh(watch, concluded(Conclusion.ADVANCE))).isEqualTo(concluded(Conclusion.ADVANCE));
        ScoreWatch.Reading now = watch.reading().orElseThrow();
        assertThat(now.sentence()).startsWith("the scores of the candidate's answers are not shown to have moved");
        assertThat(now.bins()).hasSizeBetween(8, 26);
        assertThat(now.distance()).isLessThan(0.03);
    }

    @Test
    void scoresThatMovedHoldWhatWouldGoUpAndSayWhatMoved() {
        // Given candidates that are less sure
        ScoreWatch holding = start(HOLDS);
        ScoreWatch showing = start(SHOWS);
        Scores lower = new Scores(2.4, 1.5, 0.1);

        // When
        play(holding, new Random(2), 1, 120, lower);
        play(showing, new Random(2), 1, 120, lower);

        // Then
        Assessment held = weigh(holding, concluded(Conclusion.PROMOTE));
        assertThat(held.conclusion()).isEqualTo(Conclusion.HOLD);
        assertThat(held.reason())
                .startsWith("the scores of the candidate's answers have moved, they are lower: ")
                .contains("of control's (total variation 0.")
                .endsWith("; if that is meant, a person may let it go up. Without that: as compared");
        assertThat(weigh(holding, concluded(Conclusion.ROLL_BACK)).conclusion()).isEqualTo(Conclusion.ROLL_BACK);
        Assessment shown = weigh(showing, concluded(Conclusion.PROMOTE));
        assertThat(shown.conclusion()).isEqualTo(Conclusion.PROMOTE);
        assertThat(shown.reason()).startsWith("as compared; beside that, the scores of the candidate's answers have");
        assertThat(showing.reading().orElseThrow().holding()).isFalse();
    }

    @Test
    void aMoveBelowTheMarginHoldsNothingHoweverSureItIs() {
        // Given a margin that is wider than the move
        ScoreWatch watch = start(new ScoreWatch.Plan("r", 0.3, true));

        // When
        play(watch, new Random(3), 1, 400, new Scores(2.4, 1.5, 0.1));

        // Then
        ScoreWatch.Reading now = watch.reading().orElseThrow();
        assertThat(now.logE()).isGreaterThan(now.logLevel());
        assertThat(now.distance()).isBetween(0.1, 0.2);
        assertThat(now.moved()).isFalse();
    }

    @Test
    void aMoveThatBeginsLateIsMeasuredFromItsBeginning() {
        // Given
        ScoreWatch watch = start(HOLDS);
        Random random = new Random(4);
        play(watch, random, 1, 2_000, Scores.EQUAL);
        assertThat(moved(watch)).isFalse();

        // When
        play(watch, random, 2_001, 40, new Scores(2.2, 1.5, 0.1));

        // Then
        assertThat(moved(watch)).isTrue();
        assertThat(watch.reading().orElseThrow().sinceSlot()).isBetween(1_990L, 2_020L);
        assertThat(watch.reading().orElseThrow().distance()).isGreaterThan(0.1);
    }

    @Test
    void aCandidateThatLosesAnswersWhateverTheyScoreHasNotMovedThem() {
        // Given a third of the candidate's answers are lost
        ScoreWatch watch = start(HOLDS);
        Random random = new Random(5);

        // When
        for (int slot = 1; slot <= 1_000; slot++) {
            watch.add(slot, Scores.EQUAL.draw(random, 60), Scores.EQUAL.draw(random, 40));
        }

        // Then
        assertThat(moved(watch)).isFalse();
    }

    @Test
    void scoresOfOneArmOrInOtherBinsAreNotComparedAndHold() {
        // Given
        ScoreWatch one = start(HOLDS);
        ScoreWatch unlike = start(HOLDS);
        Random random = new Random(6);

        // When
        for (int slot = 1; slot <= 20; slot++) {
            one.add(slot, Scores.EQUAL.draw(random, 100), ScoreCounts.NONE);
            unlike.add(slot, Scores.EQUAL.draw(random, 100), new ScoreCounts("declared-1", new long[] {100, 0}));
        }

        // Then
        assertThat(weigh(one, concluded(Conclusion.PROMOTE)).reason())
                .startsWith("only answers of control have scores");
        assertThat(weigh(unlike, concluded(Conclusion.PROMOTE)).reason())
                .startsWith("the scores of both versions are counted in different bins");
        assertThat(weigh(start(SHOWS), concluded(Conclusion.PROMOTE)).conclusion())
                .isEqualTo(Conclusion.PROMOTE);
    }

    @Test
    void itContinuesFromItsSnapshotAndByOtherRulesBeginsAnew() {
        // Given
        ScoreWatch before = start(HOLDS);
        play(before, new Random(7), 1, 60, new Scores(2.5, 1.5, 0.1));

        // When
        EvaluationState kept = EvaluationState.fromBytes(before.snapshot().toBytes());
        ScoreWatch after = ScoreWatch.resume(HOLDS, Unit.REQUEST, ScoreWatchTest::range, kept);

        // Then
        assertThat(after.reading()).isEqualTo(before.reading());
        assertThat(after.snapshot()).isEqualTo(before.snapshot());
        play(before, new Random(8), 61, 60, Scores.EQUAL);
        play(after, new Random(8), 61, 60, Scores.EQUAL);
        assertThat(after.reading()).isEqualTo(before.reading());
        assertThat(ScoreWatch.resume(SHOWS, Unit.REQUEST, ScoreWatchTest::range, kept)
                        .reading())
                .isEmpty();
        EvaluationState damaged = new EvaluationState(kept.configHash(), new long[] {3}, new double[0]);
        assertThatThrownBy(() -> ScoreWatch.resume(HOLDS, Unit.REQUEST, ScoreWatchTest::range, damaged))
                .isInstanceOf(IllegalArgumentException.class);
        System.out.printf("scores: state of %d bytes%n", before.snapshot().toBytes().length);
        assertThat(before.snapshot().toBytes().length).isLessThan(16_384);
    }

    /** 100 answers a slot of both arms together, the logits normal with sd 1.5, a tenth of the answers exactly 1. */
    @Test
    void equalScoresHardlyEverMoveAndMovesAreFound() {
        // When
        int equal = 0;
        int[] small = new int[RUNS];
        int[] large = new int[RUNS];
        for (int run = 0; run < RUNS; run++) {
            equal += slotsUntilMoved(run, Scores.EQUAL, 900) < Integer.MAX_VALUE ? 1 : 0;
            small[run] = slotsUntilMoved(10_000 + run, new Scores(2.7, 1.5, 0.1), 3_600);
            large[run] = slotsUntilMoved(20_000 + run, new Scores(2.25, 1.5, 0.1), 3_600);
        }
        Arrays.sort(small);
        Arrays.sort(large);

        // Then
        System.out.printf(
                "scores, of %d: equal and moved within 900 slots %d; 0.2 sd lower found after a median of %d slots, nine of"
                        + " ten within %d; 0.5 sd after %d and %d%n",
                RUNS, equal, small[RUNS / 2], small[RUNS * 9 / 10], large[RUNS / 2], large[RUNS * 9 / 10]);
        assertThat(equal).isZero();
        assertThat(small[RUNS - 1]).isLessThan(Integer.MAX_VALUE);
        assertThat(large[RUNS - 1]).isLessThan(Integer.MAX_VALUE);
    }

    private static int slotsUntilMoved(int seed, Scores candidate, int slotsMax) {
        Random random = new Random(seed);
        ScoreWatch watch = start(HOLDS);
        for (int slot = 1; slot <= slotsMax; slot++) {
            play(watch, random, slot, 1, candidate);
            if (moved(watch)) {
                return slot;
            }
        }
        return Integer.MAX_VALUE;
    }
}
