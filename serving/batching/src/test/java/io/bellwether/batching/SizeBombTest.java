package io.bellwether.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Long texts among short ones, in virtual time: 8 ms a run and 0.02 ms a token, short texts of 16 tokens at half the rate of
 * full batches, and one of 512 tokens in a thousand.
 */
class SizeBombTest {
    private static final LatencyFit TRUTH = LatencyFit.exact(8_000_000, 20_000, 0.02);
    private static final int REQUESTS = 40_000;
    private static final int BATCH = 32;
    private static final int SHORT = 16;
    private static final int LONG = 512;

    private record Outcome(long shortP99Nanos, long longestPaddedRun, int longAnswers) {}

    private static Outcome run(long seed, int oneIn) {
        SplittableRandom random = new SplittableRandom(seed);
        BatchPlanner<Long> planner =
                new BatchPlanner<>(BatchingPolicy.of(BATCH, 10_000, 1, 1_000_000_000), LatencyModel.of(TRUTH, 16_384));
        double perSecond = 0.5 * BATCH * 1e9 / TRUTH.meanNanos((long) BATCH * SHORT);
        List<Long> latencies = new ArrayList<>();
        long now = 0;
        long freeAt = 0;
        long longestPaddedRun = 0;
        int longAnswers = 0;
        for (int id = 1; id <= REQUESTS; id++) {
            long arrival = now + Math.round(-Math.log(1 - random.nextDouble()) * 1e9 / perSecond);
            while (planner.queuedRequests() > 0 && freeAt <= arrival) {
                now = Math.max(now, freeAt);
                Plan<Long> plan = planner.onInstanceFree(now);
                long nanos = Math.round(TRUTH.meanNanos(plan.cells()) * (1 + 0.02 * random.nextGaussian()));
                freeAt = now + nanos;
                for (Waiting<Long> waiting : plan.batch()) {
                    if (waiting.length() == SHORT) {
                        latencies.add(freeAt - waiting.work());
                        longestPaddedRun = Math.max(longestPaddedRun, plan.length());
                    } else {
                        longAnswers++;
                    }
                }
                planner.onExecuted(plan, nanos, freeAt);
            }
            now = arrival;
            int length = oneIn > 0 && id % oneIn == 0 ? LONG : SHORT;
            planner.offer(new Waiting<>(id, 1, now + 1_000_000_000, length, 1, now), now);
        }
        Collections.sort(latencies);
        return new Outcome(latencies.get(latencies.size() * 99 / 100), longestPaddedRun, longAnswers);
    }

    @Test
    void aLongTextSlowsNoBatchOfShortOnes() {
        for (long seed = 1; seed <= 3; seed++) {
            // When
            Outcome without = run(seed, 0);
            Outcome with = run(seed, 1_000);
            System.out.printf(
                    "p99 of short texts %.1f ms, with long ones among them %.1f ms, seed %d%n",
                    without.shortP99Nanos() / 1e6, with.shortP99Nanos() / 1e6, seed);

            // Then: no short text is padded to a long one, and the long ones are answered, too
            assertThat(with.longestPaddedRun()).as("seed %d", seed).isEqualTo(SHORT);
            assertThat(with.longAnswers()).as("seed %d", seed).isGreaterThanOrEqualTo(REQUESTS / 1_000 - 1);
            assertThat((double) with.shortP99Nanos())
                    .as("seed %d", seed)
                    .isLessThanOrEqualTo(1.5 * without.shortP99Nanos());
        }
    }
}
