package io.bellwether.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class FailurePlanTest {
    private static Waiting<String> waiting(long id, int items, long deadlineNanos) {
        return new Waiting<>(id, items, deadlineNanos, "work");
    }

    @Test
    void aRequestThatWasAloneHasFailed() {
        // Given
        Waiting<String> alone = waiting(1, 4, 10);

        // When
        FailurePlan<String> plan = FailurePlan.after(List.of(alone), 50);

        // Then
        assertThat(plan).isEqualTo(new FailurePlan<>(List.of(alone), List.of(), List.of()));
    }

    @Test
    void eachRequestOfABatchRunsAgainByItselfUnlessItIsTooLate() {
        // Given
        Waiting<String> late = waiting(1, 1, 50);
        Waiting<String> first = waiting(2, 3, 51);
        Waiting<String> second = waiting(3, 1, 90);

        // When
        FailurePlan<String> plan = FailurePlan.after(List.of(late, first, second), 50);

        // Then
        assertThat(plan).isEqualTo(new FailurePlan<>(List.of(), List.of(first, second), List.of(late)));
    }

    @Test
    void anEmptyBatchIsAFaultOfTheCaller() {
        assertThatThrownBy(() -> FailurePlan.after(List.of(), 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
