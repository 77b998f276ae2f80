package io.bellwether.loadtests.simulation;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.bellwether.controlapi.log.Advance;
import io.bellwether.controlapi.log.Command;
import io.bellwether.monitoring.evaluation.EvaluationSettings;
import io.bellwether.monitoring.folding.FoldSettings;
import io.bellwether.monitoring.folding.Journal;
import io.bellwether.monitoring.folding.MemoryKey;
import io.bellwether.monitoring.judging.JudgeSettings;
import io.bellwether.monitoring.judging.Judged;
import io.bellwether.monitoring.judging.ModelMonitor;
import io.bellwether.monitoring.judging.Moment;
import io.bellwether.routing.ControlState;
import io.bellwether.routing.Rollout;
import io.bellwether.telemetry.events.Snapshot;
import io.bellwether.telemetry.events.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A replica of monitoring: the platform's monitors, fed like the topology of Kafka Streams feeds them, at least once. The one
 * that reads telemetry judges; when it was silent too long another one takes over from the changelog, and the former one goes
 * on until it hears of that. What it wrote to the changelog and could not send is sent then, too.
 */
final class MonitoringHost {
    private static final FoldSettings FOLD = new FoldSettings(2_000, 5_000, 64, 50_000);
    private static final JudgeSettings JUDGE = new JudgeSettings(EvaluationSettings.DEFAULTS, 500, 1_000, 2_000);
    private static final long TICK_NANOS = 100 * Agenda.MILLI;
    private static final long DELIVERY_NANOS = 10 * Agenda.SECOND;
    private static final int RECORDS_MAX = 100;
    private static final double LATE_SHARE = 0.2;

    private final World world;
    private final Host host;
    private final Broker broker;
    private final Producer producer;
    private final Map<String, ModelMonitor> monitors = new TreeMap<>();
    private final List<Write> unsent = new ArrayList<>();
    private ControlState control = ControlState.empty();
    private int nextEntry;
    private int offset;
    private boolean reads;

    /** One write of a journal; null deletes. */
    private record Write(MemoryKey key, @Nullable ByteString value) {}

    MonitoringHost(World world, Host host) {
        this.world = world;
        this.host = host;
        this.broker = world.broker();
        this.producer = new Producer(host, world.network(), broker, DELIVERY_NANOS);
    }

    Host host() {
        return host;
    }

    void start() {
        host.start();
        monitors.clear();
        unsent.clear();
        control = ControlState.empty();
        nextEntry = 0;
        reads = false;
        host.every(TICK_NANOS, this::tick);
    }

    void crash() {
        host.kill();
    }

    /** Position of the control log that is read next. */
    long next() {
        return nextEntry;
    }

    private void tick() {
        boolean answers = world.network().answers(host, broker.host());
        if (reads) {
            work(answers);
        }
        if (!answers) {
            return;
        }
        readControl();
        boolean isReader = broker.isReader(host);
        if (isReader && !reads) {
            takeOver();
        }
        reads = isReader;
    }

    private void takeOver() {
        world.history().add(host.name(), "reads telemetry from " + broker.committed());
        world.tallies().add("takeovers");
        monitors.clear();
        unsent.clear();
        offset = broker.committed();
        broker.changelog().forEach((key, value) -> {
            try {
                monitor(key.model()).restore(key, value.toByteArray());
            } catch (InvalidProtocolBufferException e) {
                throw new IllegalStateException("the changelog is damaged", e);
            }
        });
    }

    private void work(boolean answers) {
        if (answers) {
            for (Snapshot snapshot : List.copyOf(broker.telemetryFrom(offset, RECORDS_MAX))) {
                ModelMonitor monitor = monitor(snapshot.getModel());
                follow(snapshot.getModel(), monitor);
                var unused = monitor.take(snapshot);
                judge(monitor);
                offset++;
            }
        }
        for (Rollout.Live live : control.liveRollouts()) {
            var unused = monitor(live.plan().model());
        }
        monitors.forEach((model, monitor) -> {
            follow(model, monitor);
            judge(monitor);
        });
        if (answers) {
            unsent.forEach(write -> broker.remember(write.key(), write.value()));
            unsent.clear();
            if (host.random().nextBoolean()) {
                broker.commit(offset);
            }
        }
    }

    private ModelMonitor monitor(String model) {
        return monitors.computeIfAbsent(
                model,
                name -> new ModelMonitor(name, FOLD, JUDGE, new Journal() {
                    @Override
                    public void put(MemoryKey key, byte[] value) {
                        unsent.add(new Write(key, ByteString.copyFrom(value)));
                    }

                    @Override
                    public void delete(MemoryKey key) {
                        unsent.add(new Write(key, null));
                    }
                }));
    }

    private void follow(String model, ModelMonitor monitor) {
        if (!monitor.follow(control.liveRollout(model))) {
            world.tallies().add("evidence begun anew");
        }
    }

    private void judge(ModelMonitor monitor) {
        monitor.arms().forEach(arm -> judge(monitor, arm));
    }

    private void judge(ModelMonitor monitor, String arm) {
        Optional<Judged> judged = monitor.judge(arm, Moment.at(host.epochMillis()));
        if (judged.isEmpty()) {
            return;
        }
        Verdict verdict = judged.get().verdict();
        world.tallies().add("verdicts " + verdict.getConclusion() + (arm.isEmpty() ? "" : " on arms"));
        if (!verdict.getStepProblem().isEmpty()) {
            world.tallies().add("verdicts with a step that does not fit");
        }
        Optional<Command> command = judged.get().command();
        if (world.sabotage() == Sabotage.ADVANCES_IN_DOUBT) {
            command = doubtful(verdict);
        }
        if (command.isPresent() && world.sabotage() != Sabotage.KEEPS_KILLS) {
            world.log().emitted(new Emission(command.get(), verdict, host.nanos()));
            var unused = producer.append(command.get().toByteArray());
        }
    }

    private static Optional<Command> doubtful(Verdict verdict) {
        return verdict.getConclusion() == Verdict.Conclusion.ADVANCE
                ? Optional.empty()
                : Optional.of(Command.newBuilder()
                        .setId(verdict.getRolloutId() + "/v" + verdict.getRolloutVersion() + "/advance")
                        .setModel(verdict.getModel())
                        .setRolloutId(verdict.getRolloutId())
                        .setBasedOnVersion(verdict.getRolloutVersion())
                        .setActor("monitoring")
                        .setAdvance(Advance.newBuilder().setToStep(verdict.getStep() + 1))
                        .build());
    }

    private void readControl() {
        // A replica that starts reads all of the log before it does anything.
        int records = nextEntry > 0 && host.random().nextDouble() < LATE_SHARE ? 1 : Integer.MAX_VALUE;
        while (nextEntry < broker.end() && records > 0) {
            byte[] value = broker.entry(nextEntry).value();
            try {
                if (value != null) {
                    control = control.apply(Command.parseFrom(value), nextEntry).state();
                }
            } catch (InvalidProtocolBufferException e) {
                world.tallies().add("unreadable commands");
            }
            world.log().foldedReadable(host.name(), control, nextEntry);
            nextEntry++;
            records--;
        }
    }
}
