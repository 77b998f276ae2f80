package io.bellwether.gateway.metrics;

import io.bellwether.gateway.evidence.Outcome;
import io.bellwether.routing.admission.AdmissionControl.Reading;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;

/**
 * Every metric of the gateway but those of its workers ({@link WorkerMetrics}), and the only place that knows their names. Labels take few values: models and versions
 * that workers really have, arms, outcomes, declared tenants.
 */
public final class GatewayMetrics {
    private static final String NONE = "none";
    private static final String COMPARED = "compared";
    private static final Duration[] LATENCY_SLOS = {
        Duration.ofMillis(1),
        Duration.ofNanos(2_500_000),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(20),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofMillis(2_500),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10)
    };

    private final MeterRegistry registry;
    private final Map<RequestLabels, Counter> requests = new ConcurrentHashMap<>();
    private final Map<ArmLabels, Timer> durations = new ConcurrentHashMap<>();
    private final Map<CopyLabels, Counter> shadowCopies = new ConcurrentHashMap<>();
    private final Map<FeedbackLabels, Counter> feedback = new ConcurrentHashMap<>();
    private final List<DoubleSupplier> sources = new ArrayList<>();
    private final Map<AdmissionLabels, Counter> admissions = new ConcurrentHashMap<>();
    private final MultiGauge laneLimits;
    private final MultiGauge laneRequests;
    private final Counter cancelled;
    private final Timer decisionDelay;

    private record RequestLabels(String model, String version, String arm, Outcome outcome) {}

    private record ArmLabels(String model, String version, String arm) {}

    private record CopyLabels(String model, String version, String copy, String result) {}

    private record FeedbackLabels(String kind, String result) {}

    private record AdmissionLabels(String tenant, String result) {}

    public GatewayMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.cancelled = Counter.builder("bellwether.gateway.requests.cancelled")
                .description("Requests whose caller went away before the answer")
                .register(registry);
        this.laneLimits = MultiGauge.builder("bellwether.gateway.lane.limit")
                .description("Requests that may be in flight; the compared arms of a rollout share a limit")
                .register(registry);
        this.laneRequests = MultiGauge.builder("bellwether.gateway.lane.requests.in.flight")
                .description("Requests in flight under a limit of their own")
                .register(registry);
        this.decisionDelay = Timer.builder("bellwether.gateway.decision.application.delay")
                .description("From the append of a command to the control log until this gateway routes by it")
                .serviceLevelObjectives(
                        Duration.ofMillis(50),
                        Duration.ofMillis(100),
                        Duration.ofMillis(250),
                        Duration.ofMillis(500),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(5))
                .register(registry);
    }

    /** A request that went to a version was answered. */
    public void onAnswered(String model, String version, String arm, Outcome outcome, long nanos) {
        counter(new RequestLabels(model, version, arm, outcome)).increment();
        durations
                .computeIfAbsent(new ArmLabels(model, version, arm), this::duration)
                .record(nanos, TimeUnit.NANOSECONDS);
    }

    /** A request was answered before it was routed. */
    public void onUnrouted(Outcome outcome) {
        counter(new RequestLabels(NONE, NONE, NONE, outcome)).increment();
    }

    /**
     * What became of a copy of a request.
     *
     * @param version of the shadow's candidate
     * @param copy whether it went to the candidate or to the version that had answered
     */
    public void onShadowCopy(String model, String version, String copy, String result) {
        shadowCopies
                .computeIfAbsent(new CopyLabels(model, version, copy, result), this::copies)
                .increment();
    }

    /**
     * Feedback has come.
     *
     * @param kind {@code label} or {@code outcome}
     * @param result {@code joined}, or why it is no evidence
     */
    public void onFeedback(String kind, String result) {
        feedback.computeIfAbsent(
                        new FeedbackLabels(kind, result), labels -> Counter.builder("bellwether.gateway.feedback")
                                .description(
                                        "Feedback about requests, of all gateways; unknown to those that did not answer them")
                                .tags("kind", labels.kind(), "result", labels.result())
                                .register(registry))
                .increment();
    }

    /**
     * A routed request was let in or turned away.
     *
     * @param tenant one that is declared
     * @param result {@code admitted}, or why not
     */
    public void onAdmission(String tenant, String result) {
        admissions
                .computeIfAbsent(
                        new AdmissionLabels(tenant, result), labels -> Counter.builder("bellwether.gateway.admissions")
                                .description("Routed requests of clients that were let in or turned away")
                                .tags("tenant", labels.tenant(), "result", labels.result())
                                .register(registry))
                .increment();
    }

    /** How the adaptive limits stand now. */
    public void lanes(List<Reading> readings) {
        laneLimits.register(
                readings.stream()
                        .map(lane -> MultiGauge.Row.of(tags(lane), lane.limit()))
                        .toList(),
                true);
        laneRequests.register(
                readings.stream()
                        .map(lane -> MultiGauge.Row.of(tags(lane), lane.inFlight()))
                        .toList(),
                true);
    }

    private static Tags tags(Reading lane) {
        return Tags.of("model", lane.model(), "version", lane.version().isEmpty() ? COMPARED : lane.version());
    }

    /** Nobody was there any more to be answered. */
    public void onCancelled() {
        cancelled.increment();
    }

    /** A command of the log, appended at the first time, is in the routes since the second. */
    public void onDecisionApplied(long appendedAtMillis, long appliedAtMillis) {
        decisionDelay.record(Math.max(0, appliedAtMillis - appendedAtMillis), TimeUnit.MILLISECONDS);
    }

    /** Exports what the parts of the gateway count or know themselves. */
    public void observe(Observed observed) {
        gauge("requests.in.flight", "Requests that are not answered yet", observed.inFlight());
        counter("retries", "Requests that were sent to a second worker", observed.retries());
        gauge(
                "route.version",
                "Position in the control log of the last command in the routes",
                observed.control().routeVersion());
        gauge(
                "control.log.lag",
                "Commands of the control log not yet applied",
                observed.control().lag());
        gauge(
                "control.log.position",
                "Position of the last command folded",
                observed.control().position());
        gauge(
                "kafka.up",
                "1 while the control log can be read",
                observed.control().kafkaUp());
        timeGauge(
                "control.state.age",
                "Time since the control state was last known to be current",
                observed.control().stateAgeSeconds());
        counter(
                "snapshots.dropped",
                "Telemetry cells thrown away because too many waited for Kafka",
                observed.telemetry().dropped());
        counter(
                "requests.uncounted",
                "Answered requests in no telemetry cell",
                observed.telemetry().uncounted());
        counter(
                "snapshots.sent",
                "Telemetry snapshots that Kafka acknowledged",
                observed.telemetry().sent());
        counter(
                "snapshots.failed",
                "Telemetry sends that Kafka did not acknowledge",
                observed.telemetry().failed());
        gauge("ready", "1 while the gateway takes traffic", observed.ready());
    }

    /** Exports the local guard. */
    public void observeGuard(
            DoubleSupplier trips, DoubleSupplier heard, DoubleSupplier watched, DoubleSupplier unpublished) {
        counter("guard.trips", "Candidates that the local guard took back", trips);
        counter("guard.kills.heard", "Candidates that were taken back because another gateway did", heard);
        gauge("guard.rollouts.watched", "Rollouts whose requests the local guard compares", watched);
        gauge(
                "guard.kills.unpublished",
                "Rollouts that the local guard took back and that the control log shows as live",
                unpublished);
    }

    /** Sources of the metrics that are read when somebody asks. */
    public record Observed(
            DoubleSupplier inFlight,
            DoubleSupplier retries,
            DoubleSupplier ready,
            ControlSources control,
            TelemetrySources telemetry) {}

    /** Sources about the control log. */
    public record ControlSources(
            DoubleSupplier routeVersion,
            DoubleSupplier lag,
            DoubleSupplier position,
            DoubleSupplier kafkaUp,
            DoubleSupplier stateAgeSeconds) {}

    /** Sources about telemetry. */
    public record TelemetrySources(
            DoubleSupplier dropped, DoubleSupplier uncounted, DoubleSupplier sent, DoubleSupplier failed) {}

    private Counter counter(RequestLabels labels) {
        return requests.computeIfAbsent(labels, key -> Counter.builder("bellwether.gateway.requests")
                .description("Answered requests")
                .tags(
                        "model",
                        key.model(),
                        "version",
                        key.version(),
                        "arm",
                        key.arm(),
                        "outcome",
                        key.outcome().label())
                .register(registry));
    }

    private Timer duration(ArmLabels labels) {
        return Timer.builder("bellwether.gateway.request.duration")
                .description("From the complete request at the edge to the answer")
                .tags("model", labels.model(), "version", labels.version(), "arm", labels.arm())
                .serviceLevelObjectives(LATENCY_SLOS)
                .register(registry);
    }

    private void gauge(String name, String description, DoubleSupplier value) {
        Gauge.builder("bellwether.gateway." + name, value::getAsDouble)
                .description(description)
                .register(registry);
    }

    private void timeGauge(String name, String description, DoubleSupplier seconds) {
        Gauge.builder("bellwether.gateway." + name, seconds::getAsDouble)
                .description(description)
                .baseUnit("seconds")
                .register(registry);
    }

    private void counter(String name, String description, DoubleSupplier value) {
        // The registry refers to the source weakly.
        sources.add(value);
        FunctionCounter.builder("bellwether.gateway." + name, value, DoubleSupplier::getAsDouble)
                .description(description)
                .register(registry);
    }

    private Counter copies(CopyLabels labels) {
        return Counter.builder("bellwether.gateway.shadow.copies")
                .description("Copies of requests to candidates that serve nobody")
                .tags(
                        "model",
                        labels.model(),
                        "version",
                        labels.version(),
                        "copy",
                        labels.copy(),
                        "result",
                        labels.result())
                .register(registry);
    }
}
