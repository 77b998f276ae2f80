package io.bellwether.batching.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.batching.Seeds;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The simulation checks itself at each step; these run it. */
class RandomScenarioTest {
    private static final int REQUESTS = 1_000;
    private static final double NANOS_PER_HOUR = 3.6e12;
    private static final double SLOWEST = 10_000;

    private final Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
    private double hours;
    private double hoursAtSpeed;
    private long requests;
    private long runs;
    private long crashes;

    /** Every other scenario is as fast as real models are; the others are 10 to 10,000 times as slow. */
    private static double slowness(long seed) {
        return seed % 2 == 0 ? 1 : Math.exp(new SplittableRandom(seed).nextDouble(Math.log(10), Math.log(SLOWEST)));
    }

    private void play(long seed) {
        Scenario scenario = RandomScenario.of(seed, slowness(seed), REQUESTS);
        List<Result> results = Simulation.run(scenario);
        double took = results.stream().mapToLong(Result::spanNanos).max().orElse(0) / NANOS_PER_HOUR;
        hours += took;
        hoursAtSpeed += seed % 2 == 0 ? took : 0;
        crashes += scenario.device().outages().size();
        for (Result result : results) {
            requests += result.requests();
            runs += result.usage().runs();
            result.counts().forEach((outcome, count) -> outcomes.merge(outcome, (long) count, Long::sum));
        }
    }

    private void report(long scenarios) {
        System.out.printf(
                "%,.1f simulated hours (%,.2f of them at full speed), %,d scenarios, %,d requests, %,d runs, %,d crashes, %s%n",
                hours, hoursAtSpeed, scenarios, requests, runs, crashes, outcomes);
    }

    @Test
    void theInvariantsHoldInManyScenarios() {
        // When
        Seeds.forEach(600, this::play);

        // Then the simulation found nothing wrong, and everything has happened often
        report(600);
        if (Long.getLong("seed") == null) {
            assertThat(outcomes).containsOnlyKeys(Outcome.values());
            assertThat(outcomes.values()).allMatch(count -> count > 1_000);
            assertThat(crashes).isGreaterThan(100);
            assertThat(hours).isGreaterThan(10);
        }
    }

    @Test
    @EnabledIfSystemProperty(
            named = "bellwether.long",
            matches = "true",
            disabledReason = "takes minutes; in profile long")
    void theInvariantsHoldForTenThousandHours() {
        // When
        long seed = 1_000_000;
        while (hours < 10_000) {
            long next = seed++;
            try {
                play(next);
            } catch (IllegalStateException e) {
                throw new AssertionError("seed " + next + ": " + e.getMessage(), e);
            }
        }

        // Then
        report(seed - 1_000_000);
        assertThat(outcomes).containsOnlyKeys(Outcome.values());
    }
}
