package io.bellwether.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.deploy.platform.Role;
import org.junit.jupiter.api.Test;

class RestartBudgetTest {
    private static final long SECOND = 1_000_000_000L;

    private final RestartBudget budget = new RestartBudget();

    @Test
    void threeStartsInFiveMinutesAndNoMore() {
        for (int start = 0; start < 3; start++) {
            assertThat(budget.allows(Role.MONITORING, start * SECOND)).isTrue();
        }
        assertThat(budget.allows(Role.MONITORING, 299 * SECOND)).isFalse();
        assertThat(budget.allows(Role.MONITORING, 301 * SECOND)).isTrue();
    }

    @Test
    void eachProcessHasItsOwn() {
        for (int start = 0; start < 3; start++) {
            assertThat(budget.allows(Role.MONITORING, 0)).isTrue();
        }
        assertThat(budget.allows(Role.GATEWAY, 0)).isTrue();
    }

    @Test
    void aWorkerMayCrashUntilFourModelsAreInQuarantine() {
        for (int start = 0; start < 12; start++) {
            assertThat(budget.allows(Role.WORKER, start * SECOND)).isTrue();
        }
        assertThat(budget.allows(Role.WORKER, 12 * SECOND)).isFalse();
        assertThat(RestartBudget.words(Role.WORKER)).isEqualTo("12 times in five minutes");
    }
}
