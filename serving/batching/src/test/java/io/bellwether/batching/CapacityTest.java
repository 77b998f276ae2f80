package io.bellwether.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CapacityTest {
    private static final long MILLI = 1_000_000;

    /** The line of the design study: 2.2 + 0.77 b ms; with 1 % noise, the least a model assumes. */
    private static final LatencyFit STUDY = LatencyFit.exact(2.2e6, 0.77e6, 0.01);

    private static Capacity capacity(LatencyFit fit, int itemsMax, int instances, long objectiveNanos) {
        return Capacity.of(
                        LatencyModel.of(fit, itemsMax),
                        BatchingPolicy.of(itemsMax, 100, instances, objectiveNanos),
                        itemsMax,
                        1)
                .orElseThrow();
    }

    @Test
    void theBestBatchIsTheLargestOfWhichTwoFitIntoTheObjective() {
        // Given l(b) = (2.2 + 0.77 b) * (1 + 2.33 * 0.01) ms: l(28) = 24.31, l(29) = 25.10
        // When
        Capacity capacity = capacity(STUDY, 64, 1, 50 * MILLI);

        // Then
        assertThat(capacity.bestItems()).isEqualTo(28);
        assertThat(capacity.meanNanos()).isCloseTo(23_760_000, within(2_000L));
        assertThat(capacity.p99Nanos()).isCloseTo(24_313_608, within(2_000L));
        assertThat(capacity.promisedItemsPerSecond()).isCloseTo(28 / 24.313608e-3, within(0.2));
        assertThat(capacity.meanItemsPerSecond()).isCloseTo(28 / 23.76e-3, within(0.2));
    }

    @ParameterizedTest
    @CsvSource({
        // itemsMax, instances, objective ms, best batch, items/s by hand: instances * b / (1.0233 * (2.2 + 0.77 b) ms)
        "64, 1, 0, 64, 1214.9",
        "16, 1, 50, 16, 1077.0",
        "64, 3, 50, 28, 3454.9",
        "64, 1, 7, 1, 329.0"
    })
    void capacityFollowsFromBestBatchAndInstances(
            int itemsMax, int instances, long objectiveMillis, int best, double perSecond) {
        // When
        Capacity capacity = capacity(STUDY, itemsMax, instances, objectiveMillis * MILLI);

        // Then
        assertThat(capacity.bestItems()).isEqualTo(best);
        assertThat(capacity.promisedItemsPerSecond()).isCloseTo(perSecond, within(0.5));
    }

    @Test
    void nothingIsPromisedWhereNotEvenTwoSingleRunsFit() {
        // Given runs of one item take 2.97 ms, and so 5.94 ms for two
        // When
        Capacity capacity = capacity(STUDY, 64, 1, 6 * MILLI);

        // Then
        assertThat(capacity.bestItems()).isZero();
        assertThat(capacity.meanNanos()).isCloseTo(2_970_000, within(2_000L));
        assertThat(capacity.promisedItemsPerSecond()).isZero();
        assertThat(capacity.headRoomItemsPerSecond(10)).isEqualTo(-10);
        assertThat(Capacity.replicas(10, capacity.promisedItemsPerSecond())).isEmpty();
    }

    @Test
    void lengthCountsInCells() {
        // Given 0.5 ms + 0.01 ms a token, texts of 50 tokens
        LatencyModel latency = LatencyModel.of(LatencyFit.exact(0.5e6, 0.01e6, 0.01), 64 * 256);
        BatchingPolicy policy = BatchingPolicy.of(64, 100, 1, 20 * MILLI);

        // When
        Capacity capacity = Capacity.of(latency, policy, 64, 50).orElseThrow();

        // Then 0.5 + 0.5 * b is at most 10 / 1.0233 = 9.772 ms up to b = 18
        assertThat(capacity.bestItems()).isEqualTo(18);
        assertThat(capacity.promisedItemsPerSecond()).isCloseTo(18 / (1.0233 * 9.5e-3), within(1.0));
    }

    @Test
    void aModelWithoutRunsIsNotKnownYet() {
        // Given
        BatchingPolicy policy = BatchingPolicy.of(8, 100, 1, 50 * MILLI);
        LatencyModel young = new LatencyModel();

        // When seven runs, one fewer than speak for a model
        for (int run = 0; run < LatencyModel.RUNS_UNTIL_KNOWN - 1; run++) {
            assertThat(Capacity.of(young, policy, 8, 1)).isEmpty();
            young.observe(1 + run, 3 * MILLI);
        }

        // Then
        assertThat(Capacity.of(young, policy, 8, 1)).isEmpty();
        young.observe(8, 3 * MILLI);
        assertThat(Capacity.of(young, policy, 8, 1)).isPresent();
    }

    @Test
    void aModelThatSawOneSizeOnlyDoesNotSpeakForLargerOnes() {
        // Given
        LatencyModel latency = new LatencyModel();
        for (int run = 0; run < 100; run++) {
            latency.observe(1, 3 * MILLI);
        }

        // Then
        assertThat(Capacity.of(latency, BatchingPolicy.of(8, 100, 1, 50 * MILLI), 8, 1))
                .isEmpty();
        assertThat(Capacity.of(latency, BatchingPolicy.of(1, 100, 1, 50 * MILLI), 1, 1))
                .isPresent();
    }

    @Test
    void slowRunsOfOneSizeLowerThePromiseBelowTheLine() {
        // Given every run of 16 takes 20 ms instead of the 14.52 ms of the line, three in thirty-two
        LatencyModel latency = LatencyModel.of(STUDY, 16);
        for (int run = 0; run < 96; run++) {
            latency.observe(16, run % 11 == 0 ? 20 * MILLI : 14_520_000);
        }

        // When
        Capacity capacity = Capacity.of(latency, BatchingPolicy.of(16, 100, 1, 50 * MILLI), 16, 1)
                .orElseThrow();

        // Then the quantile of the runs decides, not the line
        assertThat(capacity.p99Nanos()).isCloseTo(20 * MILLI, within(MILLI));
        assertThat(capacity.promisedItemsPerSecond()).isCloseTo(800, within(40.0));
        assertThat(capacity.meanItemsPerSecond()).isGreaterThan(1_000);
    }

    @Test
    void moreRunsMakeTheCostMoreCertain() {
        // Given
        BatchingPolicy policy = BatchingPolicy.of(16, 100, 1, 0);
        LatencyModel latency = new LatencyModel();
        for (int run = 0; run < 10; run++) {
            latency.observe(1 + run % 16, 3 * MILLI + run % 3 * 100_000L);
        }
        double young = Capacity.of(latency, policy, 16, 1).orElseThrow().errorNanos();

        // When
        for (int run = 0; run < 200; run++) {
            latency.observe(1 + run % 16, 3 * MILLI + run % 3 * 100_000L);
        }

        // Then
        double grown = Capacity.of(latency, policy, 16, 1).orElseThrow().errorNanos();
        assertThat(young).isPositive();
        assertThat(grown).isPositive().isLessThan(young / 2);
    }

    @Test
    void headRoomAndReplicasFollowFromThePromise() {
        // Given
        Capacity capacity = new Capacity(8, 9 * MILLI, 10 * MILLI, 0, 800, 889);

        // Then
        assertThat(capacity.headRoomItemsPerSecond(300)).isEqualTo(500);
        assertThat(capacity.headRoomItemsPerSecond(1_000)).isEqualTo(-200);
        assertThat(Capacity.replicas(0, capacity.promisedItemsPerSecond())).hasValue(1);
        assertThat(Capacity.replicas(800, capacity.promisedItemsPerSecond())).hasValue(1);
        assertThat(Capacity.replicas(801, capacity.promisedItemsPerSecond())).hasValue(2);
        assertThat(Capacity.replicas(4_001, capacity.promisedItemsPerSecond())).hasValue(6);
    }
}
