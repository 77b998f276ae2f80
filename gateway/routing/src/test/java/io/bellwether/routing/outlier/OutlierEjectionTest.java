package io.bellwether.routing.outlier;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.routing.Seeds;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Workers that fail with some probability each, looked at once a second. */
class OutlierEjectionTest {
    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final OutlierSettings SETTINGS = OutlierSettings.DEFAULT;

    private final OutlierEjection<String> ejection = new OutlierEjection<>(SETTINGS);
    private final Map<String, Double> failing = new TreeMap<>();
    private final Map<String, Counts> totals = new HashMap<>();
    private Map<String, Standing> standings = Map.of();
    private long nowNanos;

    /** A second of traffic; those on trial get one request, those out none. */
    private void second(int requestsEach, Random random) {
        failing.forEach((name, probability) -> {
            int requests =
                    switch (standings.getOrDefault(name, Standing.IN)) {
                        case IN -> requestsEach;
                        case ON_TRIAL -> 1;
                        case OUT -> 0;
                    };
            long failed =
                    random.doubles(requests).filter(draw -> draw < probability).count();
            totals.merge(name, new Counts(requests, failed), Counts::plus);
        });
        nowNanos += SECOND_NANOS;
        standings = ejection.look(totals, nowNanos);
        long notIn = standings.values().stream()
                .filter(standing -> standing != Standing.IN)
                .count();
        assertThat(notIn).isLessThanOrEqualTo((long) (SETTINGS.outShareMax() * failing.size()));
    }

    private int secondsUntil(String name, Standing wanted, int requestsEach, Random random) {
        for (int seconds = 1; seconds <= 1_000; seconds++) {
            second(requestsEach, random);
            if (standings.get(name) == wanted) {
                return seconds;
            }
        }
        throw new AssertionError(name + " never " + wanted);
    }

    @Test
    void oneOfThreeThatFailsHalfOfTheTimeIsOutWithinTenSeconds() {
        for (int rate : new int[] {10, 100, 1_000}) {
            Seeds.forEach(50, seed -> {
                OutlierEjectionTest world = new OutlierEjectionTest();
                Random random = new Random(seed);
                world.failing.putAll(Map.of("a", 0.0, "b", 0.001, "c", 0.0));
                for (int i = 0; i < 60; i++) {
                    world.second(rate, random);
                }
                world.failing.put("c", 0.5);
                assertThat(world.secondsUntil("c", Standing.OUT, rate, random))
                        .as("at %s requests/s each", rate)
                        .isLessThanOrEqualTo(10);
            });
        }
    }

    @Test
    void whereAllFailAlikeNobodyIsAnOutlier() {
        Seeds.forEach(40, seed -> {
            OutlierEjectionTest world = new OutlierEjectionTest();
            Random random = new Random(seed);
            double share = random.nextDouble();
            int rate = 1 + random.nextInt(200);
            for (int member = 0; member < 2 + random.nextInt(5); member++) {
                world.failing.put("w" + member, share);
            }
            for (int i = 0; i < 1_000; i++) {
                world.second(rate, random);
                assertThat(world.standings.values())
                        .as("%s fail of %s/s", share, rate)
                        .containsOnly(Standing.IN);
            }
        });
    }

    @Test
    void oneThatIsWellAgainComesBackByATrial() {
        // Given
        Random random = new Random(1);
        failing.putAll(Map.of("a", 0.0, "b", 0.0, "c", 1.0));
        secondsUntil("c", Standing.OUT, 50, random);

        // When
        failing.put("c", 0.0);
        int out = secondsUntil("c", Standing.ON_TRIAL, 50, random);
        int trial = secondsUntil("c", Standing.IN, 50, random);

        // Then
        assertThat(out).isEqualTo(10);
        assertThat(trial).isEqualTo(SETTINGS.trialAnswers());
    }

    @Test
    void oneThatStaysBadIsOutTwiceAsLongEachTime() {
        // Given
        Random random = new Random(2);
        failing.putAll(Map.of("a", 0.0, "b", 0.0, "c", 1.0));
        secondsUntil("c", Standing.OUT, 50, random);

        for (int expected : new int[] {10, 20, 40, 80, 160, 300, 300}) {
            // When
            int out = secondsUntil("c", Standing.ON_TRIAL, 50, random);
            second(50, random);

            // Then
            assertThat(out).isEqualTo(expected);
            assertThat(standings).containsEntry("c", Standing.OUT);
        }
    }

    @Test
    void halfOfTheWorkersStayWhateverTheyDo() {
        // Given
        Random random = new Random(3);
        failing.putAll(Map.of("a", 0.0, "b", 0.9, "c", 0.9, "d", 0.0));

        // When
        for (int i = 0; i < 200; i++) {
            second(100, random);
        }
        failing.put("a", 0.9);
        failing.put("d", 0.9);
        for (int i = 0; i < 2_000; i++) {
            second(100, random);
        }

        // Then
        assertThat(standings).containsEntry("a", Standing.IN).containsEntry("d", Standing.IN);
    }

    @Test
    void oneThatHasGoneAndComesBackIsNew() {
        // Given
        Random random = new Random(4);
        failing.putAll(Map.of("a", 0.0, "b", 0.0, "c", 1.0));
        secondsUntil("c", Standing.OUT, 50, random);

        // When
        Counts before = totals.remove("c");
        failing.remove("c");
        ejection.look(totals, ++nowNanos);
        failing.put("c", 0.0);
        totals.put("c", before);
        second(50, random);

        // Then
        assertThat(standings).containsEntry("c", Standing.IN);
    }
}
