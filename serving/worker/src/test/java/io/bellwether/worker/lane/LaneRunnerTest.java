package io.bellwether.worker.lane;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.batching.Plan;
import io.bellwether.engine.SyntheticEngine;
import io.bellwether.protocol.Account;
import io.bellwether.protocol.FailureReason;
import io.bellwether.telemetry.events.Arm;
import io.bellwether.telemetry.events.CellCounts;
import io.bellwether.worker.RecordedReply;
import io.bellwether.worker.Samples;
import io.bellwether.worker.model.NanPolicy;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LaneRunnerTest {
    private static final float POISON = 666;

    private final SyntheticEngine engine = new SyntheticEngine(
                    new SyntheticEngine.ServiceTime(1_000_003, 100_007, 0.3), 5)
            .failingOn(LaneRunnerTest::isPoison);
    private final LaneFixture lane = new LaneFixture(engine, 8);

    @Test
    void everyRequestGetsItsOwnRows() {
        // Given
        RecordedReply one = lane.queue(Arm.CONTROL, 1);
        RecordedReply three = lane.queue(Arm.CONTROL, 10, 20, 30);

        // When
        lane.runQueued();

        // Then
        assertThat(engine.batchSizes()).containsExactly(4);
        assertThat(Samples.firstScores(one.response())).containsExactly(2);
        assertThat(Samples.firstScores(three.response())).containsExactly(20, 40, 60);
        assertThat(three.response().getOutputs(0).getShapeList()).containsExactly(3L, 2L);
        assertThat(three.account().batch()).isEqualTo(2);
    }

    @Test
    void aRequestThatFailsDoesNotTakeItsBatchAlong() {
        // Given
        RecordedReply before = lane.queue(Arm.CANDIDATE, 1);
        RecordedReply poisoned = lane.queue(Arm.CANDIDATE, POISON);
        RecordedReply after = lane.queue(Arm.CANDIDATE, 2);

        // When
        lane.runQueued();

        // Then
        assertThat(engine.batchSizes()).containsExactly(3, 1, 1, 1);
        assertThat(Samples.firstScores(before.response())).containsExactly(2);
        assertThat(Samples.firstScores(after.response())).containsExactly(4);
        assertThat(poisoned.refusal().reason()).isEqualTo(FailureReason.MODEL_FAILED);
        assertThat(poisoned.refusal().message()).isEqualTo("model 'sample' version '1' failed on this input");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15, 16, 30, 31})
    void onePoisonedRequestInABatchOf32CostsAtMostTwoMoreBatches(int position) {
        // Given
        LaneFixture wide = new LaneFixture(engine, 32);
        List<RecordedReply> replies = new ArrayList<>();
        for (int i = 0; i < 32; i++) {
            replies.add(wide.queue(Arm.CONTROL, i == position ? POISON : i));
        }

        // When
        wide.runQueued();

        // Then
        assertThat(replies).allMatch(reply -> reply.answers() == 1);
        assertThat(replies.stream().filter(RecordedReply::hasResult)).hasSize(31);
        assertThat(replies.get(position).refusal().reason()).isEqualTo(FailureReason.MODEL_FAILED);
        List<Integer> sizes = engine.batchSizes();
        assertThat(sizes.get(0)).isEqualTo(32);
        assertThat(sizes.stream().skip(1).mapToInt(size -> size).sum()).isLessThanOrEqualTo(2 * 32);
        assertThat(sizes).hasSizeLessThanOrEqualTo(1 + 7);
    }

    @Test
    void whatASearchPassedByRunsTogetherAtItsEnd() {
        // Given
        for (int i = 0; i < 8; i++) {
            lane.queue(Arm.CONTROL, i == 2 ? POISON : i);
        }

        // When
        lane.runQueued();

        // Then: the half with the culprit, the quarter without, the culprit's neighbour at last with the other half
        assertThat(engine.batchSizes()).containsExactly(8, 4, 2, 1, 5);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 5, 16, 31, 32})
    void severalPoisonedRequestsFailAloneAndTheirCostIsBounded(int poisoned) {
        long seed = Long.getLong("seed", 3L);
        // Given
        List<Boolean> poison = new ArrayList<>(Collections.nCopies(32, false));
        Collections.fill(poison.subList(0, poisoned), true);
        Collections.shuffle(poison, new Random(seed));
        LaneFixture wide = new LaneFixture(engine, 32);
        List<RecordedReply> replies = new ArrayList<>();
        for (int i = 0; i < 32; i++) {
            replies.add(wide.queue(Arm.CONTROL, poison.get(i) ? POISON : i));
        }

        // When
        wide.runQueued();

        // Then: the search of one culprit, and of the rest each level of halves once
        for (int i = 0; i < 32; i++) {
            assertThat(replies.get(i).answers()).isEqualTo(1);
            assertThat(replies.get(i).hasResult())
                    .as("seed %d, request %d", seed, i)
                    .isNotEqualTo(poison.get(i));
        }
        int rows = engine.batchSizes().stream().mapToInt(size -> size).sum();
        assertThat(rows).as("seed %d", seed).isLessThanOrEqualTo(32 + 31 + 6 * 31);
    }

    @Test
    void aBatchThatFindsNoMemoryIsHalvedAndTheNextOnesAreSmallerUntilItGoesWell() {
        // Given: memory for three of the eight items of a batch
        engine.withMemoryFor(3);
        List<RecordedReply> replies = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            replies.add(lane.queue(Arm.CONTROL, i));
        }

        // When
        lane.runQueued();

        // Then: 8 and 4 are tried once, then nothing above 2
        assertThat(replies).allMatch(RecordedReply::hasResult);
        assertThat(engine.batchSizes()).containsExactly(8, 4, 2, 2, 4, 2, 2, 2, 2, 2, 2);

        // When: there is memory again
        engine.withMemoryFor(8);
        List<Integer> largest = new ArrayList<>();
        for (int run = 0; run < 700; run++) {
            for (int i = 0; i < 8; i++) {
                lane.queue(Arm.CONTROL, i);
            }
            lane.runQueued();
            largest.add(Collections.max(engine.batchSizes()
                    .subList(engine.batchSizes().size() - 2, engine.batchSizes().size())));
        }

        // Then: one item more after every 100 runs that went well, up to the whole batch
        assertThat(largest).isSorted().contains(3, 4, 5, 6, 7).endsWith(8);
    }

    @Test
    void noMemoryForOneHalfAfterTheOtherIsOneLack() {
        // Given: memory for half a batch, which neither of two batches of the same size finds
        engine.withMemoryFor(4);
        for (int i = 0; i < 8; i++) {
            lane.queue(Arm.CONTROL, i);
        }
        lane.runQueued();

        // When
        for (int i = 0; i < 8; i++) {
            lane.queue(Arm.CONTROL, i);
        }
        lane.runQueued();

        // Then
        assertThat(engine.batchSizes()).containsExactly(8, 4, 4, 4, 4);
    }

    @Test
    void aLargerBatchThatWasUnderWayWhenTheLimitFellDoesNotHalveItAgain() {
        // Given: one instance has taken four items, then another has taken eight
        engine.withMemoryFor(2);
        for (int i = 0; i < 4; i++) {
            lane.queue(Arm.CONTROL, i);
        }
        Plan<InferenceCall> smaller = lane.take();
        for (int i = 0; i < 8; i++) {
            lane.queue(Arm.CONTROL, i);
        }
        Plan<InferenceCall> larger = lane.take();

        // When: neither finds memory, the larger one last; then another four come
        lane.runner().execute(smaller);
        lane.runner().execute(larger);
        int before = engine.batchSizes().size();
        for (int i = 0; i < 4; i++) {
            lane.queue(Arm.CONTROL, i);
        }
        lane.runQueued();

        // Then: half of the smaller one is still the limit
        assertThat(engine.batchSizes().subList(before, engine.batchSizes().size()))
                .containsExactly(2, 2);
    }

    @Test
    void failedWorkStaysChargedAndIsNotCountedAsItems() {
        // Given
        RecordedReply good = lane.queue(Arm.CANDIDATE, 1);
        lane.queue(Arm.CANDIDATE, POISON);

        // When
        lane.runQueued();

        // Then: the good request pays its share of the failed batch and its own run
        CellCounts cell = lane.cells().get(0);
        assertThat(cell.getItems()).isEqualTo(1);
        assertThat(cell.getExecutions()).isEqualTo(1);
        assertThat(good.account().deviceNanos()).isGreaterThan(engineNanosMin(1));
        assertThat(cell.getDeviceNanos()).isGreaterThan(good.account().deviceNanos());
    }

    @Test
    void anExpiredRequestIsAnsweredAndNeverRun() {
        // Given
        RecordedReply late = lane.queue(Arm.CONTROL, 1);
        lane.passTime(LaneFixture.DEADLINE_NANOS);
        RecordedReply punctual = lane.queue(Arm.CONTROL, 2);

        // When
        lane.runQueued();

        // Then
        assertThat(late.refusal().reason()).isEqualTo(FailureReason.DEADLINE_EXCEEDED);
        assertThat(punctual.hasResult()).isTrue();
        assertThat(engine.batchSizes()).containsExactly(1);
    }

    @Test
    void aRequestThatExpiresBeforeItsRerunIsNotRunAgain() {
        // Given: the first attempt takes as long as the deadline is away
        engine.failingOn(item -> {
            lane.passTime(LaneFixture.DEADLINE_NANOS);
            return true;
        });
        RecordedReply first = lane.queue(Arm.CONTROL, 1);
        RecordedReply second = lane.queue(Arm.CONTROL, 2);

        // When
        lane.runQueued();

        // Then
        assertThat(engine.batchSizes()).containsExactly(2);
        assertThat(first.refusal().reason()).isEqualTo(FailureReason.DEADLINE_EXCEEDED);
        assertThat(second.refusal().reason()).isEqualTo(FailureReason.DEADLINE_EXCEEDED);
        assertThat(lane.cells().get(0).getDeviceNanos()).isPositive();
    }

    @Test
    void aWithdrawnRequestLeavesTheQueueAtOnceAndIsNeverRun() {
        // Given
        RecordedReply gone = lane.queue(Arm.CONTROL, 1);

        // When
        lane.withdraw(gone);

        // Then
        assertThat(lane.queuedRequests()).isZero();
        assertThat(gone.refusal().reason()).isEqualTo(FailureReason.CANCELLED);
        assertThat(lane.cells()).isEmpty();
    }

    @Test
    void aRequestThatIsWithdrawnOnTheDeviceIsCountedThenCancelledAndNotRunAgain() {
        // Given: the client goes away while the first attempt fails
        RecordedReply gone = lane.queue(Arm.CONTROL, POISON);
        RecordedReply stays = lane.queue(Arm.CONTROL, 1);
        engine.failingOn(item -> {
            lane.withdraw(gone);
            return isPoison(item);
        });

        // When
        lane.runQueued();

        // Then
        assertThat(gone.answers()).isEqualTo(1);
        assertThat(gone.refusal().reason()).isEqualTo(FailureReason.CANCELLED);
        assertThat(stays.hasResult()).isTrue();
        assertThat(engine.batchSizes()).containsExactly(2, 1);
        assertThat(lane.cells().get(0).getItems()).isEqualTo(1);
    }

    @Test
    void oneRequestOfEachArmSpeaksForAnExecution() {
        // Given
        List<RecordedReply> control = new ArrayList<>();
        List<RecordedReply> candidate = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            control.add(lane.queue(Arm.CONTROL, i));
            candidate.add(lane.queue(Arm.CANDIDATE, i));
        }

        // When
        lane.runQueued();

        // Then
        assertThat(control.stream().filter(reply -> reply.account().witness())).hasSize(1);
        assertThat(candidate.stream().filter(reply -> reply.account().witness()))
                .hasSize(1);
        assertThat(lane.cells()).allSatisfy(cell -> {
            assertThat(cell.getExecutions()).isEqualTo(1);
            assertThat(cell.getWitnessCostPicoUsd().getCountList()).containsExactly(1L);
            assertThat(cell.getWitnessDeviceNanos().getCountList()).containsExactly(1L);
        });
    }

    @Test
    void onePredictionARequestEveryRowOfAFeatureAndNonfiniteRowsAreCounted() {
        // Given: the second score is always the larger one
        RecordedReply fine = lane.queue(Arm.CONTROL, 0.5f, 1.5f, 3);
        RecordedReply nan = lane.queue(Arm.CONTROL, Float.NaN);

        // When
        lane.runQueued();

        // Then
        CellCounts cell = lane.cells().get(0);
        assertThat(cell.getPredictions(0).getName()).isEqualTo("y");
        assertThat(cell.getPredictions(0).getCountList()).containsExactly(0L, 1L, 1L);
        assertThat(cell.getScores().getName()).isEqualTo("top-1");
        assertThat(cell.getScores().getCountList().stream()
                        .mapToLong(Long::longValue)
                        .sum())
                .isEqualTo(2);
        assertThat(cell.getScores().getCountList()).endsWith(1L);
        assertThat(cell.getFeatures(0).getName()).isEqualTo("x_mean");
        assertThat(cell.getFeatures(0).getCountList()).containsExactly(1L, 1L, 1L, 1L);
        assertThat(cell.getNonfiniteOutputs()).isEqualTo(1);
        assertThat(cell.getComputedRequests()).isEqualTo(2);
        assertThat(cell.getNonfiniteRequests()).isEqualTo(1);
        assertThat(fine.account().nonfiniteRows()).isZero();
        assertThat(nan.account().nonfiniteRows()).isEqualTo(1);
    }

    @Test
    void whereNanIsAnErrorItFailsItsRequestAlone() {
        // Given
        LaneFixture strict = new LaneFixture(engine, Samples.spec(8, 64, NanPolicy.ERROR));
        RecordedReply good = strict.queue(Arm.CANDIDATE, 1);
        RecordedReply bad = strict.queue(Arm.CANDIDATE, 2, Float.NaN);

        // When
        strict.runQueued();

        // Then
        assertThat(engine.batchSizes()).containsExactly(3);
        assertThat(Samples.firstScores(good.response())).containsExactly(2);
        assertThat(bad.refusal().reason()).isEqualTo(FailureReason.MODEL_FAILED);
        assertThat(bad.refusal().message()).contains("gave a NaN or an infinity");
        CellCounts cell = strict.cells().get(0);
        assertThat(cell.getItems()).isEqualTo(1);
        assertThat(cell.getNonfiniteOutputs()).isEqualTo(1);
        assertThat(strict.nonfiniteRowsTotal()).isEqualTo(1);
    }

    @Test
    void whereNanIsNullAnInfinityIsNanOnTheWireAndOtherwiseItStays() {
        // Given
        LaneFixture tidy = new LaneFixture(engine, Samples.spec(8, 64, NanPolicy.NULL));
        RecordedReply missing = tidy.queue(Arm.CONTROL, 1, Float.POSITIVE_INFINITY);
        RecordedReply asItIs = lane.queue(Arm.CONTROL, 1, Float.POSITIVE_INFINITY);

        // When
        tidy.runQueued();
        lane.runQueued();

        // Then
        assertThat(Samples.firstScores(missing.response())).containsExactly(2, Float.NaN);
        assertThat(Samples.firstScores(asItIs.response())).containsExactly(2, Float.POSITIVE_INFINITY);
        assertThat(tidy.nonfiniteRowsTotal()).isEqualTo(1);
        assertThat(lane.nonfiniteRowsTotal()).isEqualTo(1);
    }

    @Test
    void warmUpRequestsAreNotCounted() {
        // Given
        RecordedReply synthetic = lane.queueWarmUp(1);

        // When
        lane.runQueued();

        // Then
        assertThat(synthetic.hasResult()).isTrue();
        assertThat(lane.cells()).isEmpty();
        assertThat(lane.costUsdTotal()).isZero();
    }

    @Test
    void theCostsOfAllItemsAddUpToTheLedgerExactly() {
        long seed = Long.getLong("seed", 11L);
        Random random = new Random(seed);
        List<RecordedReply> replies = new ArrayList<>();
        for (int execution = 0; execution < 400; execution++) {
            // Given
            boolean someFail = random.nextInt(4) == 0;
            for (int requests = 1 + random.nextInt(5); requests > 0; requests--) {
                float[] rows = new float[1 + random.nextInt(2)];
                for (int i = 0; i < rows.length; i++) {
                    rows[i] = someFail && random.nextInt(3) == 0 ? POISON : random.nextFloat();
                }
                replies.add(lane.queue(random.nextBoolean() ? Arm.CONTROL : Arm.CANDIDATE, rows));
            }

            // When
            lane.runQueued();
        }

        // Then: what the cells were charged is the price of all device time, to the last picoUSD
        long nanos = lane.cells().stream().mapToLong(CellCounts::getDeviceNanos).sum();
        long picoUsd =
                lane.cells().stream().mapToLong(CellCounts::getCostPicoUsd).sum();
        BigInteger expected = BigInteger.valueOf(nanos)
                .multiply(BigInteger.valueOf(LaneFixture.HOUR_PICO_USD))
                .divide(BigInteger.valueOf(3_600_000_000_000L));
        assertThat(BigInteger.valueOf(picoUsd)).as("seed %d", seed).isEqualTo(expected);
        assertThat(replies).allMatch(reply -> reply.answers() == 1);
        assertThat(replies.stream().filter(reply -> !reply.hasResult())).isNotEmpty();
    }

    @Test
    void withoutFailuresTheAnswersCarryTheWholeCost() {
        // Given
        List<RecordedReply> replies = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            replies.add(lane.queue(Arm.CONTROL, i));
        }

        // When
        lane.runQueued();

        // Then
        CellCounts cell = lane.cells().get(0);
        assertThat(replies.stream()
                        .mapToLong(reply -> reply.account().costPicoUsd())
                        .sum())
                .isEqualTo(cell.getCostPicoUsd());
        assertThat(replies.stream()
                        .mapToLong(reply -> reply.account().deviceNanos())
                        .sum())
                .isEqualTo(cell.getDeviceNanos());
    }

    @Test
    void aFaultOfOursStillAnswersEveryRequestOfTheBatch() {
        // Given
        engine.failingOn(item -> {
            throw new IllegalStateException("broken in a way the engine does not expect");
        });
        RecordedReply one = lane.queue(Arm.CONTROL, 1);
        RecordedReply two = lane.queue(Arm.CONTROL, 2);

        // When
        try {
            lane.runQueued();
        } catch (IllegalStateException expected) {
            assertThat(expected).hasMessageContaining("broken");
        }

        // Then
        assertThat(one.refusal().reason()).isEqualTo(FailureReason.INTERNAL);
        assertThat(two.refusal().message()).doesNotContain("broken");
    }

    @Test
    void anEmptyPlanRunsNothing() {
        lane.runner().execute(new Plan<>(List.of(), List.of()));

        assertThat(engine.batchSizes()).isEmpty();
    }

    @Test
    void theAnswerSaysHowLongTheRequestWaited() {
        // Given
        RecordedReply reply = lane.queue(Arm.CONTROL, 1);
        lane.passTime(5_000_000);

        // When
        lane.runQueued();

        // Then
        Account account = reply.account();
        assertThat(account.queueNanos()).isGreaterThanOrEqualTo(5_000_000).isLessThan(6_000_000);
    }

    private static boolean isPoison(ByteBuffer item) {
        return item.getFloat(item.position()) == POISON;
    }

    private static long engineNanosMin(int items) {
        return 1_000_003 + items * 100_007L;
    }
}
