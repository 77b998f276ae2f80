package io.bellwether.batching.simulation;

import io.bellwether.batching.BatchingPolicy;
import io.bellwether.batching.LatencyFit;
import io.bellwether.batching.LatencyModel;
import io.bellwether.batching.RecentArrivals.Arrival;
import io.bellwether.batching.simulation.Scenario.Device;
import io.bellwether.batching.simulation.Scenario.Outage;
import io.bellwether.batching.simulation.Scenario.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * Scenarios in which everything may happen, by seed: one to three versions on one or two processors; the planner knowing
 * nothing, the truth or something else, or another policy; short queues, small batches, texts of all lengths, priorities,
 * bursts, loads up to twice what the device can do; slow runs, poison, clients that leave, crashes.
 */
final class RandomScenario {
    private static final double MILLI = 1e6;

    private final SplittableRandom random;
    private final double slowness;
    private final int requests;

    private RandomScenario(long seed, double slowness, int requests) {
        this.random = new SplittableRandom(seed);
        this.slowness = slowness;
        this.requests = requests;
    }

    /**
     * @param slowness all that takes time takes so many times as long
     * @param requests about so many in all
     */
    static Scenario of(long seed, double slowness, int requests) {
        return new RandomScenario(seed, slowness, requests).scenario(seed);
    }

    private long nanos(double millis) {
        return Math.round(slowness * millis * MILLI);
    }

    private Scenario scenario(long seed) {
        int processors = random.nextInt(1, 3);
        int count = random.nextInt(1, 4);
        List<Version> versions = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            versions.add(version("version " + i, requests / count, processors / (double) count));
        }
        long span = versions.stream()
                .flatMap(version -> version.requests().stream())
                .mapToLong(request -> request.arrival().atNanos())
                .max()
                .orElse(0);
        List<Outage> outages = new ArrayList<>();
        long from = 0;
        while (random.nextInt(3) == 0 && span - from > 2) {
            long at = random.nextLong(from, span);
            long down = random.nextLong(1, nanos(200));
            outages.add(new Outage(at, down));
            from = at + down + 1;
        }
        return new Scenario(versions, new Device(processors, outages), seed);
    }

    private Version version(String name, int count, double processors) {
        int itemsMax = random.nextInt(1, 33);
        int lengthMax = random.nextInt(3) == 0 ? random.nextInt(2, 300) : 1;
        int instances = random.nextInt(1, 4);
        int queue = random.nextBoolean() ? random.nextInt(1, 40) : random.nextInt(40, 1_000);
        long objective = random.nextInt(4) == 0 ? 0 : nanos(random.nextDouble(5, 150));
        BatchingPolicy policy = BatchingPolicy.of(itemsMax, queue, instances, objective);
        LatencyFit truth = LatencyFit.exact(
                (double) nanos(random.nextDouble(0.05, 3)),
                (double) nanos(random.nextDouble(0.02, 1)) / lengthMax,
                random.nextDouble(0, 0.2));
        RunTime runTime = RunTime.of(truth).slow(random.nextDouble(0, 0.02), random.nextDouble(1, 8));
        double most = itemsMax / truth.meanNanos((long) itemsMax * lengthMax) * Math.min(processors, instances);
        double perSecond = random.nextDouble(0.1, 3) * most * 1e9 / 1.5;
        return new Version(
                name, batcher(policy, truth, lengthMax), policy, runTime, clients(perSecond, policy, lengthMax, count));
    }

    private Supplier<Batcher> batcher(BatchingPolicy policy, LatencyFit truth, int lengthMax) {
        int kind = random.nextInt(8);
        int most = policy.batchItemsMax();
        LatencyFit believed = kind % 2 == 0
                ? truth
                : LatencyFit.exact(
                        truth.alphaNanos() * random.nextDouble(0.3, 3),
                        truth.betaNanos() * random.nextDouble(0.3, 3),
                        0.05);
        return switch (kind) {
            case 0 -> () -> new ArrivalBatcher(policy, new SizeAndDelay(most, nanos(5), 0.6));
            case 1 -> () -> new ArrivalBatcher(policy, EarlyDrop.of(nanos(50), policy.batchItemsMax(), believed, 1.08));
            case 2, 3 -> () -> new PlannerBatcher(policy, new LatencyModel());
            default -> () -> new PlannerBatcher(policy, LatencyModel.of(believed, (long) most * lengthMax));
        };
    }

    private List<Request> clients(double perSecond, BatchingPolicy policy, int lengthMax, int count) {
        Arrival like = new Arrival(0, nanos(random.nextDouble(1, 100)), 1, 1, 1);
        long seed = random.nextLong();
        List<Arrival> arrivals = random.nextBoolean()
                ? Traffic.poisson(perSecond, like, count, seed)
                : slowly(Traffic.bursty(perSecond * slowness, like, count, seed));
        List<Arrival> all = new ArrayList<>();
        boolean several = random.nextBoolean();
        for (Arrival arrival :
                Traffic.mixed(arrivals, random.nextDouble(), nanos(random.nextDouble(1, 200)), seed + 1)) {
            int items = several && random.nextInt(4) == 0 ? random.nextInt(1, policy.batchItemsMax() + 2) : 1;
            int length = random.nextInt(1, lengthMax + 1);
            int weight = 1 << (2 * random.nextInt(3));
            all.add(new Arrival(arrival.atNanos(), arrival.budgetNanos(), items, length, weight));
        }
        return Traffic.clients(all, random.nextDouble(0, 0.4), nanos(60), random.nextDouble(0, 0.02), seed + 2);
    }

    /** Bursts have lengths of their own. */
    private List<Arrival> slowly(List<Arrival> arrivals) {
        return arrivals.stream()
                .map(a -> new Arrival(
                        Math.round((double) a.atNanos() * slowness),
                        a.budgetNanos(),
                        a.items(),
                        a.length(),
                        a.weight()))
                .toList();
    }
}
