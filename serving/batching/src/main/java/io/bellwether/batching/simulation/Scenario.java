package io.bellwether.batching.simulation;

import io.bellwether.batching.BatchingPolicy;
import java.util.List;
import java.util.function.Supplier;

/**
 * All that a simulation depends on.
 *
 * @param versions that share the device, at least one
 * @param seed of the noise of the runs
 */
public record Scenario(List<Version> versions, Device device, long seed) {
    public Scenario {
        versions = List.copyOf(versions);
    }

    /** One version alone, each of its instances on a processor of its own, on a device that never crashes. */
    public static Scenario of(Version version, long seed) {
        return new Scenario(List.of(version), new Device(version.policy().instances(), List.of()), seed);
    }

    /**
     * A model version with its queue, its instances and its traffic.
     *
     * @param batcher makes its policy, at the start and again after each outage
     * @param policy gives the instances, the largest batch and the bound of the queue, which every batcher must keep
     * @param requests in the order of their arrival
     */
    public record Version(
            String name, Supplier<Batcher> batcher, BatchingPolicy policy, RunTime runTime, List<Request> requests) {
        public Version {
            requests = List.copyOf(requests);
        }
    }

    /**
     * What computes. Runs share its processors equally, as threads of an operating system do; a run never uses more than one.
     *
     * @param processors at least 1
     * @param outages in the order of time, none within another
     */
    public record Device(int processors, List<Outage> outages) {
        public Device {
            outages = List.copyOf(outages);
        }
    }

    /** A crash: all that waits or runs fails at once, and until it is up again everybody is refused. */
    public record Outage(long atNanos, long downNanos) {}
}
