package io.bellwether.gateway.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;

/** The metrics about each worker. Workers come and go; a worker that is gone has none. */
public final class WorkerMetrics {
    private final MeterRegistry registry;
    private final MultiGauge up;
    private final MultiGauge inFlight;
    private final MultiGauge versionsOut;

    /**
     * A worker.
     *
     * @param worker its name
     * @param up whether it answers
     * @param inFlight requests of this gateway that it has not answered
     * @param versionsOut versions for which it gets no requests although it answers, because it failed more than the others
     */
    public record Observed(String worker, boolean up, int inFlight, int versionsOut) {}

    public WorkerMetrics(MeterRegistry registry) {
        this.registry = registry;
        up = gauge("up", "1 while the worker answers");
        inFlight = gauge("requests.in.flight", "Requests of this gateway that the worker has not answered");
        versionsOut = gauge(
                "versions.ejected",
                "Versions for which the worker gets no requests because it failed far more often than the others");
    }

    /** Shows these workers, and no others any more. */
    public void observe(List<Observed> workers) {
        register(up, workers, worker -> worker.up() ? 1 : 0);
        register(inFlight, workers, Observed::inFlight);
        register(versionsOut, workers, Observed::versionsOut);
    }

    /** Exports how often a worker was ejected. */
    public void observeEjections(LongSupplier ejections) {
        FunctionCounter.builder("bellwether.gateway.worker.ejections", ejections, LongSupplier::getAsLong)
                .description("Times that a worker was taken out of service for a version because of its failures")
                .register(registry);
    }

    /**
     * Exports by what it was decided who of two workers is less busy.
     *
     * @param byTime how often by how long a request would take
     * @param byRequests how often by the requests of this gateway
     */
    public void observeChoices(LongSupplier byTime, LongSupplier byRequests) {
        choices("predicted_time", byTime);
        choices("requests_in_flight", byRequests);
    }

    private void choices(String rule, LongSupplier count) {
        FunctionCounter.builder("bellwether.gateway.worker.choices", count, LongSupplier::getAsLong)
                .description("Choices of the less busy of two workers, by what decided")
                .tag("rule", rule)
                .register(registry);
    }

    private MultiGauge gauge(String name, String description) {
        return MultiGauge.builder("bellwether.gateway.worker." + name)
                .description(description)
                .register(registry);
    }

    private static void register(MultiGauge gauge, List<Observed> workers, ToDoubleFunction<Observed> value) {
        gauge.register(
                workers.stream()
                        .map(worker ->
                                MultiGauge.Row.of(Tags.of("worker", worker.worker()), value.applyAsDouble(worker)))
                        .toList(),
                true);
    }
}
