package io.bellwether.monitoring.evaluation;

import static io.bellwether.monitoring.evaluation.ConcludedAssessment.concluded;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bellwether.monitoring.SimulatedEmbedder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What embeddings of answers make of the conclusions of the comparison. Every number follows from the seeds. */
class EmbeddingWatchTest {
    private static final boolean LONG = Boolean.getBoolean("bellwether.long");
    private static final ScoreWatch.Plan HOLDS = new ScoreWatch.Plan("r", 0.03, true);
    private static final ScoreWatch.Plan SHOWS = new ScoreWatch.Plan("r", 0.03, false);
    private static final int DIMENSIONS = 96;
    private static final SimulatedEmbedder STABLE = new SimulatedEmbedder(1, DIMENSIONS, 0.3);
    private static final SimulatedEmbedder OTHER = new SimulatedEmbedder(2, DIMENSIONS, 0.3);

    private static EmbeddingWatch start(ScoreWatch.Plan plan) {
        return EmbeddingWatch.start(plan, Unit.REQUEST);
    }

    private static EmbeddingRows rows(int number, Function<Random, byte[]> embedder, Random random) {
        List<byte[]> sketches = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            sketches.add(embedder.apply(random));
        }
        return number == 0 ? EmbeddingRows.NONE : new EmbeddingRows(DIMENSIONS, 10L * number, sketches);
    }

    /** One slot of so many sketches of each arm. */
    private static void add(
            EmbeddingWatch watch, int slot, int number, Function<Random, byte[]> candidate, Random random) {
        watch.add(slot, rows(number, STABLE::sketch, random), rows(number, candidate, random));
    }

    private static EmbeddingWatch played(ScoreWatch.Plan plan, int slots, Function<Random, byte[]> candidate) {
        EmbeddingWatch watch = start(plan);
        Random random = new Random(slots);
        for (int slot = 1; slot <= slots; slot++) {
            add(watch, slot, 16, candidate, random);
        }
        return watch;
    }

    private static Assessment weigh(EmbeddingWatch watch, Conclusion conclusion) {
        return watch.reading().orElseThrow().move().weigh(concluded(conclusion));
    }

    @Test
    void aModelWithoutEmbeddingsIsNotConcerned() {
        // Given
        EmbeddingWatch watch = start(HOLDS);

        // When
        watch.add(1, EmbeddingRows.NONE, EmbeddingRows.NONE);

        // Then
        assertThat(watch.reading()).isEmpty();
        assertThat(watch.isEmpty()).isTrue();
    }

    @Test
    void equalEmbeddingsPassOnceEnoughAreCompared() {
        // When
        EmbeddingWatch few = played(HOLDS, 20, STABLE::sketch);
        EmbeddingWatch many = played(HOLDS, 300, STABLE::sketch);

        // Then
        assertThat(weigh(few, Conclusion.ADVANCE).conclusion()).isEqualTo(Conclusion.HOLD);
        assertThat(weigh(few, Conclusion.ADVANCE).reason())
                .startsWith("too few embeddings to compare yet: sketches of 320 of each arm")
                .endsWith("Without that: as compared");
        assertThat(weigh(many, Conclusion.ADVANCE)).isEqualTo(concluded(Conclusion.ADVANCE));
        EmbeddingWatch.Reading now = many.reading().orElseThrow();
        assertThat(now.sentence())
                .startsWith("the embeddings of the candidate's answers are not shown to have moved: ");
        assertThat(now.control()).isEqualTo(48_000);
        assertThat(now.controlSampled()).isEqualTo(4_800);
        assertThat(now.distance()).isLessThan(0.03);
    }

    @Test
    void anotherModelHoldsWhatWouldGoUpAndTakesNothingBack() {
        // When
        EmbeddingWatch holding = played(HOLDS, 60, OTHER::sketch);
        EmbeddingWatch showing = played(SHOWS, 60, OTHER::sketch);

        // Then
        Assessment held = weigh(holding, Conclusion.PROMOTE);
        assertThat(held.conclusion()).isEqualTo(Conclusion.HOLD);
        assertThat(held.reason())
                .startsWith("the embeddings of the candidate's answers have moved, so distances between vectors of both"
                        + " versions mean little: a classifier of earlier ones takes ")
                .endsWith("; if that is meant, a person may let it go up. Without that: as compared");
        assertThat(weigh(holding, Conclusion.ROLL_BACK).conclusion()).isEqualTo(Conclusion.ROLL_BACK);
        assertThat(weigh(holding, Conclusion.HOLD)).isEqualTo(concluded(Conclusion.HOLD));
        Assessment shown = weigh(showing, Conclusion.PROMOTE);
        assertThat(shown.conclusion()).isEqualTo(Conclusion.PROMOTE);
        assertThat(shown.reason())
                .startsWith("as compared; beside that, the embeddings of the candidate's answers have");
        EmbeddingWatch.Reading now = showing.reading().orElseThrow();
        assertThat(now.holding()).isFalse();
        assertThat(now.distance()).isGreaterThan(0.3);
        assertThat(now.bins()).extracting(ScoreWatch.Bin::range).containsExactly("the candidate's", "control's");
        assertThat(now.sinceSlot()).isBetween(1L, 40L);
    }

    @Test
    void aMoveBelowTheMarginHoldsNothingHoweverSureItIs() {
        // When
        EmbeddingWatch watch = played(new ScoreWatch.Plan("r", 0.95, true), 100, OTHER::sketch);

        // Then
        EmbeddingWatch.Reading now = watch.reading().orElseThrow();
        assertThat(now.logE()).isGreaterThan(now.logLevel());
        assertThat(now.moved()).isFalse();
        assertThat(now.holding()).isFalse();
    }

    @Test
    void vectorsOfAnotherDimensionHaveMovedAtOnce() {
        // Given
        EmbeddingWatch holding = start(HOLDS);
        EmbeddingWatch showing = start(SHOWS);
        EmbeddingRows control = new EmbeddingRows(384, 1, List.of(new byte[33]));
        EmbeddingRows candidate = new EmbeddingRows(768, 1, List.of(new byte[33]));

        // When
        holding.add(1, control, candidate);
        showing.add(1, control, candidate);

        // Then
        assertThat(weigh(holding, Conclusion.ADVANCE).conclusion()).isEqualTo(Conclusion.HOLD);
        assertThat(weigh(holding, Conclusion.ADVANCE).reason())
                .startsWith("the embeddings of the candidate's answers have 768 dimensions and those of control's 384");
        assertThat(weigh(showing, Conclusion.ADVANCE).reason()).contains("; beside that, the embeddings");
        assertThat(holding.reading().orElseThrow().moved()).isTrue();
    }

    @Test
    void whatCannotBeComparedHoldsAndSaysWhy() {
        // Given only one arm; a dimension that changes within an arm; a sketch that nobody here knows
        EmbeddingWatch one = start(HOLDS);
        EmbeddingWatch changing = start(HOLDS);
        EmbeddingWatch unknown = start(HOLDS);
        Random random = new Random(3);

        // When
        for (int slot = 1; slot <= 60; slot++) {
            one.add(slot, EmbeddingRows.NONE, rows(16, STABLE::sketch, random));
            add(changing, slot, 16, STABLE::sketch, random);
        }
        changing.add(61, new EmbeddingRows(7, 1, List.of(new byte[33])), EmbeddingRows.NONE);
        unknown.add(1, EmbeddingRows.UNLIKE, EmbeddingRows.UNLIKE);

        // Then
        assertThat(weigh(one, Conclusion.PROMOTE).reason())
                .startsWith("only answers of the candidate are told as embeddings");
        assertThat(weigh(changing, Conclusion.PROMOTE).reason())
                .startsWith("embeddings of one version come in different dimensions")
                .contains("begin a new rollout");
        assertThat(weigh(unknown, Conclusion.PROMOTE).conclusion()).isEqualTo(Conclusion.HOLD);
        assertThat(one.reading().orElseThrow().moved()).isFalse();
        assertThat(rows(3, STABLE::sketch, random).plus(new EmbeddingRows(7, 1, List.of())))
                .isEqualTo(EmbeddingRows.UNLIKE);
    }

    @Test
    void whereWorkersTellNoSketchesNothingGoesUpAndTheSentenceSaysWhatToSee() {
        // Given
        EmbeddingWatch watch = start(HOLDS);
        EmbeddingRows none = new EmbeddingRows(DIMENSIONS, 100, List.of());

        // When
        for (int slot = 1; slot <= 5; slot++) {
            watch.add(slot, none, none);
        }

        // Then
        assertThat(weigh(watch, Conclusion.PROMOTE).conclusion()).isEqualTo(Conclusion.HOLD);
        assertThat(weigh(watch, Conclusion.PROMOTE).reason())
                .startsWith("embeddings of both arms are told, but no sketches in the same second")
                .contains("worker.telemetry.embedding-sketches-max");
        assertThat(watch.reading().orElseThrow().moved()).isFalse();
    }

    @Test
    void theOrderOfSketchesIsNoPartOfTheEvidence() {
        // Given
        EmbeddingWatch one = start(HOLDS);
        EmbeddingWatch other = start(HOLDS);
        Random random = new Random(4);

        // When
        for (int slot = 1; slot <= 30; slot++) {
            EmbeddingRows control = rows(16, STABLE::sketch, random);
            EmbeddingRows candidate = rows(11, OTHER::sketch, random);
            one.add(slot, control, candidate);
            other.add(slot, reversed(control), reversed(candidate));
        }

        // Then
        assertThat(other.snapshot()).isEqualTo(one.snapshot());
    }

    private static EmbeddingRows reversed(EmbeddingRows rows) {
        List<byte[]> sketches = new ArrayList<>(rows.sketches());
        Collections.reverse(sketches);
        return new EmbeddingRows(rows.dimensions(), rows.seen(), sketches);
    }

    @Test
    void itContinuesFromItsSnapshotAndByOtherRulesBeginsAnew() {
        // Given
        EmbeddingWatch before = played(HOLDS, 40, OTHER::sketch);

        // When
        EvaluationState kept = EvaluationState.fromBytes(before.snapshot().toBytes());
        EmbeddingWatch after = EmbeddingWatch.resume(HOLDS, Unit.REQUEST, kept);

        // Then
        assertThat(after.reading()).isEqualTo(before.reading());
        Random random = new Random(5);
        Random again = new Random(5);
        for (int slot = 41; slot <= 60; slot++) {
            add(before, slot, 9, OTHER::sketch, random);
            add(after, slot, 9, OTHER::sketch, again);
        }
        assertThat(after.snapshot()).isEqualTo(before.snapshot());
        assertThat(EmbeddingWatch.resume(SHOWS, Unit.REQUEST, kept).reading()).isEmpty();
        EvaluationState damaged = new EvaluationState(kept.configHash(), new long[] {3}, new double[0]);
        assertThatThrownBy(() -> EmbeddingWatch.resume(HOLDS, Unit.REQUEST, damaged))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aDayOfSlotsIsAFewKilobytes() {
        // Given constant sketches, which cost little
        EmbeddingWatch watch = start(SHOWS);
        EmbeddingRows row = new EmbeddingRows(DIMENSIONS, 1, List.of(new byte[33]));

        // When
        for (int slot = 1; slot <= 86_400; slot++) {
            watch.add(slot, row, row);
        }

        // Then
        int bytes = watch.snapshot().toBytes().length;
        System.out.printf("embeddings: state of %d bytes after a day of slots%n", bytes);
        assertThat(bytes).isLessThan(8_192);
    }

    /**
     * Equal arms, both of 0 to 16 sketches a slot, never as many as each other; at a level of 1,000 slots at most a share of
     * slots / 1,000 of the runs may alarm.
     */
    @Test
    void equalEmbeddingsAlarmNoMoreOftenThanTheLevelSays() {
        // Given
        int runs = LONG ? 2_000 : 100;
        int slots = 100;
        double level = 1_000;

        // When
        int alarms = 0;
        int atTheRealLevel = 0;
        for (int run = 0; run < runs; run++) {
            Random random = new Random(run);
            EmbeddingComparison comparison = new EmbeddingComparison(32, Math.log(level));
            double most = 0;
            for (int slot = 1; slot <= slots; slot++) {
                List<byte[]> control =
                        rows(random.nextInt(17), STABLE::sketch, random).sketches();
                List<byte[]> candidate =
                        rows(random.nextInt(17), STABLE::sketch, random).sketches();
                comparison.add(slot, control, candidate);
                most = Math.max(most, comparison.logE());
            }
            alarms += most >= Math.log(level) ? 1 : 0;
            atTheRealLevel += most >= Math.log(ScoreWatch.SLOTS_BETWEEN_ALARMS) ? 1 : 0;
        }

        // Then
        System.out.printf(
                "equal embeddings: alarm at 1,000 within %d slots in %d of %d, at the level of 90 days in %d%n",
                slots, alarms, runs, atTheRealLevel);
        assertThat(alarms)
                .isLessThanOrEqualTo((int) (runs * slots / level + 3.1 * Math.sqrt(runs * slots / level) + 1));
        assertThat(atTheRealLevel).isZero();
    }

    /** How long it takes at 16 sketches of each arm a slot, which is 960 a minute, and at 2. */
    @Test
    void otherModelsAreFound() {
        // Given another model, one whose vectors are centred as are the first one's, and the first without scaling
        SimulatedEmbedder centred = new SimulatedEmbedder(1, DIMENSIONS, 0);
        SimulatedEmbedder otherCentred = new SimulatedEmbedder(2, DIMENSIONS, 0);
        int runs = LONG ? 100 : 12;

        // Then
        assertThat(median("another model, 16 a slot", runs, 16, STABLE::sketch, OTHER::sketch))
                .isLessThan(60);
        assertThat(median("another model, 2 a slot", runs, 2, STABLE::sketch, OTHER::sketch))
                .isLessThan(300);
        assertThat(median("another model, both centred", runs, 16, centred::sketch, otherCentred::sketch))
                .isLessThan(300);
        assertThat(median("not scaled to length 1", runs, 16, STABLE::sketch, EmbeddingWatchTest::unscaled))
                .isLessThan(120);
        assertThat(median(
                        "each vector off by about 0.3 of its length",
                        runs,
                        16,
                        STABLE::sketch,
                        random -> noisy(random, 0.03)))
                .isLessThan(300);
    }

    private static byte[] unscaled(Random random) {
        float[] vector = STABLE.embed(random);
        for (int j = 0; j < vector.length; j++) {
            vector[j] *= 2;
        }
        return SimulatedEmbedder.sketch(vector);
    }

    private static byte[] noisy(Random random, double noise) {
        float[] vector = STABLE.embed(random);
        for (int j = 0; j < vector.length; j++) {
            vector[j] += (float) (noise * random.nextGaussian());
        }
        return SimulatedEmbedder.sketch(vector);
    }

    private static int median(
            String what, int runs, int number, Function<Random, byte[]> stable, Function<Random, byte[]> candidate) {
        int[] slots = new int[runs];
        for (int run = 0; run < runs; run++) {
            Random random = new Random(run);
            EmbeddingWatch watch = start(SHOWS);
            int slot = 0;
            boolean moved = false;
            while (!moved && slot < 600) {
                slot++;
                watch.add(slot, rows(number, stable, random), rows(number, candidate, random));
                moved = watch.reading().orElseThrow().moved();
            }
            slots[run] = moved ? slot : Integer.MAX_VALUE;
        }
        Arrays.sort(slots);
        System.out.printf(
                "embeddings, %s: found after a median of %d slots, nine of ten within %d (%d runs)%n",
                what, slots[runs / 2], slots[runs * 9 / 10], runs);
        return slots[runs / 2];
    }
}
