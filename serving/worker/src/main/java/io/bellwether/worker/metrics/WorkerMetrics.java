package io.bellwether.worker.metrics;

import io.bellwether.batching.Capacity;
import io.bellwether.batching.Lane;
import io.bellwether.batching.LatencyFit;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/**
 * Every metric of a worker, and the only place that names one. Labels take values from the repository and from fixed
 * lists, never from requests. The names are listed in {@code META-INF/bellwether-metrics.txt}.
 */
public final class WorkerMetrics {
    private static final String PREFIX = "bellwether.worker.";
    private static final double PICO_USD_PER_USD = 1e12;
    private static final double NANOS_PER_SECOND = 1e9;

    private final MeterRegistry registry;
    private final Map<Tags, Version> versions = new ConcurrentHashMap<>();

    public WorkerMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Of a process whose meters nobody reads. */
    public static WorkerMetrics unread() {
        return new WorkerMetrics(new SimpleMeterRegistry());
    }

    /** The meters of one model version; the same ones until they are forgotten. */
    public Version version(String model, String version) {
        return versions.computeIfAbsent(tags(model, version), Version::new);
    }

    /** A model version was unloaded: its meters go. */
    public void forget(String model, String version) {
        Version known = versions.remove(tags(model, version));
        if (known != null) {
            known.remove();
        }
    }

    private static Tags tags(String model, String version) {
        return Tags.of("model", model, "version", version);
    }

    /** Requests refused before a model version was found, and those that no version answers for. */
    public void refusedEarly(String reason) {
        registry.counter(PREFIX + "refused.early", "reason", reason.toLowerCase(Locale.ROOT))
                .increment();
    }

    /** Gauges of what is in the worker now. */
    public void inFlight(LongSupplier requests, LongSupplier bytes) {
        gauge("in.flight.requests", "Requests in the worker", requests);
        gauge("in.flight.bytes", "Tensor bytes of the requests in the worker", bytes);
    }

    /** Counters of the telemetry that this worker sends. */
    public void telemetry(
            LongSupplier snapshotsSent,
            LongSupplier cellsDropped,
            LongSupplier sendsFailed,
            LongSupplier uncountedItems) {
        counter("telemetry.snapshots.sent", "Snapshots that Kafka acknowledged", snapshotsSent);
        counter("telemetry.cells.dropped", "Cells dropped because too many waited for Kafka", cellsDropped);
        counter("telemetry.sends.failed", "Snapshots that Kafka did not acknowledge; they are sent again", sendsFailed);
        counter("telemetry.items.uncounted", "Items without a cell because there were too many cells", uncountedItems);
    }

    private void gauge(String name, String description, LongSupplier value) {
        Gauge.builder(PREFIX + name, value::getAsLong).description(description).register(registry);
    }

    private void counter(String name, String description, LongSupplier value) {
        // The registry keeps this object weakly, so it must be one that lives as long as the worker: not the supplier.
        FunctionCounter.builder(PREFIX + name, this, metrics -> value.getAsLong())
                .description(description)
                .register(registry);
    }

    /**
     * What a model version costs and can promise, at one moment.
     *
     * @param latency what runs were found to take
     * @param capacity empty while it would be a guess
     * @param itemsPerSecond that arrive lately
     */
    public record Promise(LatencyFit latency, Optional<Capacity> capacity, double itemsPerSecond) {
        static final Promise NONE = new Promise(LatencyFit.UNKNOWN, Optional.empty(), 0);
    }

    private record Parallelism(int instances, int intraOpThreads) {}

    /** The meters of one model version. Safe for use by several threads. */
    public final class Version {
        private final Tags tags;
        private final Set<Meter> meters = ConcurrentHashMap.newKeySet();
        /** Groups of gauges that are there: a version that is loaded again has them already. */
        private final Set<String> shown = ConcurrentHashMap.newKeySet();

        private volatile Supplier<String> presentState = () -> "";
        private volatile ToIntFunction<Lane> queuedRequests = lane -> 0;
        private volatile Parallelism parallelism = new Parallelism(1, 1);
        private final Map<String, Counter> requestsByOutcome = new ConcurrentHashMap<>();
        private final Counter deviceSeconds;
        private final Counter costUsd;
        private final Counter reruns;
        private final Counter nonfiniteRows;
        private final Counter expired;
        private final CapacityGauges capacity;

        private Version(Tags tags) {
            this.tags = tags;
            this.deviceSeconds = counter("device", "seconds", "Device time charged to requests");
            this.costUsd = counter("cost", "usd", "Cost charged to requests");
            this.reruns = counter("reruns", "requests", "Runs of requests again because their batch failed");
            this.nonfiniteRows = counter("nonfinite.outputs", "rows", "Rows with a NaN or an infinity in an output");
            this.expired = counter("expired", "requests", "Requests whose deadline passed in the queue");
            this.capacity = new CapacityGauges(registry, PREFIX, tags);
        }

        /** A request was answered. */
        public void answered(String outcome) {
            requestsByOutcome.computeIfAbsent(outcome, this::requests).increment();
        }

        /** Device time and money were charged. */
        public void charged(long deviceNanos, long costPicoUsd) {
            deviceSeconds.increment(deviceNanos / NANOS_PER_SECOND);
            costUsd.increment(costPicoUsd / PICO_USD_PER_USD);
        }

        public void rerun(int requests) {
            reruns.increment(requests);
        }

        public void nonfinite(int rows) {
            if (rows > 0) {
                nonfiniteRows.increment(rows);
            }
        }

        public void expired(int requests) {
            expired.increment(requests);
        }

        /**
         * What the gauges show from now on.
         *
         * @param labels all states there are; a gauge for each, 1 for the present one
         * @param present the present one
         * @param queued requests that wait in a lane
         */
        public void show(List<String> labels, Supplier<String> present, ToIntFunction<Lane> queued) {
            presentState = present;
            queuedRequests = queued;
            if (!shown.add("state")) {
                return;
            }
            for (String label : labels) {
                meters.add(Gauge.builder(
                                PREFIX + "model.state", () -> presentState.get().equals(label) ? 1 : 0)
                        .description("1 for the state that the model version is in")
                        .tags(tags.and("state", label.toLowerCase(Locale.ROOT)))
                        .register(registry));
            }
            for (Lane lane : Lane.values()) {
                meters.add(Gauge.builder(PREFIX + "queue.requests", () -> queuedRequests.applyAsInt(lane))
                        .description("Requests that wait")
                        .tags(laneTags(lane))
                        .register(registry));
            }
        }

        /**
         * How the version runs, from now on.
         *
         * @param instances runner threads of each lane
         * @param intraOpThreads threads inside an operation of each
         */
        public void showParallelism(int instances, int intraOpThreads) {
            parallelism = new Parallelism(instances, intraOpThreads);
            if (!shown.add("parallelism")) {
                return;
            }
            meters.add(Gauge.builder(PREFIX + "instances", () -> parallelism.instances())
                    .description("Runner threads of each lane")
                    .tags(tags)
                    .register(registry));
            meters.add(Gauge.builder(PREFIX + "intra.op.threads", () -> parallelism.intraOpThreads())
                    .description("Threads that work on one forward")
                    .tags(tags)
                    .register(registry));
        }

        /**
         * What the gauges of capacity show from now on.
         *
         * @param now what is known of the version when it is asked
         */
        public void showCapacity(Supplier<Promise> now) {
            capacity.show(now);
            if (shown.add("capacity")) {
                meters.addAll(capacity.register());
            }
        }

        /** The meters of one lane of this version. */
        public LaneMeters lane(Lane lane) {
            Tags laneTags = laneTags(lane);
            Timer wait = Timer.builder(PREFIX + "queue.wait")
                    .description("Time from arrival to the start of the execution")
                    .serviceLevelObjectives(
                            Duration.ofNanos(100_000),
                            Duration.ofMillis(1),
                            Duration.ofMillis(5),
                            Duration.ofMillis(20),
                            Duration.ofMillis(100),
                            Duration.ofMillis(500),
                            Duration.ofSeconds(2))
                    .tags(laneTags)
                    .register(registry);
            DistributionSummary items = DistributionSummary.builder(PREFIX + "batch.items")
                    .description("Items in one execution")
                    .serviceLevelObjectives(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)
                    .tags(laneTags)
                    .register(registry);
            meters.addAll(List.of(wait, items));
            Counter tokens = laneCounter(laneTags, "batch", "Tokens that were computed, padding included");
            Counter padding = laneCounter(laneTags, "padding", "Tokens that were computed and belong to no text");
            return new LaneMeters(wait, items, tokens, padding);
        }

        private void remove() {
            meters.forEach(registry::remove);
            meters.clear();
            shown.clear();
            // Whoever still holds a gauge must not hold a whole model.
            presentState = () -> "";
            queuedRequests = lane -> 0;
            capacity.forget();
        }

        private Tags laneTags(Lane lane) {
            return tags.and("lane", lane.name().toLowerCase(Locale.ROOT));
        }

        private Counter requests(String outcome) {
            return kept(Counter.builder(PREFIX + "requests")
                    .description("Requests answered, by outcome")
                    .tags(tags.and("outcome", outcome.toLowerCase(Locale.ROOT)))
                    .register(registry));
        }

        private Counter counter(String name, String unit, String description) {
            return kept(Counter.builder(PREFIX + name)
                    .baseUnit(unit)
                    .description(description)
                    .tags(tags)
                    .register(registry));
        }

        private Counter laneCounter(Tags laneTags, String name, String description) {
            return kept(Counter.builder(PREFIX + name)
                    .baseUnit("tokens")
                    .description(description)
                    .tags(laneTags)
                    .register(registry));
        }

        private Counter kept(Counter counter) {
            meters.add(counter);
            return counter;
        }
    }

    /** The meters of one lane. */
    public static final class LaneMeters {
        private final Timer wait;
        private final DistributionSummary items;
        private final Counter tokens;
        private final Counter padding;

        private LaneMeters(Timer wait, DistributionSummary items, Counter tokens, Counter padding) {
            this.wait = wait;
            this.items = items;
            this.tokens = tokens;
            this.padding = padding;
        }

        public void waited(long nanos) {
            wait.record(Duration.ofNanos(nanos));
        }

        public void ran(int batchItems) {
            items.record(batchItems);
        }

        /** A batch of texts; both are 0 for any other. */
        public void computed(long batchTokens, long paddingTokens) {
            tokens.increment((double) batchTokens);
            padding.increment((double) paddingTokens);
        }
    }
}
