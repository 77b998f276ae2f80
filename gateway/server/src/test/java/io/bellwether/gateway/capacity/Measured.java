package io.bellwether.gateway.capacity;

import io.bellwether.gateway.capacity.VersionTotal.OnWorker;
import io.bellwether.protocol.capacity.Arrival;
import io.bellwether.protocol.capacity.PromisedCapacity;
import io.bellwether.protocol.capacity.QueuePolicy;
import io.bellwether.protocol.capacity.RunLatency;
import io.bellwether.protocol.capacity.VersionCapacity;
import java.util.List;

/** What workers say of versions whose runs were measured. */
public final class Measured {
    private static final long MILLI = 1_000_000;

    private Measured() {}

    /** Runs take 2.2 + 0.77 b ms, times {@code slowness}; the objective is 50 ms. */
    public static VersionCapacity.Builder version(double slowness) {
        return VersionCapacity.newBuilder()
                .setItemsMean(1)
                .setLengthMean(1)
                .setPolicy(QueuePolicy.newBuilder()
                        .setBatchItemsMax(64)
                        .setQueueRequestsMax(1_000)
                        .setInstances(1)
                        .setObjectiveNanos(50 * MILLI)
                        .setMarginNanos(MILLI / 2))
                .setLatency(RunLatency.newBuilder()
                        .setAlphaNanos(2.2e6 * slowness)
                        .setBetaNanos(0.77e6 * slowness)
                        .setSigmaShare(0.04)
                        .setRuns(100))
                .setCapacity(PromisedCapacity.newBuilder()
                        .setBestItems(20)
                        .setP99Nanos(Math.round(20 * MILLI * slowness))
                        .setPromisedItemsPerSecond(1_000 / slowness)
                        .setMeanItemsPerSecond(1_150 / slowness));
    }

    public static VersionTotal total(String version, VersionCapacity.Builder... workers) {
        return new VersionTotal(
                version,
                List.of(workers).stream()
                        .map(one -> new OnWorker("w", one.build()))
                        .toList());
    }

    public static VersionCapacity.Builder arriving(VersionCapacity.Builder version, double perSecond, int requests) {
        for (int i = requests; i > 0; i--) {
            version.addArrivals(Arrival.newBuilder()
                    .setAgeNanos(Math.round(i * 1e9 / perSecond))
                    .setBudgetNanos(50 * MILLI)
                    .setItems(1)
                    .setLength(1)
                    .setWeight(1));
        }
        return version;
    }
}
