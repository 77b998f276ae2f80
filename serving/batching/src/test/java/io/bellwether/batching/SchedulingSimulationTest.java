package io.bellwether.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

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
