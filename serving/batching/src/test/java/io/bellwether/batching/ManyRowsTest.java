package io.bellwether.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Requests of 512 rows among such of one row, in virtual time: a run of b rows takes 2.2 + 0.77 b ms, at most 32 rows a run,
 * the small ones at half the rate of full batches, and 2 s for everybody. A large request runs in parts, of which so many wait
 * at once; the next one comes when one of them has run.
 */
class ManyRowsTest {
    private static final LatencyFit TRUTH = LatencyFit.exact(2_200_000, 770_000, 0.04);
    private static final int BATCH = 32;
    private static final int LARGE = 512;
    private static final int SMALL_REQUESTS = 20_000;
    private static final int SMALL_FOR_A_LARGE = 5_000;
    private static final long OBJECTIVE_NANOS = 2_000_000_000L;

    /** How the parts of a large request come: rows of each, and how many wait at once. */
    private record Parts(int rows, int atOnce) {}

    /**
     * How it went.
     *
     * @param p99Millis of the small requests
     * @param largeMillis of the slowest large request
     * @param givenUp requests and parts that were refused, sacrificed or too late
     */
    private record Outcome(double p99Millis, double largeMillis, int givenUp) {}

    /** A large request on its way. */
    private static final class Large {
        final long arrivedNanos;
        int unsent = LARGE;

        Large(long arrivedNanos) {
            this.arrivedNanos = arrivedNanos;
        }
    }

    private static final class World {
        final Parts parts;
        final SplittableRandom random;
        final BatchPlanner<Object> planner = new BatchPlanner<>(
                BatchingPolicy.of(BATCH, 10_000, 1, OBJECTIVE_NANOS), LatencyModel.of(TRUTH, 16_384));
        final List<Long> small = new ArrayList<>();
        long nowNanos;
        long freeAtNanos;
        long largestNanos;
        int givenUp;
        long ids;

        World(long seed, Parts parts) {
            this.parts = parts;
            this.random = new SplittableRandom(seed);
        }

        void runUntil(long nanos) {
            while (planner.queuedRequests() > 0 && Math.max(nowNanos, freeAtNanos) <= nanos) {
                nowNanos = Math.max(nowNanos, freeAtNanos);
                Plan<Object> plan = planner.onInstanceFree(nowNanos);
                givenUp += plan.expired().size() + plan.sacrificed().size();
                long nanosOfRun = Math.round(TRUTH.meanNanos(plan.cells()) * (1 + 0.04 * random.nextGaussian()));
                freeAtNanos = nowNanos + nanosOfRun;
                planner.onExecuted(plan, nanosOfRun, freeAtNanos);
                plan.batch().forEach(this::answered);
            }
            nowNanos = nanos;
        }

        private void answered(Waiting<Object> waiting) {
            if (waiting.work() instanceof Large large) {
                largestNanos = Math.max(largestNanos, freeAtNanos - large.arrivedNanos);
                offerPart(large, freeAtNanos);
            } else {
                small.add(freeAtNanos - (Long) waiting.work());
            }
        }

        void arriveSmall() {
            offer(1, nowNanos, nowNanos, nowNanos);
        }

        void arriveLarge() {
            Large large = new Large(nowNanos);
            for (int i = 0; i < parts.atOnce(); i++) {
                offerPart(large, nowNanos);
            }
        }

        private void offerPart(Large large, long atNanos) {
            int rows = Math.min(parts.rows(), large.unsent);
            if (rows > 0) {
                large.unsent -= rows;
                offer(rows, large.arrivedNanos, atNanos, large);
            }
        }

        private void offer(int rows, long arrivedNanos, long atNanos, Object work) {
            Admission admission =
                    planner.offer(new Waiting<>(++ids, rows, arrivedNanos + OBJECTIVE_NANOS, work), atNanos);
            givenUp += admission instanceof Admission.Admitted ? 0 : 1;
        }

        Outcome outcome() {
            Collections.sort(small);
            double p99Millis = small.isEmpty() ? 0 : small.get(small.size() * 99 / 100) / 1e6;
            return new Outcome(p99Millis, largestNanos / 1e6, givenUp);
        }
    }

    private static Outcome run(long seed, Parts parts, boolean withSmall, boolean withLarge) {
        World world = new World(seed, parts);
        double perSecond = 0.5 * BATCH * 1e9 / TRUTH.meanNanos(BATCH);
        long arrival = 0;
        for (int i = 1; i <= SMALL_REQUESTS; i++) {
            arrival += Math.round(-Math.log(1 - world.random.nextDouble()) * 1e9 / perSecond);
            world.runUntil(arrival);
            if (withSmall) {
                world.arriveSmall();
            }
            if (withLarge && i % SMALL_FOR_A_LARGE == 0) {
                world.arriveLarge();
            }
        }
        world.runUntil(arrival + 10 * OBJECTIVE_NANOS);
        return world.outcome();
    }

    private static double slower(Parts parts, long seed) {
        Outcome without = run(seed, parts, true, false);
        Outcome with = run(seed, parts, true, true);
        Outcome alone = run(seed, parts, false, true);
        System.out.printf(
                "%s, seed %d: p99 of small ones %.1f ms, with large ones %.1f ms; a large one %.0f ms, alone %.0f ms%n",
                parts, seed, without.p99Millis(), with.p99Millis(), with.largeMillis(), alone.largeMillis());
        assertThat(List.of(without.givenUp(), with.givenUp(), alone.givenUp())).containsOnly(0);
        return with.p99Millis() / without.p99Millis();
    }

    @Test
    void partsThatWaitTogetherHoldUpWhoComesLater() {
        for (long seed = 1; seed <= 3; seed++) {
            assertThat(slower(new Parts(BATCH, LARGE / BATCH), seed))
                    .as("seed %d", seed)
                    .isBetween(20.0, 35.0);
        }
    }

    /** What a client gets that sends so many rows at a time, one request after the other. */
    @ParameterizedTest
    @CsvSource({"16, 4, 7", "8, 1.8, 2.8", "4, 1.3, 1.8", "2, 1.05, 1.4"})
    void smallPartsOneAfterTheOtherLetOthersPass(int rows, double least, double most) {
        for (long seed = 1; seed <= 3; seed++) {
            assertThat(slower(new Parts(rows, 1), seed)).as("seed %d", seed).isBetween(least, most);
        }
    }
}
