package io.bellwether.batching.simulation;

import io.bellwether.batching.BatchingPolicy;
import io.bellwether.batching.LatencyFit;
import io.bellwether.batching.LatencyModel;
import io.bellwether.batching.RecentArrivals.Arrival;
import io.bellwether.batching.simulation.Scenario.Device;
import io.bellwether.batching.simulation.Scenario.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Policies side by side on the same arrivals and the same device: one processor, runs of 2.2 + 0.77 b ms with 4 % noise, every
 * 500th run (by chance) three times as long, at most 64 items in a batch. Every policy knows the line.
 */
public final class Study {
    /** What a run takes. */
    public static final LatencyFit LINE = LatencyFit.exact(2_200_000, 770_000, 0.04);

    /** Most items of a batch. */
    public static final int ITEMS_MAX = 64;

    private static final long MILLI = 1_000_000;
    private static final double SLOW_SHARE = 0.002;
    private static final double SLOW_TIMES = 3;
    private static final int QUEUE_MAX = 1_000;
    private static final long DELAY_NANOS = 5 * MILLI;
    private static final double WAIT_SHARE_MAX = 0.6;
    private static final double PREDICTED_TIMES = 1.08;
    private static final double SHORT_SHARE = 0.3;
    private static final int SEEDS_APART = 1_000_000;

    private Study() {}

    /** A policy that is compared. */
    public enum Policy {
        /** Takes what waits. */
        GREEDY,
        /** Runs a full batch or after 5 ms. */
        DELAY,
        /** The same, and gives up what has waited for 60 % of its time. */
        DELAY_AND_TIMEOUT,
        /** The sliding window of Nexus. */
        EARLY_DROP,
        /** The planner of the workers. */
        OURS;

        /**
         * Makes its queue.
         *
         * @param line what is known of the runs
         * @param limits of ours; the others have the same, and no bound of the queue
         * @param objectiveNanos what the window of {@link #EARLY_DROP} is best for
         */
        public Supplier<Batcher> on(LatencyFit line, BatchingPolicy limits, long objectiveNanos) {
            int most = limits.batchItemsMax();
            ArrivalRule rule =
                    switch (this) {
                        case GREEDY -> SizeAndDelay.greedy(most);
                        case DELAY -> new SizeAndDelay(most, DELAY_NANOS, Double.POSITIVE_INFINITY);
                        case DELAY_AND_TIMEOUT -> new SizeAndDelay(most, DELAY_NANOS, WAIT_SHARE_MAX);
                        case EARLY_DROP -> EarlyDrop.of(objectiveNanos, most, line, PREDICTED_TIMES);
                        case OURS -> null;
                    };
            return rule == null
                    ? () -> new PlannerBatcher(limits, LatencyModel.of(line, most))
                    : () -> new ArrivalBatcher(bounds(limits), rule);
        }

        /** The limits that it has to keep. */
        public BatchingPolicy bounds(BatchingPolicy limits) {
            return this == OURS
                    ? limits
                    : new BatchingPolicy(
                            limits.batchItemsMax(), BatchingPolicy.QUEUE_REQUESTS_LIMIT, limits.instances());
        }
    }

    /** How requests come and how long they may take. */
    public enum Arrivals {
        POISSON_50(1182, false, false, 1),
        BURSTY_50(1182, true, false, 1),
        POISSON_25_100(1065, false, true, 1),
        BURSTY_25_100(1065, true, true, 1),
        /** Three versions alike, each with a third of the requests, on the same processor. */
        POISSON_50_THREE_VERSIONS(1182, false, false, 3);

        private final double perSecond;
        private final boolean bursty;
        private final boolean mixed;
        private final int versions;

        Arrivals(double perSecond, boolean bursty, boolean mixed, int versions) {
            this.perSecond = perSecond;
            this.bursty = bursty;
            this.mixed = mixed;
            this.versions = versions;
        }

        /** The objective that ours is told. */
        long objectiveNanos() {
            return mixed ? 100 * MILLI : 50 * MILLI;
        }

        /**
         * Requests of one version.
         *
         * @param load of all versions; 1 is the rate of the best batches for the objective, 1,182/s or 1,065/s
         */
        List<Request> requests(double load, int requests, long seed) {
            Arrival like = new Arrival(0, objectiveNanos(), 1, 1, 1);
            double rate = load * perSecond / versions;
            List<Arrival> arrivals = bursty
                    ? Traffic.bursty(rate, like, requests / versions, seed)
                    : Traffic.poisson(rate, like, requests / versions, seed);
            List<Arrival> all = mixed ? Traffic.mixed(arrivals, SHORT_SHARE, 25 * MILLI, seed + 1) : arrivals;
            return all.stream().map(Request::of).toList();
        }
    }

    /** Plays one policy; a result for each version. */
    public static List<Result> play(Policy policy, Arrivals arrivals, double load, int requests, long seed) {
        BatchingPolicy limits = BatchingPolicy.of(ITEMS_MAX, QUEUE_MAX, 1, arrivals.objectiveNanos());
        List<Version> versions = new ArrayList<>();
        for (int i = 0; i < arrivals.versions; i++) {
            versions.add(new Version(
                    "version " + (i + 1),
                    policy.on(LINE, limits, 50 * MILLI),
                    policy.bounds(limits),
                    RunTime.of(LINE).slow(SLOW_SHARE, SLOW_TIMES),
                    arrivals.requests(load, requests, seed + (long) i * SEEDS_APART)));
        }
        return Simulation.run(new Scenario(versions, new Device(1, List.of()), seed + SEEDS_APART));
    }
}
