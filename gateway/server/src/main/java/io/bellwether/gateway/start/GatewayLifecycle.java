package io.bellwether.gateway.start;

import io.bellwether.gateway.call.Timekeeper;
import io.bellwether.gateway.config.BindCheck;
import io.bellwether.gateway.config.GatewayConfig;
import io.bellwether.gateway.config.ServerAddresses;
import io.bellwether.gateway.evidence.EvidenceReporter;
import io.bellwether.gateway.http.Farewell;
import io.bellwether.gateway.inference.Bookkeeping;
import io.bellwether.gateway.inference.Catalog;
import io.bellwether.gateway.inference.Inference;
import io.bellwether.gateway.inference.TrafficGate;
import io.bellwether.gateway.inference.WarmUpToken;
import io.bellwether.gateway.openai.OpenAiEdge;
import io.bellwether.gateway.rest.RestEdge;
import io.bellwether.gateway.rest.RestFeedback;
import io.bellwether.gateway.warmup.WarmUps;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.ext.web.Router;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/**
 * Starts and ends the gateway. On the way down readiness falls first, then requests in flight end, then the last counts
 * go out, and only then do the servers close.
 */
@ApplicationScoped
public class GatewayLifecycle {
    private static final Logger LOG = Logger.getLogger(GatewayLifecycle.class);
    private static final long DRAIN_STEP_MILLIS = 10;
    private static final Duration LANES_INTERVAL = Duration.ofSeconds(1);
    private static final Duration STEPS_INTERVAL = Duration.ofMillis(250);
    private static final Duration WATCHERS_INTERVAL = Duration.ofMillis(250);

    /** How soon monitoring learns that a second is complete. */
    private static final Duration PASSED_INTERVAL = Duration.ofMillis(50);

    private final GatewayConfig config;
    private final WorkerPlane workers;
    private final Inference inference;
    private final TrafficGate gate;
    private final EvidenceReporter reporter;
    private final ControlPlane control;
    private final GuardPlane guard;
    private final Ticker ticker = new Ticker("gateway-ticker");
    private final AtomicBoolean ended = new AtomicBoolean();

    GatewayLifecycle(
            GatewayConfig config,
            WorkerPlane workers,
            Inference inference,
            TrafficGate gate,
            EvidenceReporter reporter,
            ControlPlane control,
            GuardPlane guard) {
        this.config = config;
        this.workers = workers;
        this.inference = inference;
        this.gate = gate;
        this.reporter = reporter;
        this.control = control;
        this.guard = guard;
    }

    void mountRest(
            @Observes Router router, Catalog catalog, WarmUpToken token, FeedbackPlane feedback, Timekeeper time) {
        Farewell.mount(router, gate::isDraining);
        new OpenAiEdge(inference, catalog, config.limits().deadlineMax().toNanos()).mount(router);
        RestFeedback taking = new RestFeedback(inference, feedback.log(), time);
        new RestEdge(inference, catalog, gate, token, taking, config.limits().pathCharactersMax()).mount(router);
    }

    void onStart(
            @Observes StartupEvent event,
            ServerAddresses addresses,
            WarmUps warmUps,
            Observations observed,
            Bookkeeping clients,
            FeedbackPlane feedback) {
        List<String> problems =
                BindCheck.problems(addresses.hostsByProperty(), config.insecureAllowUnauthenticatedRemoteAccess());
        if (!problems.isEmpty()) {
            throw new IllegalStateException("the gateway does not start: " + String.join("; ", problems));
        }
        observed.register();
        guard.restore();
        workers.start();
        control.start(clients.admission().tenants());
        guard.start();
        feedback.start();
        ticker.every(config.telemetry().interval(), reporter::report);
        ticker.every(PASSED_INTERVAL, reporter::reportPassed);
        ticker.every(STEPS_INTERVAL, control.steps()::look);
        ticker.every(WATCHERS_INTERVAL, gate::tellWatchers);
        ticker.every(LANES_INTERVAL, observed::onTick);
        warmUps.start(control::rehearse, () -> {
            reporter.onWarm();
            inference.startAccepting();
            gate.onWarm();
        });
    }

    /** To be called when Quarkus has started everything: only then does the hook stay. */
    void drainBeforeServersClose() {
        DrainHook.install(this::end);
    }

    /** Reads no more feedback: nothing that comes now would be counted. */
    void onShutdown(@Observes ShutdownEvent event, FeedbackPlane feedback) {
        feedback.close();
        end();
    }

    private void end() {
        if (!ended.compareAndSet(false, true)) {
            return;
        }
        gate.onDraining();
        pause(config.drain().delay().toMillis());
        inference.stopAccepting();
        long giveUpNanos = System.nanoTime() + config.drain().timeout().toNanos();
        while (inference.inFlight() > 0 && giveUpNanos - System.nanoTime() > 0) {
            pause(DRAIN_STEP_MILLIS);
        }
        ticker.close();
        guard.close();
        control.close();
        reporter.close(config.drain().telemetryTimeout());
        workers.close();
        LOG.infof("left: requestsInFlight=%d", inference.inFlight());
    }

    private static void pause(long millis) {
        if (millis <= 0) {
            return;
        }
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
