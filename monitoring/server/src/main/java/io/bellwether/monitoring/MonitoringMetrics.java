package io.bellwether.monitoring;

import io.bellwether.monitoring.judging.Taken;
import io.bellwether.telemetry.events.GuardrailEvidence;
import io.bellwether.telemetry.events.Verdict;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Every metric of monitoring; the only class that knows their names. Labels are model (limited by configuration),
 * guardrail, conclusion, action and kind of process. Gauges about a rollout go when the rollout ends.
 */
@ApplicationScoped
public class MonitoringMetrics {
    private static final String PREFIX = "bellwether.monitoring.";
    private static final long MILLIS_PER_SLOT = 1_000;

    private final MeterRegistry registry;
    // A registry finds a meter by sorting and hashing its tags, which for ten thousand snapshots a second is a fifth of
    // all time.
    private final Map<Key, GaugeValue> gauges = new ConcurrentHashMap<>();
    private final Map<Key, Counter> counters = new ConcurrentHashMap<>();
    private final Map<String, Timer> delays = new ConcurrentHashMap<>();

    /**
     * A meter of a model.
     *
     * @param arm null: it is not told apart by arms
     * @param label the name of one more label; empty: none
     */
    private record Key(String name, String model, @Nullable String arm, String label, String value) {
        Key(String name, String model) {
            this(name, model, null, "", "");
        }

        Key(String name, String model, String label, String value) {
            this(name, model, null, label, value);
        }
    }

    private static final class GaugeValue {
        final Gauge gauge;
        volatile double value;

        GaugeValue(MeterRegistry registry, String name, String description, Tags tags) {
            this.gauge = Gauge.builder(PREFIX + name, this, of -> of.value)
                    .description(description)
                    .tags(tags)
                    .register(registry);
        }
    }

    public MonitoringMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /** A snapshot of a model was taken in. */
    public void snapshotTaken(String model, Taken taken) {
        count(new Key("snapshots", model), "Snapshots taken in", 1);
        slots(model, "complete", taken.slotsComplete());
        slots(model, "partial", taken.slotsPartial());
        cells(model, "late", taken.accepted().cellsLate());
        cells(model, "cold", taken.accepted().cellsCold());
        cells(model, "invalid", taken.accepted().cellsInvalid());
    }

    /** A record could not be used. */
    public void recordRefused(String reason) {
        Counter.builder(PREFIX + "records.refused")
                .description("Records that could not be used")
                .tag("reason", reason)
                .register(registry)
                .increment();
    }

    /** Who reports about a model now, and what they threw away. */
    public void processes(String model, long gateways, long workers, long droppedCells) {
        String live = "Processes that report about the model";
        gauge(new Key("processes.live", model, "kind", "gateway"), live, gateways);
        gauge(new Key("processes.live", model, "kind", "worker"), live, workers);
        gauge(
                new Key("dropped.cells", model),
                "Cells that live processes threw away before Kafka took them",
                droppedCells);
    }

    /** A verdict was published. */
    public void verdict(Verdict verdict) {
        // At most four arms; none where a rollout has one candidate.
        String model = verdict.getModel();
        String arm = verdict.getArm();
        String conclusion = verdict.getConclusion().name().toLowerCase(Locale.ROOT);
        count(new Key("verdicts", model, arm, "conclusion", conclusion), "Verdicts", 1);
        for (GuardrailEvidence evidence : verdict.getGuardrailsList()) {
            String guardrail = evidence.getName();
            gauge(
                    new Key("evidence.harm.log.e", model, arm, "guardrail", guardrail),
                    "ln of the e-value for harm",
                    evidence.getLogEHarm());
            gauge(
                    new Key("evidence.safe.log.e", model, arm, "guardrail", guardrail),
                    "ln of the e-value against harm",
                    evidence.getLogESafe());
        }
        gauge(
                ofArm("evidence.combined.log.e", verdict),
                "ln of the combined e-value for harm",
                verdict.getLogECombined());
        gauge(ofArm("exposed.requests", verdict), "Requests that saw the candidate", verdict.getExposedRequests());
        gauge(
                ofArm("evidence.waiting.at.gate", verdict),
                "1 while the evidence suffices and a person has to let the rollout pass",
                verdict.getWaitingAtGate() ? 1 : 0);
        gauge(
                ofArm("evidence.waiting.for.capacity", verdict),
                "1 while gateways say that the candidate could not carry its next step, which is not taken",
                verdict.getStepProblem().isEmpty() ? 0 : 1);
        if (verdict.hasObjective()) {
            objective(verdict);
        }
        if (verdict.hasScores()) {
            scores(verdict);
        }
        if (verdict.hasEmbeddings()) {
            embeddings(verdict);
        }
    }

    /** Whether the candidate's embeddings lie elsewhere than control's. */
    private void embeddings(Verdict verdict) {
        gauge(
                ofArm("evidence.embeddings.moved", verdict),
                "1 while the embeddings of the candidate's answers are shown to have moved beyond the margin",
                verdict.getEmbeddings().getMoved() ? 1 : 0);
        gauge(
                ofArm("evidence.embeddings.distance", verdict),
                "Least total variation between the embeddings of the candidate's answers and control's, chance included",
                verdict.getEmbeddings().getDistance());
    }

    private static Key ofArm(String name, Verdict verdict) {
        return new Key(name, verdict.getModel(), verdict.getArm(), "", "");
    }

    /** Whether the candidate's answers score otherwise than control's. */
    private void scores(Verdict verdict) {
        gauge(
                ofArm("evidence.scores.moved", verdict),
                "1 while the scores of the candidate's answers are shown to have moved beyond the margin",
                verdict.getScores().getMoved() ? 1 : 0);
        gauge(
                ofArm("evidence.scores.distance", verdict),
                "Total variation between the scores of the candidate's answers and control's, chance included",
                verdict.getScores().getDistance());
    }

    /** How the whole model fares by the objective that its rollout names. */
    private void objective(Verdict verdict) {
        gauge(
                ofArm("evidence.objective.burning", verdict),
                "1 while the model burns its error budget too fast, so that nothing advances",
                verdict.getObjective().getBurning() ? 1 : 0);
        gauge(
                ofArm("evidence.objective.burn.rate", verdict),
                "Burn rate of the error budget in the last hour; 1 uses it up in just its time",
                verdict.getObjective().getHourBurnRate());
    }

    /** A verdict rests on a newer slot than the one before it. */
    public void evidenceJudged(String model, long slot, long nowMillis) {
        delays.computeIfAbsent(model, this::delay)
                .record(Duration.ofMillis(Math.max(0, nowMillis - (slot + 1) * MILLIS_PER_SLOT)));
    }

    private Timer delay(String model) {
        return Timer.builder(PREFIX + "evaluation.delay")
                .description("From the end of a slot to the first verdict on it")
                .tag("model", model)
                .serviceLevelObjectives(
                        Duration.ofMillis(500),
                        Duration.ofSeconds(1),
                        Duration.ofMillis(1_500),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(10))
                .register(registry);
    }

    /** A command was appended to the control log. */
    public void decision(String model, String action) {
        count(new Key("decisions", model, "action", action), "Commands sent to the control log", 1);
    }

    /** The model's rollout has ended: what was said about it goes. */
    public void rolloutEnded(String model) {
        gauges.entrySet().removeIf(entry -> {
            boolean about = entry.getKey().name().startsWith("evidence.")
                    || entry.getKey().name().startsWith("exposed.");
            if (!about || !model.equals(entry.getKey().model())) {
                return false;
            }
            registry.remove(entry.getValue().gauge);
            return true;
        });
    }

    /** The model is judged by this process no more. */
    public void modelLeft(String model) {
        gauges.entrySet().removeIf(entry -> {
            if (!model.equals(entry.getKey().model())) {
                return false;
            }
            registry.remove(entry.getValue().gauge);
            return true;
        });
    }

    /** Publishes whether the topology runs, and how many records it is behind. */
    public void observe(Supplier<Number> running, Supplier<Number> lagRecords) {
        Gauge.builder(PREFIX + "running", running)
                .description("1 while the topology runs")
                .register(registry);
        Gauge.builder(PREFIX + "lag.records", lagRecords)
                .description("Records of the slowest partition that are still to be read")
                .register(registry);
    }

    /** The topology stopped by itself and is started again. */
    public void restarted() {
        Counter.builder(PREFIX + "restarts")
                .description("Restarts of the topology after a failure")
                .register(registry)
                .increment();
    }

    private void slots(String model, String completeness, int slots) {
        count(new Key("slots.closed", model, "completeness", completeness), "Slots closed", slots);
    }

    private void cells(String model, String reason, int cells) {
        count(new Key("cells.refused", model, "reason", reason), "Cells that are no evidence", cells);
    }

    private static Tags tags(Key key) {
        Tags ofModel = Tags.of("model", key.model());
        Tags ofArm = key.arm() == null ? ofModel : ofModel.and("arm", key.arm());
        return key.label().isEmpty() ? ofArm : ofArm.and(key.label(), key.value());
    }

    private void count(Key which, String description, double increment) {
        Counter known = counters.get(which);
        Counter counter = known != null
                ? known
                : counters.computeIfAbsent(which, key -> Counter.builder(PREFIX + key.name())
                        .description(description)
                        .tags(tags(key))
                        .register(registry));
        if (increment > 0) {
            counter.increment(increment);
        }
    }

    private void gauge(Key which, String description, Number value) {
        GaugeValue known = gauges.get(which);
        GaugeValue gauge = known != null
                ? known
                : gauges.computeIfAbsent(which, key -> new GaugeValue(registry, key.name(), description, tags(key)));
        gauge.value = value.doubleValue();
    }
}
