package io.bellwether.worker.model;

import java.util.List;

/**
 * How versions of a model are kept in a worker, beside what they compute.
 *
 * @param goldenTolerance largest difference of an output from its golden value, as a share of that value or, for values
 *     below 1, as it is
 * @param onDemand loaded by the first request, and unloaded to make room for others when nobody asked for it lately
 * @param memoryMib memory that one version takes; 0 to estimate it from the size of its files
 * @param warmUp requests that it has to answer before it serves
 */
public record Hosting(double goldenTolerance, boolean onDemand, int memoryMib, List<WarmUpSample> warmUp) {
    /** Always in memory. */
    public static final Hosting DEFAULT = new Hosting(1e-3, false, 0, List.of());

    public Hosting {
        warmUp = List.copyOf(warmUp);
    }
}
