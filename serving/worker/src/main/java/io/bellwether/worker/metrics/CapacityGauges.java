package io.bellwether.worker.metrics;

import io.bellwether.batching.Capacity;
import io.bellwether.batching.LatencyFit;
import io.bellwether.worker.metrics.WorkerMetrics.Promise;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** What one model version costs and can promise. A gauge shows NaN, which is no value, while that is not known yet. */
final class CapacityGauges {
    private static final double NANOS_PER_SECOND = 1e9;

    private final MeterRegistry registry;
    private final String prefix;
    private final Tags tags;
    private volatile Supplier<Promise> now = () -> Promise.NONE;

    CapacityGauges(MeterRegistry registry, String prefix, Tags tags) {
        this.registry = registry;
        this.prefix = prefix;
        this.tags = tags;
    }

    /** What they show from now on. */
    void show(Supplier<Promise> source) {
        now = source;
    }

    /** Whoever still holds a gauge must not hold a whole model. */
    void forget() {
        now = () -> Promise.NONE;
    }

    List<Meter> register() {
        return List.of(
                ofLatency(
                        "latency.alpha",
                        "seconds",
                        "What a run takes whatever its size",
                        fit -> seconds(fit.alphaNanos())),
                ofLatency(
                        "latency.beta",
                        "seconds",
                        "What each item, for texts each token, adds to a run",
                        fit -> seconds(fit.betaNanos())),
                ofLatency(
                        "latency.sigma",
                        "ratio",
                        "Standard deviation of runs about alpha + beta * size, as a share of it",
                        LatencyFit::sigmaShare),
                ofCapacity(
                        "best.batch",
                        "items",
                        "The most items whose run takes at most half of the objective; 0 when one takes longer",
                        Capacity::bestItems),
                ofCapacity(
                        "best.batch",
                        "seconds",
                        "Mean time of a run of the best batch",
                        at -> seconds((double) at.meanNanos())),
                ofCapacity(
                        "best.batch.p99",
                        "seconds",
                        "What nearly all runs of the best batch take at most",
                        at -> seconds((double) at.p99Nanos())),
                ofCapacity(
                        "best.batch.error",
                        "seconds",
                        "Standard error of the mean time of a run of the best batch",
                        at -> seconds(at.errorNanos())),
                ofCapacity(
                        "promised",
                        "items.per.second",
                        "Items per second that can be answered within the objective, 99 % of them",
                        Capacity::promisedItemsPerSecond),
                gauge(
                        "head.room",
                        "items.per.second",
                        "Items per second that could come on top of those that arrive",
                        at -> at.capacity()
                                .map(capacity -> capacity.headRoomItemsPerSecond(at.itemsPerSecond()))
                                .orElse(Double.NaN)));
    }

    private Meter ofLatency(String name, String unit, String description, ToDoubleFunction<LatencyFit> value) {
        return gauge(
                name,
                unit,
                description,
                at -> at.latency().runs() > 0 ? value.applyAsDouble(at.latency()) : Double.NaN);
    }

    private Meter ofCapacity(String name, String unit, String description, ToDoubleFunction<Capacity> value) {
        return gauge(name, unit, description, at -> at.capacity()
                .map(value::applyAsDouble)
                .orElse(Double.NaN));
    }

    private Meter gauge(String name, String unit, String description, ToDoubleFunction<Promise> value) {
        return Gauge.builder(prefix + name + "." + unit, () -> value.applyAsDouble(now.get()))
                .description(description)
                .tags(tags)
                .register(registry);
    }

    private static double seconds(double nanos) {
        return nanos / NANOS_PER_SECOND;
    }
}
