package io.bellwether.batching;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * Batching policies on the same arrivals in virtual time: one device, runs of 2.2 + 0.77 b ms with 4 % noise and every 500th
 * run three times as long, at most 64 in a batch. The others have no bound on their queue. A main program prints the table.
 */
final class PolicyComparison {
    static final LatencyFit TRUTH = LatencyFit.exact(2_200_000, 770_000, 0.04);
    static final int ITEMS_MAX = 64;
    private static final int REQUESTS = 12_000;
    private static final double BASE_PER_SECOND = 1182;
    private static final double MIXED_PER_SECOND = 1065;
    private static final long MILLI = 1_000_000;
    private static final long DELAY_NANOS = 5 * MILLI;

    private PolicyComparison() {}

    /** A request: its number, when it comes and until when it has to be answered. */
    record Request(int id, long atNanos, long deadlineNanos) {}

    /** What a policy does next: a batch, or nothing before some time. */
    record Step(List<Request> batch, long waitUntilNanos) {
        static Step run(List<Request> batch) {
            return new Step(batch, 0);
        }

        static final Step NOTHING = new Step(List.of(), Long.MAX_VALUE);
    }

    /** A policy with its queue. */
    interface Policy {
        void arrive(Request request);

        /** The device is free. */
        Step next(long nowNanos);

        /** A batch that it began took so long. */
        default void ran(long nanos, long nowNanos) {}
    }

    /** Takes all that waits, in order of arrival. */
    static class Greedy implements Policy {
        final Deque<Request> queue = new ArrayDeque<>();

        @Override
        public void arrive(Request request) {
            queue.add(request);
        }

        @Override
        public Step next(long nowNanos) {
            return queue.isEmpty() ? Step.NOTHING : Step.run(take(ITEMS_MAX));
        }

        List<Request> take(int most) {
            List<Request> batch = new ArrayList<>();
            while (batch.size() < most && !queue.isEmpty()) {
                batch.add(queue.remove());
            }
            return batch;
        }
    }

    /** Waits for a full batch or until the oldest has waited 5 ms; gives up what has waited too long. */
    static final class SizeAndDelay extends Greedy {
        private final double waitShareMax;

        /** @param waitShareMax longest wait as a share of the time to the deadline; infinite to never give up */
        SizeAndDelay(double waitShareMax) {
            this.waitShareMax = waitShareMax;
        }

        @Override
        public Step next(long nowNanos) {
            queue.removeIf(request ->
                    nowNanos - request.atNanos() > waitShareMax * (request.deadlineNanos() - request.atNanos()));
            Request oldest = queue.peek();
            if (oldest == null) {
                return Step.NOTHING;
            }
            boolean due = queue.size() >= ITEMS_MAX || nowNanos - oldest.atNanos() >= DELAY_NANOS;
            return due ? Step.run(take(ITEMS_MAX)) : new Step(List.of(), oldest.atNanos() + DELAY_NANOS);
        }
    }

    /** Early drop with a sliding window of the batch size that is best for the objective (Nexus, SOSP 2019). */
    static final class EarlyDrop extends Greedy {
        private final int best;

        EarlyDrop(long objectiveNanos) {
            int most = 1;
            while (most < ITEMS_MAX && 2 * planned(most + 1) <= objectiveNanos) {
                most++;
            }
            this.best = most;
        }

        private static double planned(int items) {
            return 1.08 * TRUTH.meanNanos(items);
        }

        @Override
        public Step next(long nowNanos) {
            while (!queue.isEmpty()) {
                int window = Math.min(best, queue.size());
                double endNanos = nowNanos + planned(window);
                Iterator<Request> first = queue.iterator();
                boolean allInTime = true;
                for (int i = 0; i < window; i++) {
                    allInTime &= first.next().deadlineNanos() >= endNanos;
                }
                if (allInTime) {
                    return Step.run(take(window));
                }
                queue.remove();
            }
            return Step.NOTHING;
        }
    }

    /** Ours. */
    static final class Ours implements Policy {
        private final BatchPlanner<Request> planner;
        private Optional<Plan<Request>> running = Optional.empty();

        Ours(long objectiveNanos) {
            planner = new BatchPlanner<>(
                    BatchingPolicy.of(ITEMS_MAX, 1_000, 1, objectiveNanos), LatencyModel.of(TRUTH, ITEMS_MAX));
        }

        @Override
        public void arrive(Request request) {
            planner.offer(new Waiting<>(request.id(), 1, request.deadlineNanos(), request), request.atNanos());
        }

        @Override
        public Step next(long nowNanos) {
            while (planner.queuedRequests() > 0) {
                Plan<Request> plan = planner.onInstanceFree(nowNanos);
                if (!plan.batch().isEmpty()) {
                    running = Optional.of(plan);
                    return Step.run(plan.batch().stream().map(Waiting::work).toList());
                }
            }
            return Step.NOTHING;
        }

        @Override
        public void ran(long nanos, long nowNanos) {
            planner.onExecuted(running.orElseThrow(), nanos, nowNanos);
        }
    }

    /** How requests come and how long they may take. */
    enum Trace {
        POISSON_50,
        BURSTY_50,
        POISSON_25_100,
        BURSTY_25_100;

        boolean bursty() {
            return this == BURSTY_50 || this == BURSTY_25_100;
        }

        boolean mixed() {
            return this == POISSON_25_100 || this == BURSTY_25_100;
        }

        /** The objective that the policies are told. */
        long objectiveNanos() {
            return mixed() ? 100 * MILLI : 50 * MILLI;
        }

        /** Bursts of 2.2 times the rate for 200 ms, 0.6 times for 600 ms; mixed: 25 ms for 30 %, else 100 ms. */
        List<Request> requests(double load, long seed) {
            SplittableRandom random = new SplittableRandom(seed);
            double perSecond = load * (mixed() ? MIXED_PER_SECOND : BASE_PER_SECOND);
            List<Request> requests = new ArrayList<>();
            double at = 0;
            for (int id = 0; id < REQUESTS; id++) {
                boolean burst = bursty() && at % (800 * MILLI) < 200 * MILLI;
                double factor = !bursty() ? 1 : burst ? 2.2 : 0.6;
                at += -Math.log(1 - random.nextDouble()) * 1e9 / (perSecond * factor);
                long budget = !mixed() ? 50 : random.nextDouble() < 0.3 ? 25 : 100;
                long atNanos = Math.round(at);
                requests.add(new Request(id, atNanos, atNanos + budget * MILLI));
            }
            return requests;
        }
    }

    /**
     * @param onTimePercent of the arrivals
     * @param p50Millis of those that were answered
     */
    record Result(double onTimePercent, double p50Millis) {}

    static Result play(Policy policy, List<Request> requests, long seed) {
        SplittableRandom random = new SplittableRandom(seed + 1_000_000);
        long[] latencyNanos = new long[requests.size()];
        int answered = 0;
        int onTime = 0;
        int next = 0;
        long now = 0;
        boolean over = false;
        while (!over) {
            while (next < requests.size() && requests.get(next).atNanos() <= now) {
                policy.arrive(requests.get(next++));
            }
            Step step = policy.next(now);
            if (step.batch().isEmpty()) {
                long arrival = next < requests.size() ? requests.get(next).atNanos() : Long.MAX_VALUE;
                now = Math.min(arrival, step.waitUntilNanos());
                over = now == Long.MAX_VALUE;
            } else {
                double stall = random.nextDouble() < 0.002 ? 3 : 1;
                long nanos =
                        Math.round(TRUTH.meanNanos(step.batch().size()) * stall * (1 + 0.04 * random.nextGaussian()));
                long end = now + nanos;
                while (next < requests.size() && requests.get(next).atNanos() < end) {
                    policy.arrive(requests.get(next++));
                }
                policy.ran(nanos, end);
                for (Request request : step.batch()) {
                    latencyNanos[answered++] = end - request.atNanos();
                    onTime += end < request.deadlineNanos() ? 1 : 0;
                }
                now = end;
            }
        }
        long[] sorted = Arrays.copyOf(latencyNanos, answered);
        Arrays.sort(sorted);
        double p50 = answered == 0 ? 0 : sorted[answered / 2] / (double) MILLI;
        return new Result(100.0 * onTime / requests.size(), p50);
    }

    /** The mean of some seeds, from 1 on. */
    static Result mean(Supplier<Policy> policy, Trace trace, double load, int seeds) {
        double onTime = 0;
        double p50 = 0;
        for (long seed = 1; seed <= seeds; seed++) {
            Result one = play(policy.get(), trace.requests(load, seed), seed);
            onTime += one.onTimePercent() / seeds;
            p50 += one.p50Millis() / seeds;
        }
        return new Result(onTime, p50);
    }

    static List<Supplier<Policy>> policies(Trace trace) {
        return List.of(
                Greedy::new,
                () -> new SizeAndDelay(Double.POSITIVE_INFINITY),
                () -> new SizeAndDelay(0.6),
                () -> new EarlyDrop(trace.mixed() ? 50 * MILLI : trace.objectiveNanos()),
                () -> new Ours(trace.objectiveNanos()));
    }

    /** Prints the share on time in percent and the median latency in ms, means of seeds 1 to 3. */
    public static void main(String[] args) {
        System.out.println("| arrivals, load | greedy | 5 ms delay | and timeout | early drop | ours |");
        System.out.println("|---|---|---|---|---|---|");
        for (Trace trace : Trace.values()) {
            double[] loads = trace.bursty() ? new double[] {0.7, 1.1} : new double[] {0.3, 0.7, 0.9, 1.1, 1.4};
            for (double load : loads) {
                StringBuilder line = new StringBuilder("| " + trace + " " + load + " |");
                for (Supplier<Policy> policy : policies(trace)) {
                    Result result = mean(policy, trace, load, 3);
                    line.append(
                            String.format(Locale.ROOT, " %.1f (%.0f) |", result.onTimePercent(), result.p50Millis()));
                }
                System.out.println(line);
            }
        }
    }
}
