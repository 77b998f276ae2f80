package io.bellwether.monitoring;

import io.bellwether.monitoring.judging.Taken;
import io.bellwether.telemetry.events.EmbeddingEvidence;
import io.bellwether.telemetry.events.GuardrailEvidence;
import io.bellwether.telemetry.events.ObjectiveEvidence;
import io.bellwether.telemetry.events.ScoreEvidence;
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

/**
 * Every metric of monitoring; the only class that knows their names. Labels are model (limited by configuration),
 * guardrail, conclusion, action and kind of process. Gauges about a rollout go when the rollout ends.
 */
@ApplicationScoped
public class MonitoringMetrics {
    private static final String PREFIX = "bellwether.monitoring.";
    private static final long MILLIS_PER_SLOT = 1_000;

    private final MeterRegistry registry;
    private final Map<String, GaugeValue> gauges = new ConcurrentHashMap<>();

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
        count("snapshots", "Snapshots taken in", Tags.of("model", model), 1);
        slots(model, "complete", taken.slotsComplete());
        slots(model, "partial", taken.slotsPartial());
        cells(model, "late", taken.accepted().cellsLate());
        cells(model, "cold", taken.accepted().cellsCold());
        cells(model, "invalid", taken.accepted().cellsInvalid());
    }

    /** A record could not be used. */
    public void recordRefused(String reason) {
        count("records.refused", "Records that could not be used", Tags.of("reason", reason), 1);
    }

    /** Who reports about a model now, and what they threw away. */
    public void processes(String model, long gateways, long workers, long droppedCells) {
        Tags tags = Tags.of("model", model);
        String live = "Processes that report about the model";
        gauge("processes.live", live, tags.and("kind", "gateway"), gateways);
        gauge("processes.live", live, tags.and("kind", "worker"), workers);
        gauge("dropped.cells", "Cells that live processes threw away before Kafka took them", tags, droppedCells);
    }

    /** A verdict was published. */
    public void verdict(Verdict verdict) {
        // At most four arms; none where a rollout has one candidate.
        Tags tags = Tags.of("model", verdict.getModel(), "arm", verdict.getArm());
        String conclusion = verdict.getConclusion().name().toLowerCase(Locale.ROOT);
        count("verdicts", "Verdicts", tags.and("conclusion", conclusion), 1);
        for (GuardrailEvidence evidence : verdict.getGuardrailsList()) {
            Tags guardrail = tags.and("guardrail", evidence.getName());
            gauge("evidence.harm.log.e", "ln of the e-value for harm", guardrail, evidence.getLogEHarm());
            gauge("evidence.safe.log.e", "ln of the e-value against harm", guardrail, evidence.getLogESafe());
        }
        gauge("evidence.combined.log.e", "ln of the combined e-value for harm", tags, verdict.getLogECombined());
        gauge("exposed.requests", "Requests that saw the candidate", tags, verdict.getExposedRequests());
        gauge(
                "evidence.waiting.at.gate",
                "1 while the evidence suffices and a person has to let the rollout pass",
                tags,
                verdict.getWaitingAtGate() ? 1 : 0);
        gauge(
                "evidence.waiting.for.capacity",
                "1 while gateways say that the candidate could not carry its next step, which is not taken",
                tags,
                verdict.getStepProblem().isEmpty() ? 0 : 1);
        if (verdict.hasObjective()) {
            objective(verdict.getObjective(), tags);
        }
        if (verdict.hasScores()) {
            scores(verdict.getScores(), tags);
        }
        if (verdict.hasEmbeddings()) {
            embeddings(verdict.getEmbeddings(), tags);
        }
    }

    /** Whether the candidate's embeddings lie elsewhere than control's. */
    private void embeddings(EmbeddingEvidence embeddings, Tags tags) {
        gauge(
                "evidence.embeddings.moved",
                "1 while the embeddings of the candidate's answers are shown to have moved beyond the margin",
                tags,
                embeddings.getMoved() ? 1 : 0);
        gauge(
                "evidence.embeddings.distance",
                "Least total variation between the embeddings of the candidate's answers and control's, chance included",
                tags,
                embeddings.getDistance());
    }

    /** Whether the candidate's answers score otherwise than control's. */
    private void scores(ScoreEvidence scores, Tags tags) {
        gauge(
                "evidence.scores.moved",
                "1 while the scores of the candidate's answers are shown to have moved beyond the margin",
                tags,
                scores.getMoved() ? 1 : 0);
        gauge(
                "evidence.scores.distance",
                "Total variation between the scores of the candidate's answers and control's, chance included",
                tags,
                scores.getDistance());
    }

    /** How the whole model fares by the objective that its rollout names. */
    private void objective(ObjectiveEvidence objective, Tags tags) {
        gauge(
                "evidence.objective.burning",
                "1 while the model burns its error budget too fast, so that nothing advances",
                tags,
                objective.getBurning() ? 1 : 0);
        gauge(
                "evidence.objective.burn.rate",
                "Burn rate of the error budget in the last hour; 1 uses it up in just its time",
                tags,
                objective.getHourBurnRate());
    }

    /** A verdict rests on a newer slot than the one before it. */
    public void evidenceJudged(String model, long slot, long nowMillis) {
        Timer.builder(PREFIX + "evaluation.delay")
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
                .register(registry)
                .record(Duration.ofMillis(Math.max(0, nowMillis - (slot + 1) * MILLIS_PER_SLOT)));
    }

    /** A command was appended to the control log. */
    public void decision(String model, String action) {
        count("decisions", "Commands sent to the control log", Tags.of("model", model, "action", action), 1);
    }

    /** The model's rollout has ended: what was said about it goes. */
    public void rolloutEnded(String model) {
        gauges.entrySet().removeIf(entry -> {
            boolean about =
                    entry.getKey().startsWith("evidence.") || entry.getKey().startsWith("exposed.");
            if (!about || !model.equals(entry.getValue().gauge.getId().getTag("model"))) {
                return false;
            }
            registry.remove(entry.getValue().gauge);
            return true;
        });
    }

    /** The model is judged by this process no more. */
    public void modelLeft(String model) {
        gauges.entrySet().removeIf(entry -> {
            if (!model.equals(entry.getValue().gauge.getId().getTag("model"))) {
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
        count("restarts", "Restarts of the topology after a failure", Tags.empty(), 1);
    }

    private void slots(String model, String completeness, int slots) {
        count("slots.closed", "Slots closed", Tags.of("model", model, "completeness", completeness), slots);
    }

    private void cells(String model, String reason, int cells) {
        count("cells.refused", "Cells that are no evidence", Tags.of("model", model, "reason", reason), cells);
    }

    private void count(String name, String description, Tags tags, double increment) {
        Counter.builder(PREFIX + name)
                .description(description)
                .tags(tags)
                .register(registry)
                .increment(increment);
    }

    private void gauge(String name, String description, Tags tags, Number value) {
        gauges.computeIfAbsent(name + tags, key -> new GaugeValue(registry, name, description, tags)).value =
                value.doubleValue();
    }
}
