package io.bellwether.monitoring.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class UnitTest {
    @Test
    void theMemoriesOfClientsShareTheErrorBudgetWhole() {
        assertThat(IntStream.range(0, Unit.MEMORIES_MAX).mapToObj(UnitTest::share))
                .containsExactly(3 / 4.0, 3 / 16.0, 3 / 64.0, 1 / 64.0);
        assertThat(IntStream.range(0, Unit.MEMORIES_MAX)
                        .mapToDouble(UnitTest::share)
                        .sum())
                .isCloseTo(Unit.REQUEST.budgetShare(), within(1e-15));
        assertThatIllegalArgumentException().isThrownBy(() -> new Unit.Client(Unit.MEMORIES_MAX));
    }

    @Test
    void aPlanByClientsSpendsItsPartOfBothErrorRatesAndKeepsTheMargins() {
        RolloutPlan plan = SimulatedRollout.plan(SimulatedRollout.DEMO, Conduct.DEFAULT);
        Margins second = plan.byClients(1).margins();
        assertThat(second.alpha()).isCloseTo(0.01 * 3 / 16, within(1e-15));
        assertThat(second.beta()).isCloseTo(0.05 * 3 / 16, within(1e-15));
        assertThat(second.spending(16.0 / 3).errorOdds())
                .isEqualTo(plan.margins().errorOdds());
        assertThat(plan.byClients(1).configHash())
                .isNotEqualTo(plan.byClients(0).configHash());
    }

    private static double share(int memory) {
        return new Unit.Client(memory).budgetShare();
    }
}
