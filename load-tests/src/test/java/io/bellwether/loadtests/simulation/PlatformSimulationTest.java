package io.bellwether.loadtests.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * The whole platform against faults, with the rules of {@link Violation.Rule} looked at after every step. One seed again:
 * {@code -Dseed=<n>}; so many: {@code -Dbellwether.simulation.seeds=<n>}, from {@code -Dbellwether.simulation.from=<n>} on.
 */
class PlatformSimulationTest {
    private static final int SEEDS =
            Integer.getInteger("bellwether.simulation.seeds", Boolean.getBoolean("bellwether.long") ? 10_000 : 100);
    private static final long FIRST_SEED = Long.getLong("bellwether.simulation.from", 0);
    private static final int REPORTED_MAX = 3;
    private static final long RARE_AFTER_MILLIS = 24 * 3_600_000L;

    @Test
    void theRulesHoldWhateverGoesWrong() {
        // Given
        Long only = Long.getLong("seed");
        LongStream seeds = only != null ? LongStream.of(only) : LongStream.range(FIRST_SEED, FIRST_SEED + SEEDS);

        // When
        List<Simulation> runs = seeds.parallel().mapToObj(Simulation::of).toList();

        // Then
        Tallies all = new Tallies();
        runs.forEach(run -> all.addAll(run.tallies()));
        System.out.printf(
                Locale.ROOT,
                "%d seeds, %.1f virtual hours: %s%n",
                runs.size(),
                all.of("virtual milliseconds") / 3_600e3,
                all);
        List<Simulation> failed =
                runs.stream().filter(run -> run.problem().isPresent()).toList();
        failed.stream()
                .limit(REPORTED_MAX)
                .forEach(run -> System.out.println(run.shrunk().report()));
        assertThat(failed)
                .extracting(Simulation::seed)
                .as("seeds that break a rule")
                .isEmpty();
        if (runs.size() >= 100) {
            assertThatMuchHappened(all);
        }
    }

    /** Rules that nothing puts to the test hold for nothing. */
    private static void assertThatMuchHappened(Tallies all) {
        assertThat(List.of(
                        "requests to candidates",
                        "requests to arms",
                        "applied ROLL_BACK of an arm",
                        "applied PROMOTE of an arm",
                        "guard kills of arms",
                        "verdicts with a step that does not fit",
                        "applied ADVANCE",
                        "applied ADVANCE by monitoring",
                        "applied PROMOTE by monitoring",
                        "applied ROLL_BACK",
                        "applied ABORT",
                        "applied SET_STABLE",
                        "void",
                        "duplicate",
                        "guard kills",
                        "takeovers",
                        "restarts",
                        "requests cut off",
                        "messages lost",
                        "messages doubled"))
                .allSatisfy(what -> assertThat(all.of(what)).as(what).isPositive());
        if (all.of("virtual milliseconds") >= RARE_AFTER_MILLIS) {
            // Some in a hundred seeds, and people are mostly faster.
            assertThat(all.of("applied PROMOTE of an arm by monitoring")).isPositive();
            // Guards are mostly faster.
            assertThat(all.of("applied ROLL_BACK of an arm by monitoring")).isPositive();
        }
        for (Fault.Kind kind : Fault.Kind.values()) {
            assertThat(all.of("fault " + kind)).as("%s", kind).isPositive();
        }
    }

    @Test
    void oneSeedIsOneHistory() {
        for (long seed = 0; seed < 5; seed++) {
            assertThat(Simulation.of(seed).digest())
                    .as("seed %d", seed)
                    .isEqualTo(Simulation.of(seed).digest());
        }
    }
}
