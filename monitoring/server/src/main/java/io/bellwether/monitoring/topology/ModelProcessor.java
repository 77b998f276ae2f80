package io.bellwether.monitoring.topology;

import com.google.protobuf.InvalidProtocolBufferException;
import io.bellwether.controlapi.log.Command;
import io.bellwether.monitoring.MonitoringMetrics;
import io.bellwether.monitoring.folding.Journal;
import io.bellwether.monitoring.folding.MemoryKey;
import io.bellwether.monitoring.judging.Judged;
import io.bellwether.monitoring.judging.ModelMonitor;
import io.bellwether.monitoring.judging.Moment;
import io.bellwether.routing.ControlState;
import io.bellwether.routing.Kill;
import io.bellwether.routing.Rollout;
import io.bellwether.telemetry.events.Snapshot;
import io.bellwether.telemetry.events.Verdict;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Feeds the {@link ModelMonitor} of each model of one partition, and sends what it concludes. Judges after each snapshot
 * and, so that silence is noticed too, a few times a second by the clock.
 */
final class ModelProcessor implements Processor<String, byte[], String, byte[]> {
    private static final Logger LOG = Logger.getLogger(ModelProcessor.class);
    private static final Duration TICK = Duration.ofMillis(250);

    private final MonitoringTopology.Settings settings;
    private final MonitoringMetrics metrics;
    private final Map<String, Judging> judgingByModel = new HashMap<>();
    private @Nullable Rim rim;

    /** What Kafka Streams lends to the processor. */
    private record Rim(ProcessorContext<String, byte[]> context, Journal journal, ControlView control) {}

    /** A model's monitor, and what was last said about it. */
    private static final class Judging {
        final ModelMonitor monitor;
        String rolloutId = "";
        long slot = -1;
        long controlUntil = Long.MIN_VALUE;

        final Map<String, Verdict.Conclusion> conclusions = new HashMap<>();

        Judging(ModelMonitor monitor) {
            this.monitor = monitor;
        }
    }

    ModelProcessor(MonitoringTopology.Settings settings, MonitoringMetrics metrics) {
        this.settings = settings;
        this.metrics = metrics;
    }

    @Override
    public void init(ProcessorContext<String, byte[]> context) {
        KeyValueStore<String, byte[]> memory = context.getStateStore(MonitoringTopology.MEMORY_STORE);
        KeyValueStore<String, byte[]> control = context.getStateStore(MonitoringTopology.CONTROL_STORE);
        rim = new Rim(context, new StoreJournal(memory), new ControlView(control));
        restore(memory);
        context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, now -> tick());
    }

    @Override
    public void process(Record<String, byte[]> record) {
        Snapshot snapshot = read(record);
        if (snapshot == null) {
            metrics.recordRefused("unreadable_snapshot");
            return;
        }
        Judging judging = judging(snapshot.getModel());
        if (judging == null) {
            metrics.recordRefused("too_many_models");
            return;
        }
        follow(snapshot.getModel(), judging);
        long until = rim().context().recordMetadata().map(at -> at.offset() + 1).orElse(0L);
        metrics.snapshotTaken(snapshot.getModel(), judging.monitor.take(snapshot, until));
        // One that was taken in before a restart is no news, and what is known is that of later ones.
        judge(judging, until < judging.monitor.snapshotsUntil());
    }

    @Override
    public void close() {
        judgingByModel.keySet().forEach(metrics::modelLeft);
        judgingByModel.clear();
    }

    private static @Nullable Snapshot read(Record<String, byte[]> record) {
        if (record.value() == null) {
            return null;
        }
        try {
            Snapshot snapshot = Snapshot.parseFrom(record.value());
            boolean named =
                    !snapshot.getModel().isEmpty() && snapshot.getModel().equals(record.key());
            return named && !snapshot.getProcessId().isEmpty() ? snapshot : null;
        } catch (InvalidProtocolBufferException e) {
            return null;
        }
    }

    /** A live rollout of a model that nobody reports about is judged too: blind. */
    private void tick() {
        Rim now = rim();
        for (Rollout.Live live : now.control().now().liveRollouts()) {
            if (isOurs(live.plan().model())) {
                Judging unused = judging(live.plan().model());
            }
        }
        judgingByModel.forEach((model, judging) -> {
            follow(model, judging);
            judge(judging, true);
            ModelMonitor monitor = judging.monitor;
            metrics.processes(
                    model,
                    monitor.processesLive(Snapshot.Process.GATEWAY),
                    monitor.processesLive(Snapshot.Process.WORKER),
                    monitor.droppedCells());
        });
    }

    private void follow(String model, Judging judging) {
        ControlState control = rim().control().now();
        if (judging.controlUntil == control.lastPosition() + 1) {
            return;
        }
        judging.controlUntil = control.lastPosition() + 1;
        if (!judging.monitor.follow(control.liveRollout(model))) {
            LOG.warnf("model=%s reason=\"remembered evidence does not fit the rollout; it begins anew\"", model);
        }
        String rolloutId = judging.monitor.rolloutId().orElse("");
        if (!rolloutId.equals(judging.rolloutId)) {
            if (!judging.rolloutId.isEmpty()) {
                metrics.rolloutEnded(model);
            }
            judging.rolloutId = rolloutId;
            judging.slot = -1;
            judging.conclusions.clear();
        }
    }

    private void judge(Judging judging, boolean byClock) {
        for (String arm : judging.monitor.arms()) {
            judge(judging, arm, byClock);
        }
    }

    private void judge(Judging judging, String arm, boolean byClock) {
        long nowMillis = rim().context().currentSystemTimeMs();
        Optional<Judged> judged = judging.monitor.judge(
                arm, new Moment(nowMillis, judging.monitor.snapshotsUntil(), judging.controlUntil, byClock));
        if (judged.isEmpty()) {
            return;
        }
        Verdict verdict = judged.get().verdict();
        forward(Kill.key(verdict.getRolloutId(), arm), verdict.toByteArray(), nowMillis, MonitoringTopology.VERDICTS);
        metrics.verdict(verdict);
        if (verdict.getSlot() > judging.slot) {
            judging.slot = verdict.getSlot();
            metrics.evidenceJudged(verdict.getModel(), verdict.getSlot(), nowMillis);
        }
        if (verdict.getConclusion() != judging.conclusions.put(arm, verdict.getConclusion())) {
            LOG.infof(
                    "model=%s rollout=%s step=%d conclusion=%s reason=\"%s\"",
                    verdict.getModel(),
                    Kill.key(verdict.getRolloutId(), arm),
                    verdict.getStep(),
                    verdict.getConclusion(),
                    verdict.getReason());
        }
        judged.get().command().ifPresent(command -> send(command, nowMillis));
    }

    private void send(Command command, long nowMillis) {
        String action = command.getActionCase().name().toLowerCase(Locale.ROOT);
        LOG.infof("model=%s rollout=%s decision=%s", command.getModel(), command.getRolloutId(), command.getId());
        forward(command.getModel(), command.toByteArray(), nowMillis, MonitoringTopology.COMMANDS);
        metrics.decision(command.getModel(), action);
    }

    private void forward(String key, byte[] value, long nowMillis, String sink) {
        rim().context().forward(new Record<>(key, value, nowMillis), sink);
    }

    private @Nullable Judging judging(String model) {
        Judging known = judgingByModel.get(model);
        if (known == null && judgingByModel.size() < settings.modelsMax()) {
            known = new Judging(new ModelMonitor(model, settings.fold(), settings.judge(), rim().journal()));
            judgingByModel.put(model, known);
        }
        return known;
    }

    /** The same choice as the producers' default: murmur2 of the key. */
    private boolean isOurs(String model) {
        int hash = Utils.toPositive(Utils.murmur2(model.getBytes(StandardCharsets.UTF_8)));
        return hash % settings.partitions() == rim().context().taskId().partition();
    }

    private void restore(KeyValueStore<String, byte[]> memory) {
        try (KeyValueIterator<String, byte[]> all = memory.all()) {
            while (all.hasNext()) {
                KeyValue<String, byte[]> entry = all.next();
                Optional<MemoryKey> key = MemoryKey.parse(entry.key);
                Judging judging = key.map(MemoryKey::model).map(this::judging).orElse(null);
                if (key.isPresent() && judging != null) {
                    restore(judging.monitor, key.get(), entry.value);
                }
            }
        }
    }

    private void restore(ModelMonitor monitor, MemoryKey key, byte[] value) {
        try {
            monitor.restore(key, value);
        } catch (InvalidProtocolBufferException e) {
            metrics.recordRefused("unreadable_memory");
            LOG.warnf(
                    "model=%s reason=\"a remembered value cannot be read and is ignored\" kind=%s",
                    key.model(), key.kind());
        }
    }

    private Rim rim() {
        if (rim == null) {
            throw new IllegalStateException("not initialised");
        }
        return rim;
    }
}
