package io.bellwether.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

class SchedulingSimulationTest {
    @Test
    void theInvariantsHoldInManyWorlds() {
        Map<SchedulingWorld.Outcome, Integer> total = new EnumMap<>(SchedulingWorld.Outcome.class);
        Seeds.forEach(150, seed -> {
            // Given
            SchedulingWorld world = new SchedulingWorld(seed);

            // When, Then: the world checks itself at each step
            world.run(400);
            world.counts.forEach((outcome, count) -> total.merge(outcome, count, Integer::sum));
        });

        // The worlds together have seen everything that can happen.
        if (Long.getLong("seed") == null) {
            assertThat(total).containsOnlyKeys(SchedulingWorld.Outcome.values());
            assertThat(total.values()).allMatch(count -> count > 20);
        }
    }

    /** Every other world is ten thousand times as slow, or hours would hold too many requests to play. */
    @Test
    @EnabledIfSystemProperty(
            named = "bellwether.long",
            matches = "true",
            disabledReason = "takes minutes; in profile long")
    void theInvariantsHoldForTenThousandHours() {
        double hours = 0;
        long requests = 0;
        long seed = 1_000;
        while (hours < 10_000) {
            SchedulingWorld world = new SchedulingWorld(seed, seed % 2 == 0 ? 10_000 : 1);
            try {
                world.run(2_000);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
            }
            hours += world.hours();
            requests += 2_000;
            seed++;
        }
        System.out.printf("%,.0f simulated hours, %,d requests, %,d worlds%n", hours, requests, seed - 1_000);
        assertThat(requests).isGreaterThan(1_000_000);
    }

    @Test
    void theSameSeedGivesTheSameWorld() {
        // Given
        SchedulingWorld one = new SchedulingWorld(11);
        SchedulingWorld two = new SchedulingWorld(11);

        // When
        one.run(300);
        two.run(300);

        // Then
        assertThat(one.counts).isEqualTo(two.counts);
        assertThat(one.executions).isEqualTo(two.executions);
        assertThat(one.executedItems).isEqualTo(two.executedItems);
    }
}
