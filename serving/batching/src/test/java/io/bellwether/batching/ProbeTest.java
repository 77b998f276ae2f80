package io.bellwether.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProbeTest {
    private final Probe probe = new Probe();

    @Test
    void whatNeverRanIsTried() {
        assertThat(probe.isDue(Long.MIN_VALUE, Long.MAX_VALUE)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        // a hundred times what it is predicted to take, 0.1 s to 2 s
        "0, 100000000",
        "1000000, 100000000",
        "5000000, 500000000",
        "20000000, 2000000000",
        "30000000000, 2000000000",
        "9223372036854775807, 2000000000"
    })
    void anIdleInstanceTriesAgainAfterSomeTime(long predictedNanos, long waitNanos) {
        // Given: a clock that is about to wrap around
        long ranNanos = Long.MAX_VALUE - 10;
        probe.ran(ranNanos);

        // Then
        assertThat(probe.isDue(ranNanos + waitNanos - 1, predictedNanos)).isFalse();
        assertThat(probe.isDue(ranNanos + waitNanos, predictedNanos)).isTrue();
    }

    @Test
    void aModelThatIsThoughtHopelessIsTriedAndComesBack() {
        // Given: an objective of 10 ms and a model that takes 1 s, as far as is known
        BatchPlanner<String> planner = new BatchPlanner<>(
                BatchingPolicy.of(8, 16, 1, 10_000_000), LatencyModel.of(LatencyFit.exact(1e9, 0, 0.01), 8));
        planner.onAbandoned(new Plan<>(List.of(), List.of()), 0);

        // When
        Admission before = planner.offer(new Waiting<>(1, 1, 1_010_000_000, "x"), 1_000_000_000);
        Admission tried = planner.offer(new Waiting<>(2, 1, 2_010_000_000, "x"), 2_000_000_000);
        Admission beside = planner.offer(new Waiting<>(3, 1, 2_010_000_000, "x"), 2_000_000_000);
        Plan<String> plan = planner.onInstanceFree(2_000_000_000);

        // Then: one is let in and run; who comes beside it is not
        assertThat(before).isInstanceOfSatisfying(Admission.Refused.class, refused -> assertThat(refused.reason())
                .isEqualTo(Admission.Reason.UNATTAINABLE));
        assertThat(tried).isInstanceOf(Admission.Admitted.class);
        assertThat(beside).isInstanceOf(Admission.Refused.class);
        assertThat(plan.batch()).extracting(Waiting::id).containsExactly(2L);
    }
}
