package io.bellwether.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** One device, runs of 2.2 + 0.77 b ms with 4 % noise and 0.2 % stalls, an objective of 50 ms; 1182/s is the load 1. */
class OverloadTest {
    private static final int REQUESTS = 12_000;
    private static final long OBJECTIVE_NANOS = 50_000_000;

    /** Percent of the arrivals that were answered in time. */
    private static double onTimePercent(double load, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        LatencyFit truth = LatencyFit.exact(2_200_000, 770_000, 0.04);
        BatchPlanner<Boolean> planner =
                new BatchPlanner<>(BatchingPolicy.of(64, 1_000, 1, OBJECTIVE_NANOS), LatencyModel.of(truth, 64));
        long now = 0;
        long freeAt = 0;
        int onTime = 0;
        for (int id = 0; id < REQUESTS; id++) {
            long arrival = now + Math.round(-Math.log(1 - random.nextDouble()) * 1e9 / (1182 * load));
            while (planner.queuedRequests() > 0 && freeAt <= arrival) {
                now = Math.max(now, freeAt);
                Plan<Boolean> plan = planner.onInstanceFree(now);
                if (!plan.batch().isEmpty()) {
                    double stall = random.nextDouble() < 0.002 ? 3 : 1;
                    long nanos = Math.round(truth.meanNanos(plan.items()) * stall * (1 + 0.04 * random.nextGaussian()));
                    freeAt = now + nanos;
                    long end = freeAt;
                    onTime += (int) plan.batch().stream()
                            .filter(w -> !w.isExpiredAt(end))
                            .count();
                    planner.onExecuted(plan, nanos, end);
                }
            }
            now = arrival;
            planner.offer(new Waiting<>(id, 1, now + OBJECTIVE_NANOS, true), now);
        }
        return 100.0 * onTime / REQUESTS;
    }

    private static double mean(double load) {
        double sum = 0;
        for (long seed = 1; seed <= 3; seed++) {
            sum += onTimePercent(load, seed);
        }
        System.out.printf("load %.1f: %.1f %% on time, seeds 1 to 3%n", load, sum / 3);
        return sum / 3;
    }

    @Test
    void whatThePlannerServesInTimeBelowAndAboveSaturation() {
        assertThat(mean(0.3)).isGreaterThan(99.5);
        assertThat(mean(0.7)).isGreaterThan(99);
        assertThat(mean(0.9)).isGreaterThan(97);
        assertThat(mean(1.1)).isGreaterThan(85);
        assertThat(mean(1.4)).isGreaterThan(68);
    }
}
