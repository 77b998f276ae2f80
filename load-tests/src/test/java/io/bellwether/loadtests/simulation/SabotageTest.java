package io.bellwether.loadtests.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.loadtests.simulation.Violation.Rule;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Every rule is broken once, and the simulation finds it. */
class SabotageTest {
    private static final int SEEDS_MAX = 60;

    @ParameterizedTest
    @EnumSource(names = "NONE", mode = Mode.EXCLUDE)
    void aBrokenRuleIsFound(Sabotage sabotage) {
        // Given a part of the platform that breaks a rule, when some seeds run
        Optional<Violation> found = LongStream.range(0, SEEDS_MAX)
                .mapToObj(seed -> Simulation.of(seed, Fault.plan(seed), sabotage))
                .flatMap(run -> run.problem().stream())
                .map(Violation.class::cast)
                .findFirst();

        // Then it is that rule that is found broken
        assertThat(found).as("a violation within %d seeds", SEEDS_MAX).isPresent();
        assertThat(found.orElseThrow().rule())
                .as(found.orElseThrow().getMessage())
                .isEqualTo(sabotage.broken());
    }

    @Test
    void aFailureIsToldWithFewFaultsAndTheWayToRepeatIt() {
        // Given a failure that no fault causes
        Simulation failed = Simulation.of(0, Fault.plan(0), Sabotage.ANSWERS_TWICE);
        assertThat(failed.faults()).isNotEmpty();

        // When
        Simulation least = failed.shrunk();

        // Then
        assertThat(least.faults()).isEmpty();
        assertThat(least.problem()).containsInstanceOf(Violation.class);
        assertThat(least.report()).contains("-Dseed=0", "ONE_OUTCOME", "SET_STABLE");
    }

    @Test
    void noRuleIsWithoutItsSabotage() {
        assertThat(Rule.values())
                .isSubsetOf(
                        Arrays.stream(Sabotage.values()).map(Sabotage::broken).toList());
    }
}
