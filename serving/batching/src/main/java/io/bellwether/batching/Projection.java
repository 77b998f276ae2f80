package io.bellwether.batching;

import io.bellwether.batching.RecentArrivals.Arrival;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * What a version would do with some traffic: the planner itself in virtual time, runs as long as the fitted line says with
 * the noise of the recent runs, in their order. It is as if no other version used the device; what a request spends outside
 * the queue and the run is not in it.
 *
 * @param requests that arrived
 * @param requestsPerSecond at which they arrived
 * @param utilisation share of the time in which the instances were busy
 * @param onTimeShare of the requests, those that were answered within their budget; refused and given up ones are not
 * @param p50Nanos from arrival to answer, of those that were answered; 0 when none was
 * @param p99Nanos the same
 */
public record Projection(
        int requests, double requestsPerSecond, double utilisation, double onTimeShare, long p50Nanos, long p99Nanos) {
    /** With fewer recent runs the noise is drawn, normal and independent. */
    private static final int NOISE_RUNS_MIN = 64;

    private static final double RUN_SHARE_LEAST = 0.1;
    private static final double KEPT_SHARE = 0.99;
    private static final int BISECTIONS = 9;
    private static final int BISECTION_REQUESTS = 6_000;

    /**
     * A version as it is projected.
     *
     * @param fit what runs take; known
     * @param noise recent runs as multiples of what the line said of them, see {@link LatencyModel#noise}
     */
    public record Subject(LatencyFit fit, List<Float> noise, BatchingPolicy policy) {
        public Subject {
            noise = List.copyOf(noise);
        }
    }

    /**
     * Runs it.
     *
     * @param arrivals at least one, the oldest first
     * @param seed of the noise, or where in it to begin
     */
    public static Projection of(Subject subject, List<Arrival> arrivals, long seed) {
        return new Run(subject, arrivals, seed).result();
    }

    /**
     * The highest rate of independent requests, all alike, of which 99 % are answered within their budget.
     *
     * @param like gives items, length, weight and budget
     * @param mostPerSecond no higher rate is tried
     */
    public static double sustainedPerSecond(Subject subject, Arrival like, double mostPerSecond, long seed) {
        double low = 0;
        double high = mostPerSecond;
        for (int i = 0; i < BISECTIONS; i++) {
            double middle = (low + high) / 2;
            List<Arrival> arrivals = Traffic.poisson(middle, like, BISECTION_REQUESTS, seed);
            if (of(subject, arrivals, seed).onTimeShare() >= KEPT_SHARE) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private record Busy(Plan<Arrival> plan, long startNanos, long endNanos) {}

    /** Virtual time. An instance that is free at the moment of an arrival takes what waited before it. */
    private static final class Run {
        private final LatencyFit fit;
        private final List<Float> noise;
        private final List<Arrival> arrivals;
        private final Draws draws;
        private final BatchPlanner<Arrival> planner;
        private final int instances;
        /** The busy instances, the one that ends first at the head. */
        private final PriorityQueue<Busy> busy = new PriorityQueue<>(Comparator.comparingLong(Busy::endNanos));

        private final long[] latencyNanos;
        private int nextNoise;
        private int answered;
        private int onTime;
        private double busyNanos;
        private long lastNanos;

        Run(Subject subject, List<Arrival> arrivals, long seed) {
            BatchingPolicy policy = subject.policy();
            this.fit = subject.fit();
            this.noise = subject.noise();
            this.nextNoise = Math.floorMod((int) seed, Math.max(1, noise.size()));
            this.arrivals = arrivals;
            this.draws = new Draws(seed);
            long cellsMax = 1;
            for (Arrival arrival : arrivals) {
                cellsMax = Math.max(cellsMax, (long) policy.batchItemsMax() * arrival.length());
            }
            this.planner = new BatchPlanner<>(policy, LatencyModel.of(fit, cellsMax));
            this.instances = policy.instances();
            this.latencyNanos = new long[arrivals.size()];
        }

        Projection result() {
            for (int i = 0; i < arrivals.size(); i++) {
                Arrival arrival = arrivals.get(i);
                work(arrival.atNanos());
                Admission unused = planner.offer(
                        new Waiting<>(
                                i,
                                arrival.items(),
                                arrival.atNanos() + arrival.budgetNanos(),
                                arrival.length(),
                                arrival.weight(),
                                arrival),
                        arrival.atNanos());
                start(arrival.atNanos());
            }
            long spanNanos = arrivals.get(arrivals.size() - 1).atNanos()
                    - arrivals.get(0).atNanos();
            work(Long.MAX_VALUE);
            long[] sorted = Arrays.copyOf(latencyNanos, answered);
            Arrays.sort(sorted);
            double busySpan = Math.max(1, lastNanos - arrivals.get(0).atNanos());
            return new Projection(
                    arrivals.size(),
                    spanNanos <= 0 ? 0 : (arrivals.size() - 1) * 1e9 / spanNanos,
                    busyNanos / busySpan / instances,
                    onTime / (double) arrivals.size(),
                    quantile(sorted, 0.5),
                    quantile(sorted, 0.99));
        }

        private static long quantile(long[] sorted, double share) {
            return sorted.length == 0 ? 0 : sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
        }

        /** Ends the runs that are over by then, one after the other, and starts what waits. */
        private void work(long untilNanos) {
            for (Busy next = busy.peek(); next != null && next.endNanos() <= untilNanos; next = busy.peek()) {
                busy.remove();
                end(next);
                start(next.endNanos());
            }
        }

        private void end(Busy run) {
            planner.onExecuted(run.plan(), run.endNanos() - run.startNanos(), run.endNanos());
            for (Waiting<Arrival> waiting : run.plan().batch()) {
                latencyNanos[answered++] = run.endNanos() - waiting.work().atNanos();
                onTime += waiting.isExpiredAt(run.endNanos()) ? 0 : 1;
            }
            busyNanos += run.endNanos() - run.startNanos();
            lastNanos = Math.max(lastNanos, run.endNanos());
        }

        /** Every free instance takes what waits. */
        private void start(long nowNanos) {
            while (busy.size() < instances && planner.queuedRequests() > 0) {
                Plan<Arrival> plan = planner.onInstanceFree(nowNanos);
                if (plan.batch().isEmpty()) {
                    return;
                }
                long nanos = Math.max(1, Math.round(fit.meanNanos(plan.cells()) * multiple()));
                busy.add(new Busy(plan, nowNanos, nowNanos + nanos));
            }
        }

        private double multiple() {
            if (noise.size() < NOISE_RUNS_MIN) {
                return Math.max(RUN_SHARE_LEAST, 1 + fit.sigmaShare() * draws.normal());
            }
            nextNoise = (nextNoise + 1) % noise.size();
            return noise.get(nextNoise);
        }
    }
}
