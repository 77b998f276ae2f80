package io.bellwether.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class BatchPlannerTest {
    private final BatchPlanner<String> planner = new BatchPlanner<>(new BatchingPolicy(8, 4, 1));

    private static Waiting<String> waiting(long id, int items, long deadlineNanos) {
        return new Waiting<>(id, items, deadlineNanos, "request " + id);
    }

    private Admission offer(long id, int items, long deadlineNanos) {
        return planner.offer(waiting(id, items, deadlineNanos), 0);
    }

    private static List<Long> ids(List<Waiting<String>> requests) {
        return requests.stream().map(Waiting::id).toList();
    }

    @Test
    void anIdleInstanceTakesWhatWaitsAtOnce() {
        // Given
        offer(1, 1, 100);

        // When
        Plan<String> plan = planner.onInstanceFree(10);

        // Then
        assertThat(ids(plan.batch())).containsExactly(1L);
        assertThat(plan.expired()).isEmpty();
        assertThat(planner.queuedRequests()).isZero();
    }

    @Test
    void anEmptyQueueGivesAnEmptyPlan() {
        assertThat(planner.onInstanceFree(0)).isEqualTo(new Plan<String>(List.of(), List.of()));
        assertThat(planner.nextDeadlineNanos()).isEmpty();
    }

    @Test
    void theEarliestDeadlineGoesFirstAndTiesGoByArrival() {
        // Given
        offer(1, 1, 300);
        offer(2, 1, 100);
        offer(3, 1, 300);
        offer(4, 1, 200);

        // When, Then
        assertThat(planner.nextDeadlineNanos()).hasValue(100);
        assertThat(ids(planner.onInstanceFree(0).batch())).containsExactly(2L, 4L, 1L, 3L);
    }

    @Test
    void aBatchHoldsAtMostTheLargestSizeInItems() {
        // Given
        offer(1, 5, 100);
        offer(2, 3, 200);
        offer(3, 1, 300);

        // When, Then
        Plan<String> first = planner.onInstanceFree(0);
        assertThat(ids(first.batch())).containsExactly(1L, 2L);
        assertThat(first.items()).isEqualTo(8);
        assertThat(ids(planner.onInstanceFree(0).batch())).containsExactly(3L);
    }

    @Test
    void nobodyOvertakesALargeRequestForBeingSmall() {
        // Given
        offer(1, 2, 100);
        offer(2, 7, 200);
        offer(3, 1, 300);

        // When, Then
        assertThat(ids(planner.onInstanceFree(0).batch())).containsExactly(1L);
        assertThat(ids(planner.onInstanceFree(0).batch())).containsExactly(2L, 3L);
    }

    @Test
    void expiredWorkIsHandedBackAndNeverRun() {
        // Given
        offer(1, 1, 99);
        offer(2, 1, 100);
        offer(3, 1, 101);

        // When
        Plan<String> plan = planner.onInstanceFree(100);

        // Then: a deadline that is reached is over
        assertThat(ids(plan.expired())).containsExactly(1L, 2L);
        assertThat(ids(plan.batch())).containsExactly(3L);
    }

    @Test
    void aTimerAnswersTheExpiredWhileAllInstancesAreBusy() {
        // Given
        offer(1, 1, 50);
        offer(2, 1, 60);

        // When, Then
        assertThat(ids(planner.onTimer(49))).isEmpty();
        assertThat(ids(planner.onTimer(50))).containsExactly(1L);
        assertThat(planner.queuedRequests()).isEqualTo(1);
        assertThat(planner.state(0).items()).isEqualTo(1);
    }

    @Test
    void aFullQueueRefusesWithTheTimeThatItNeedsToEmpty() {
        // Given: 4 requests of 6 items wait, a run of 8 items takes 40 ms
        BatchPlanner<String> known =
                new BatchPlanner<>(new BatchingPolicy(8, 4, 1), LatencyModel.of(LatencyFit.exact(0, 5e6, 0.01), 8));
        for (int id = 1; id <= 4; id++) {
            known.offer(waiting(id, 6, 1_000_000_000), 0);
        }

        // When
        Admission refused = known.offer(waiting(5, 1, 1_000_000_000), 0);

        // Then: 24 items are 3 full batches
        assertThat(refused)
                .isEqualTo(new Admission.Refused(
                        Admission.Reason.QUEUE_FULL,
                        120_000_000,
                        "Exceeds maximum queue size: 4 requests wait already"));
    }

    @Test
    void theRetryAfterOfAnUnknownModelIsTheShortest() {
        for (int id = 1; id <= 4; id++) {
            offer(id, 8, 100);
        }
        assertThat(((Admission.Refused) offer(5, 1, 100)).retryAfterNanos())
                .isEqualTo(BatchPlanner.RETRY_AFTER_NANOS_MIN);
    }

    @Test
    void aRequestThatIsTooLateOrTooLargeIsRefused() {
        assertThat(planner.offer(waiting(1, 1, 10), 10))
                .isInstanceOfSatisfying(Admission.Refused.class, refused -> assertThat(refused.reason())
                        .isEqualTo(Admission.Reason.DEADLINE_PASSED));
        assertThat(planner.offer(waiting(1, 9, 100), 10))
                .isEqualTo(new Admission.Refused(
                        Admission.Reason.TOO_LARGE, 0, "the request has 9 items; the largest batch is 8"));
        assertThat(planner.queuedRequests()).isZero();
    }

    @Test
    void aCancelledRequestIsGone() {
        // Given
        offer(1, 2, 100);
        offer(2, 1, 200);

        // When, Then
        assertThat(planner.cancel(1)).contains(waiting(1, 2, 100));
        assertThat(planner.cancel(1)).isEmpty();
        assertThat(planner.cancel(99)).isEmpty();
        assertThat(planner.state(0).items()).isEqualTo(1);
        assertThat(ids(planner.onInstanceFree(0).batch())).containsExactly(2L);
    }

    @Test
    void drainingHandsEverythingBack() {
        // Given
        offer(1, 1, 300);
        offer(2, 1, 100);

        // When, Then
        assertThat(ids(planner.drain())).containsExactly(2L, 1L);
        assertThat(planner.queuedRequests()).isZero();
    }

    @Test
    void theSameIdTwiceIsAFaultOfTheCallerAndChangesNothing() {
        // Given
        offer(1, 1, 100);

        // When, Then
        assertThatThrownBy(() -> offer(1, 3, 50)).isInstanceOf(IllegalArgumentException.class);
        assertThat(planner.state(0).items()).isEqualTo(1);
    }

    @Test
    void ordersAcrossTheWrapAroundOfTheClock() {
        // Given: a clock shortly before it wraps around
        long now = Long.MAX_VALUE - 10;
        planner.offer(waiting(1, 1, now + 100), now);
        planner.offer(waiting(2, 1, now + 5), now);

        // When, Then
        Plan<String> plan = planner.onInstanceFree(now + 20);
        assertThat(ids(plan.expired())).containsExactly(2L);
        assertThat(ids(plan.batch())).containsExactly(1L);
    }

    @Test
    void limitsAreChecked() {
        assertThatThrownBy(() -> new BatchingPolicy(0, 1, 1)).hasMessage("batchItemsMax must be 1 to 1024 but is 0");
        assertThatThrownBy(() -> new BatchingPolicy(1025, 1, 1)).hasMessageContaining("1025");
        assertThatThrownBy(() -> new BatchingPolicy(1, 0, 1)).hasMessageContaining("queueRequestsMax");
        assertThatThrownBy(() -> new BatchingPolicy(1, 1, 257)).hasMessageContaining("instances");
        assertThatThrownBy(() -> waiting(1, 0, 1)).hasMessageContaining("at least one item");
    }
}
