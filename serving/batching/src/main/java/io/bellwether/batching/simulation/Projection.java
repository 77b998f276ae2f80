package io.bellwether.batching.simulation;

import io.bellwether.batching.BatchingPolicy;
import io.bellwether.batching.LatencyFit;
import io.bellwether.batching.LatencyModel;
import io.bellwether.batching.RecentArrivals.Arrival;
import io.bellwether.batching.simulation.Scenario.Version;
import java.util.List;

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
        BatchingPolicy policy = subject.policy();
        long cellsMax = arrivals.stream()
                .mapToLong(arrival -> (long) policy.batchItemsMax() * arrival.length())
                .max()
                .orElse(1);
        Version version = new Version(
                "",
                () -> new PlannerBatcher(policy, LatencyModel.of(subject.fit(), cellsMax)),
                policy,
                RunTime.of(subject.fit()).like(subject.noise()),
                arrivals.stream().map(Request::of).toList());
        Result result = Simulation.run(Scenario.of(version, seed)).get(0);
        return new Projection(
                arrivals.size(),
                Traffic.perSecond(arrivals),
                result.usage().deviceNanos() / Math.max(1, result.spanNanos()) / policy.instances(),
                result.onTimeShare(),
                result.latencies().p50Nanos(),
                result.latencies().p99Nanos());
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
}
