package io.bellwether.batching;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BatchLimitTest {
    private final BatchLimit limit = new BatchLimit(64);

    private void work(int batches) {
        for (int i = 0; i < batches; i++) {
            limit.worked();
        }
    }

    @Test
    void lackOfMemoryHalvesWhatWasTried() {
        assertThat(limit.current()).isEqualTo(64);
        limit.outOfMemory(64);
        assertThat(limit.current()).isEqualTo(32);
        limit.outOfMemory(21);
        assertThat(limit.current()).isEqualTo(10);
    }

    @Test
    void twoRunsOfTheSameSizeThatFindNoMemoryAreOneLack() {
        limit.outOfMemory(32);
        limit.outOfMemory(32);
        assertThat(limit.current()).isEqualTo(16);
    }

    @Test
    void aRunThatWasPlannedBeforeTheLackSaysNothingNew() {
        limit.outOfMemory(8);
        limit.outOfMemory(64);
        assertThat(limit.current()).isEqualTo(4);
    }

    @Test
    void oneItemIsAlwaysTried() {
        limit.outOfMemory(1);
        assertThat(limit.current()).isEqualTo(1);
    }

    @Test
    void everyHundredBatchesThatWorkedRaiseItByOneUpToTheLargest() {
        // Given
        limit.outOfMemory(4);

        // When, Then
        work(99);
        assertThat(limit.current()).isEqualTo(2);
        work(1);
        assertThat(limit.current()).isEqualTo(3);
        work(100 * 61);
        assertThat(limit.current()).isEqualTo(64);
        work(1_000);
        assertThat(limit.current()).isEqualTo(64);
    }

    @Test
    void theCountOfGoodBatchesBeginsAgainWithEachLack() {
        // Given: what worked before a lack, at the largest size or below, does not count
        work(99);
        limit.outOfMemory(4);
        work(99);
        limit.outOfMemory(4);

        // When, Then
        work(99);
        assertThat(limit.current()).isEqualTo(2);
        work(1);
        assertThat(limit.current()).isEqualTo(3);
    }
}
