package io.bellwether.deploy.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class ScenarioTest {
    private static final Scenario GOOD = named("good");
    private static final Scenario SLOW = named("slow");
    private static final Scenario COSTLY = named("costly");

    @Test
    void acceptsTheEndingsThatShouldBe() {
        assertThat(GOOD.differences("PROMOTED", Set.of())).isEmpty();
        assertThat(SLOW.differences("ROLLED_BACK", Set.of("latency_p95", "cost")))
                .isEmpty();
        assertThat(SLOW.differences("ROLLED_BACK", Set.of("cost"))).isEmpty();
        assertThat(COSTLY.differences("ROLLED_BACK", Set.of("cost"))).isEmpty();
    }

    @Test
    void namesAnotherState() {
        assertThat(GOOD.differences("ROLLED_BACK", Set.of("errors")))
                .containsExactly("it ended as ROLLED_BACK instead of PROMOTED");
        assertThat(SLOW.differences("PROMOTED", Set.of())).hasSize(2);
    }

    @Test
    void namesAnotherCause() {
        assertThat(SLOW.differences("ROLLED_BACK", Set.of("classes")))
                .singleElement()
                .asString()
                .contains("not latency or cost");
    }

    @Test
    void theCostlyOneMayBeTakenBackForTheTimeThatItsCostTakes() {
        assertThat(COSTLY.differences("ROLLED_BACK", Set.of("cost", "latency_p50")))
                .isEmpty();
        assertThat(COSTLY.differences("ROLLED_BACK", Set.of("errors", "latency_p95")))
                .singleElement()
                .asString()
                .contains("not cost or latency_p50");
    }

    private static Scenario named(String name) {
        return Scenario.all().stream()
                .filter(scenario -> scenario.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
