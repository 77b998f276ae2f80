package io.bellwether.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrioritiesTest {
    @ParameterizedTest
    @CsvSource({
        "1, 16",
        "2, 4",
        "3, 1",
        "4, 1",
        "4294967295, 1",
        "9223372036854775807, 1",
        "0, 4",
        "-1, 4",
        "-9223372036854775808, 4"
    })
    void aLevelIsWorthItsWeight(long priority, int weight) {
        assertThat(Priorities.DEFAULT.weight(priority)).isEqualTo(weight);
    }

    @Test
    void oneLevelMakesAllAlike() {
        Priorities one = new Priorities(List.of(7), 1);
        assertThat(one.weight(0)).isEqualTo(7);
        assertThat(one.weight(9)).isEqualTo(7);
    }

    @Test
    void levelsThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> new Priorities(List.of(), 1)).hasMessage("there must be 1 to 16 priority levels");
        assertThatThrownBy(() -> new Priorities(Collections.nCopies(17, 1), 1)).hasMessageContaining("1 to 16");
        assertThatThrownBy(() -> new Priorities(List.of(4, 1), 3)).hasMessage("the default level must be 1 to 2");
        assertThatThrownBy(() -> new Priorities(List.of(4, 1), 0)).hasMessageContaining("1 to 2");
        assertThatThrownBy(() -> new Priorities(List.of(4, 5), 1))
                .hasMessageContaining("must be 1 to 4, the weight of the level before, but is 5");
        assertThatThrownBy(() -> new Priorities(List.of(4, 0), 1)).hasMessageContaining("but is 0");
        assertThatThrownBy(() -> new Priorities(List.of(Waiting.WEIGHT_LIMIT + 1), 1))
                .hasMessageContaining("1 to " + Waiting.WEIGHT_LIMIT);
    }

    @Test
    void inOverloadTheHeavyAreLostLessOften() {
        // Given: 1.4 times what one instance can do, every tenth request of the first level, the others of the third
        SplittableRandom random = new SplittableRandom(Long.getLong("seed", 8L));
        LatencyFit truth = LatencyFit.exact(2_200_000, 770_000, 0.04);
        BatchPlanner<Boolean> planner =
                new BatchPlanner<>(BatchingPolicy.of(64, 1_000, 1, 50_000_000), LatencyModel.of(truth, 64));
        long now = 0;
        long freeAt = 0;
        int heavies = 0;
        int heavyOnTime = 0;
        int lightOnTime = 0;
        for (int id = 0; id < 12_000; id++) {
            long arrival = now + Math.round(-Math.log(1 - random.nextDouble()) * 1e9 / (1182 * 1.4));
            while (planner.queuedRequests() > 0 && freeAt <= arrival) {
                now = Math.max(now, freeAt);
                Plan<Boolean> plan = planner.onInstanceFree(now);
                if (!plan.batch().isEmpty()) {
                    long nanos = Math.round(truth.meanNanos(plan.items()) * (1 + 0.04 * random.nextGaussian()));
                    freeAt = now + nanos;
                    for (Waiting<Boolean> waiting : plan.batch()) {
                        boolean onTime = !waiting.isExpiredAt(freeAt);
                        heavyOnTime += onTime && waiting.work() ? 1 : 0;
                        lightOnTime += onTime && !waiting.work() ? 1 : 0;
                    }
                    planner.onExecuted(plan, nanos, freeAt);
                }
            }
            now = arrival;
            boolean heavy = id % 10 == 0;
            heavies += heavy ? 1 : 0;
            int weight = Priorities.DEFAULT.weight(heavy ? 1 : 3);
            planner.offer(new Waiting<>(id, 1, now + 50_000_000, 1, weight, heavy), now);
        }

        // Then: the rule counts weights where it passes over what is too late; it does not let the heavy overtake
        double heavyPercent = 100.0 * heavyOnTime / heavies;
        double lightPercent = 100.0 * lightOnTime / (12_000 - heavies);
        System.out.printf("load 1.4: %.1f %% of the heavy, %.1f %% of the light on time%n", heavyPercent, lightPercent);
        assertThat(heavyPercent).isGreaterThan(85);
        assertThat(heavyPercent - lightPercent).isGreaterThan(15);
    }
}
