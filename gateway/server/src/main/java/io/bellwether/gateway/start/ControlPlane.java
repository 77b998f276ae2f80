package io.bellwether.gateway.start;

import io.bellwether.gateway.call.Timekeeper;
import io.bellwether.gateway.capacity.FleetCapacity;
import io.bellwether.gateway.capacity.StepWatch;
import io.bellwether.gateway.config.GatewayConfig;
import io.bellwether.gateway.config.ServerAddresses;
import io.bellwether.gateway.control.AbsentControlLog;
import io.bellwether.gateway.control.CommandRehearsal;
import io.bellwether.gateway.control.CommandWriter;
import io.bellwether.gateway.control.ControlApi;
import io.bellwether.gateway.control.ControlFold;
import io.bellwether.gateway.control.ControlLog;
import io.bellwether.gateway.control.ControlLogFollower;
import io.bellwether.gateway.control.ControlServer;
import io.bellwether.gateway.control.ControlStateFile;
import io.bellwether.gateway.control.ControlViews;
import io.bellwether.gateway.control.KafkaAccess;
import io.bellwether.gateway.control.KafkaControlLog;
import io.bellwether.gateway.control.RolloutEvents;
import io.bellwether.gateway.control.TopicFollower;
import io.bellwether.gateway.control.VerdictBoard;
import io.bellwether.gateway.metrics.GatewayMetrics;
import io.bellwether.gateway.shadow.Shadows;
import io.bellwether.gateway.worker.WorkerDirectory;
import io.bellwether.routing.SnapshotRead;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Everything about control, put together: last good state, control log, verdicts and the control API. */
@Singleton
public class ControlPlane {
    private static final Logger LOG = Logger.getLogger(ControlPlane.class);
    private static final double MILLIS_PER_SECOND = 1_000.0;
    private static final long LISTEN_SECONDS_MAX = 10;
    private static final int PROJECTIONS_WAITING_MAX = 4;
    /** A log that is well has a command in a tenth of it. */
    private static final Duration TAKE_BACK_DELAY = Duration.ofMillis(200);

    /** Enough for the compiler to have seen what a roll back takes. */
    private static final int REHEARSALS = 200;

    private static final Duration REHEARSAL_MAX = Duration.ofMillis(1_500);

    private final GatewayConfig config;
    private final ControlFold fold;
    private final Timekeeper time;
    private final Vertx vertx;
    private final WorkerDirectory directory;
    private final ControlStateFile file;
    private final VerdictBoard verdicts;
    private final @Nullable ControlLogFollower follower;
    private final @Nullable TopicFollower verdictFollower;
    private final ControlLog log;
    private final ThreadPoolExecutor projector = IdleThread.named("gateway-projector", PROJECTIONS_WAITING_MAX);
    private final Shadows shadows;
    private final FleetCapacity capacity;
    private final StepWatch steps;
    private @Nullable ControlServer server;
    private @Nullable URI self;

    ControlPlane(
            GatewayConfig config,
            ControlFold fold,
            Timekeeper time,
            Vertx vertx,
            WorkerDirectory directory,
            GatewayMetrics metrics,
            Shadows shadows) {
        this.shadows = shadows;
        this.config = config;
        this.fold = fold;
        this.time = time;
        this.vertx = vertx;
        this.directory = directory;
        this.file = new ControlStateFile(config.stateDir());
        this.capacity = new FleetCapacity(directory, projector);
        this.steps = new StepWatch(() -> fold.state().liveRollouts(), capacity, time);
        this.verdicts = new VerdictBoard(config.control().verdictsMax());
        Optional<KafkaAccess> kafka = kafka(config);
        if (kafka.isPresent()) {
            ControlLogFollower reading = new ControlLogFollower(kafka.get(), fold, file, metrics, time);
            this.follower = reading;
            this.verdictFollower = TopicFollower.ofVerdicts(kafka.get(), verdicts);
            KafkaControlLog writing =
                    new KafkaControlLog(kafka.get(), config.control().writesMax(), reading::reachable);
            reading.whenReachable(writing::prepare);
            this.log = writing;
        } else {
            this.follower = null;
            this.verdictFollower = null;
            this.log = new AbsentControlLog();
        }
    }

    /** Where Kafka is; empty for a gateway without one. */
    static Optional<KafkaAccess> kafka(GatewayConfig config) {
        return config.kafka()
                .bootstrap()
                .filter(bootstrap -> !bootstrap.isBlank())
                .map(bootstrap -> new KafkaAccess(
                        bootstrap,
                        config.kafka().replicationFactor(),
                        config.kafka().callTimeout(),
                        config.id()));
    }

    /**
     * Restores the last good state, then reads on, then opens the control API.
     *
     * @param tenants that a rollout may be about
     */
    void start(Collection<String> tenants) {
        Optional<SnapshotRead.Restored> restored = file.load();
        restored.ifPresent(last -> {
            fold.restore(last.state(), last.logId());
            LOG.infof(
                    "restored the last good control state, position=%d",
                    last.state().lastPosition());
        });
        if (follower != null) {
            follower.start();
        }
        if (verdictFollower != null) {
            verdictFollower.start();
        }
        ControlViews views = new ControlViews(fold, directory, verdicts, shadows::counts);
        CommandWriter writer = new CommandWriter(fold, log, config.control().applyTimeout(), TAKE_BACK_DELAY, tenants);
        ControlServer opened = new ControlServer(
                vertx,
                new ControlApi(fold, views, writer, time, capacity),
                new RolloutEvents(vertx, fold, views),
                config.control().host(),
                config.control().port(),
                config.control().bodyBytesMax());
        server = opened;
        listen(opened);
    }

    /** Makes taking back fast before somebody needs it; after the start. Nothing that there is changes. */
    void rehearse() {
        URI api = self;
        if (api == null) {
            return;
        }
        long startNanos = time.nanos();
        try {
            int done = new CommandRehearsal(directory, time, capacity).run(api, REHEARSALS, REHEARSAL_MAX);
            LOG.infof(
                    "rehearsed roll backs=%d in %d ms", done, TimeUnit.NANOSECONDS.toMillis(time.nanos() - startNanos));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void close() {
        projector.shutdownNow();
        if (server != null) {
            server.close();
        }
        if (follower != null) {
            follower.close();
        }
        if (verdictFollower != null) {
            verdictFollower.close();
        }
        if (log instanceof KafkaControlLog kafka) {
            kafka.close();
        }
    }

    /** What speaks against steps of the live rollouts. */
    StepWatch steps() {
        return steps;
    }

    /** The workers that the gateway knows. */
    WorkerDirectory directory() {
        return directory;
    }

    /** Where commands are appended. */
    ControlLog log() {
        return log;
    }

    /** Where the last good state is. */
    ControlStateFile stateFile() {
        return file;
    }

    GatewayMetrics.ControlSources metrics() {
        return new GatewayMetrics.ControlSources(
                () -> fold.routes().routeVersion(),
                () -> follower == null ? 0 : follower.lag(),
                () -> fold.state().lastPosition(),
                () -> log.reachable() ? 1 : 0,
                () -> follower == null ? 0 : (time.epochMillis() - follower.currentAtMillis()) / MILLIS_PER_SECOND);
    }

    private void listen(ControlServer opened) {
        int port = config.control().port();
        try {
            int actual =
                    opened.start().toCompletionStage().toCompletableFuture().get(LISTEN_SECONDS_MAX, TimeUnit.SECONDS);
            self = URI.create(
                    "http://" + ServerAddresses.forSelf(config.control().host(), actual));
            LOG.infof("control API listening on http://%s:%d", config.control().host(), actual);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(
                    "the control API cannot listen on " + config.control().host() + ":" + port
                            + "; free the port, or set gateway.control.port to another one",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while opening the control API", e);
        }
    }
}
