package io.bellwether.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs of b take 2 + b ms. */
class ForecastTest {
    private static final long MILLI = 1_000_000;
    private static final LatencyFit LINE = LatencyFit.exact(2e6, 1e6, 0.1);

    private static Optional<Forecast> forecast(
            LatencyFit fit, long items, long freeMillis, int instances, int batchItems, double itemsMean) {
        QueueState state = new QueueState((int) items, items, 8, instances, 8, freeMillis * MILLI, 1, fit);
        return Forecast.of(state, new BatchingPolicy(8, 100, instances), batchItems, itemsMean, 1);
    }

    @ParameterizedTest
    @CsvSource({
        // items, free, instances, wait, run
        "0, 0, 1, 0, 3", // idle: its own run, alone
        "0, 7, 1, 7, 3", // when the present run ends
        "3, 7, 1, 7, 6", // with what waits
        "7, 7, 1, 7, 10",
        "8, 7, 1, 17, 3", // behind a full batch
        "19, 7, 1, 27, 6",
        "19, 7, 2, 17, 6", // two instances run two of them at once
        "16, 0, 4, 0, 3"
    })
    void itStartsWhenAnInstanceIsFreeAndWhatComesBeforeHasRun(
            long items, long freeMillis, int instances, long waitMillis, long runMillis) {
        // When
        Forecast forecast = forecast(LINE, items, freeMillis, instances, 8, 1).orElseThrow();

        // Then: one more adds an eighth of a full batch of 10 ms, over all instances
        assertThat(forecast)
                .isEqualTo(
                        new Forecast(waitMillis * MILLI, runMillis * MILLI, Math.round(10.0 * MILLI / 8 / instances)));
    }

    @Test
    void aQueueThatOverflowsItsBestBatchRunsLargerOnes() {
        // Given best batches of 2, which take 4 ms; eight wait: four of them take 16 ms, one of eight takes 10 ms
        // When
        Forecast forecast = forecast(LINE, 8, 0, 1, 2, 1).orElseThrow();

        // Then
        assertThat(forecast.waitNanos()).isEqualTo(10 * MILLI);
    }

    @Test
    void largerRequestsAddMore() {
        assertThat(forecast(LINE, 0, 0, 1, 8, 4).orElseThrow().eachNanos()).isEqualTo(5 * MILLI);
    }

    @Test
    void nothingIsSaidWhileNothingIsKnown() {
        assertThat(forecast(LatencyFit.UNKNOWN, 3, 5, 1, 8, 1)).isEmpty();
    }

    @Test
    void theStateOfAPlannerCountsRequestsInRunsAndHowLongTheyLast() {
        // Given
        BatchPlanner<String> planner =
                new BatchPlanner<>(new BatchingPolicy(4, 100, 1), LatencyModel.of(LatencyFit.exact(2e6, 1e6, 0), 4));
        for (int id = 0; id < 6; id++) {
            planner.offer(new Waiting<>(id, 1, 1_000 * MILLI, "r"), 0);
        }

        // When
        QueueState before = planner.state(0);
        Plan<String> plan = planner.onInstanceFree(0);
        QueueState during = planner.state(MILLI);
        planner.onExecuted(plan, 6 * MILLI, 6 * MILLI);
        QueueState after = planner.state(6 * MILLI);

        // Then
        assertThat(before.runningRequests()).isZero();
        assertThat(before.freeNanos()).isZero();
        assertThat(during.runningRequests()).isEqualTo(4);
        assertThat(during.requests()).isEqualTo(2);
        assertThat(during.freeNanos()).isEqualTo(plan.predictedNanos() - MILLI);
        assertThat(after.runningRequests()).isZero();
        assertThat(after.freeNanos()).isZero();
    }

    @Test
    void whoHangsIsExpectedToTakeAsLongAgainAsItIsLate() {
        // Given
        BatchPlanner<String> planner =
                new BatchPlanner<>(new BatchingPolicy(4, 100, 1), LatencyModel.of(LatencyFit.exact(2e6, 1e6, 0), 4));
        planner.offer(new Waiting<>(1, 1, 10_000 * MILLI, "r"), 0);

        // When
        Plan<String> plan = planner.onInstanceFree(0);

        // Then
        assertThat(planner.state(plan.predictedNanos() + 500 * MILLI).freeNanos())
                .isEqualTo(500 * MILLI);
    }
}
