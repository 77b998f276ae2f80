package io.bellwether.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Sizes that no run was near to, in virtual time: what is said of them is a guess, and nobody is refused for a guess. */
class UnmeasuredSizesTest {
    private static final long MS = 1_000_000;
    private static final long DEADLINE_NANOS = 5_000 * MS;

    private final List<Long> inTime = new ArrayList<>();
    private final List<Long> sacrificed = new ArrayList<>();
    private long ids;
    private long now;

    /** A request runs alone on the idle instance and takes so long. */
    private void alone(BatchPlanner<String> planner, int items, int length, long nanos) {
        assertThat(offer(planner, items, length, DEADLINE_NANOS)).isInstanceOf(Admission.Admitted.class);
        run(planner, nanos);
    }

    private Admission offer(BatchPlanner<String> planner, int items, int length, long nanosLeft) {
        ids++;
        return planner.offer(new Waiting<>(ids, items, now + nanosLeft, length, 1, "x"), now);
    }

    private void run(BatchPlanner<String> planner, long nanos) {
        Plan<String> plan = planner.onInstanceFree(now);
        plan.sacrificed().forEach(one -> sacrificed.add(one.id()));
        if (!plan.batch().isEmpty()) {
            now += nanos;
            planner.onExecuted(plan, nanos, now);
            plan.batch().stream().filter(one -> !one.isExpiredAt(now)).forEach(one -> inTime.add(one.id()));
        }
    }

    /** As texts are warmed: a few tokens in one or two rows, and the first runs are slow. */
    private BatchPlanner<String> warmedByShortTexts(LatencyModel latency) {
        BatchPlanner<String> planner = new BatchPlanner<>(BatchingPolicy.of(32, 256, 1, 2 * DEADLINE_NANOS), latency);
        for (int i = 0; i < 4; i++) {
            alone(planner, 1, 8, 4 * MS);
        }
        for (int i = 0; i < 60; i++) {
            int rows = 1 + i % 2;
            alone(planner, rows, 8, i < 10 ? 12 * MS * rows : 7 * MS * rows - MS);
        }
        return planner;
    }

    @Test
    void aFullBatchOfLongTextsRunsAfterAWarmUpWithShortOnes() {
        // Given: the line of the short texts, prolonged, says more than 5 s of what takes 2.3 s
        LatencyModel latency = new LatencyModel();
        BatchPlanner<String> planner = warmedByShortTexts(latency);
        assertThat(latency.predictNanos(32 * 256)).isGreaterThan(DEADLINE_NANOS);

        // When
        for (int i = 0; i < 9; i++) {
            alone(planner, 32, 256, 2_300 * MS);
        }

        // Then
        assertThat(inTime).hasSize(64 + 9);
        assertThat(sacrificed).isEmpty();
    }

    @Test
    void whoComesBesideARunOfUnknownLengthIsNotRefusedForIt() {
        // Given
        BatchPlanner<String> planner = warmedByShortTexts(new LatencyModel());
        offer(planner, 32, 256, DEADLINE_NANOS);
        Plan<String> plan = planner.onInstanceFree(now);

        // When, Then
        assertThat(plan.batch()).hasSize(1);
        assertThat(plan.predictedNanos()).isZero();
        assertThat(offer(planner, 1, 8, DEADLINE_NANOS)).isInstanceOf(Admission.Admitted.class);
    }

    @Test
    void oneSlowFirstRunOfASizeRefusesNobody() {
        // Given: a version warmed with 16 elements that gets 2^20, and the first of six takes 6 s
        BatchPlanner<String> planner = new BatchPlanner<>(BatchingPolicy.of(1, 256, 1, DEADLINE_NANOS));
        for (int i = 0; i < 30; i++) {
            alone(planner, 1, 16, MS / 10);
        }
        alone(planner, 1, Waiting.LENGTH_LIMIT, 6_000 * MS);
        inTime.clear();

        // When: twice six at once, 0.8 s each
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 6; i++) {
                assertThat(offer(planner, 1, Waiting.LENGTH_LIMIT, DEADLINE_NANOS))
                        .isInstanceOf(Admission.Admitted.class);
            }
            for (int i = 0; i < 6; i++) {
                run(planner, 800 * MS);
            }
        }

        // Then
        assertThat(sacrificed).isEmpty();
        assertThat(inTime).hasSize(12);
    }

    @Test
    void whatWasMeasuredOftenEnoughIsPromisedOrRefused() {
        // Given: eight full batches of 2.3 s
        BatchPlanner<String> planner = warmedByShortTexts(new LatencyModel());
        for (int i = 0; i < 8; i++) {
            alone(planner, 32, 256, 2_300 * MS);
        }

        // When, Then
        assertThat(offer(planner, 32, 256, 2_000 * MS))
                .isInstanceOfSatisfying(Admission.Refused.class, refused -> assertThat(refused.reason())
                        .isEqualTo(Admission.Reason.UNATTAINABLE));
        assertThat(offer(planner, 32, 256, 4_000 * MS)).isInstanceOf(Admission.Admitted.class);
    }

    @Test
    void runsSpeakForTwiceTheirSizeAndASeedSpeaksAtOnce() {
        // Given
        LatencyModel model = new LatencyModel();
        for (int i = 0; i < 7; i++) {
            model.observe(64, MS);
        }

        // When, Then: seven are too few
        assertThat(model.vouches(1)).isFalse();
        model.observe(512, MS);
        assertThat(model.vouches(128)).isTrue();
        assertThat(model.vouches(129)).isFalse();
        model.seed(512, MS);
        assertThat(model.vouches(1024)).isTrue();
        assertThat(model.vouches(1025)).isFalse();
    }
}
