package io.bellwether.batching;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PolicyCheckTest {
    /** An objective of 10 ms with its margin of 0.5 ms. */
    private final BatchingPolicy policy = BatchingPolicy.of(8, 4, 1, 10_000_000);

    @Test
    void anItemThatIsJustInTimeIsSound() {
        assertThat(policy.marginNanos()).isEqualTo(500_000);
        assertThat(PolicyCheck.against(policy, 9_500_000)).isEqualTo(new PolicyCheck.Sound());
    }

    @Test
    void anItemThatIsLateByItselfNamesTheObjectiveThatLeavesRoomForARunBeforeIt() {
        assertThat(PolicyCheck.against(policy, 9_500_001))
                .isEqualTo(new PolicyCheck.Unattainable(10_000_001, 20_000_002));
    }

    @Test
    void theObjectiveThatIsNamedIsSound() {
        // Given
        long itemNanos = 30_000_000;
        PolicyCheck.Unattainable found = (PolicyCheck.Unattainable) PolicyCheck.against(policy, itemNanos);

        // When
        BatchingPolicy mended = BatchingPolicy.of(8, 4, 1, found.objectiveNanosLeast());

        // Then
        assertThat(PolicyCheck.against(mended, itemNanos)).isInstanceOf(PolicyCheck.Sound.class);
    }

    @Test
    void withoutAnObjectiveNothingIsLate() {
        assertThat(PolicyCheck.against(new BatchingPolicy(8, 4, 1), Long.MAX_VALUE / 4))
                .isInstanceOf(PolicyCheck.Sound.class);
    }
}
