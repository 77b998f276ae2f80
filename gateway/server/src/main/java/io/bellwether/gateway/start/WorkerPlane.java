package io.bellwether.gateway.start;

import io.bellwether.gateway.call.Timekeeper;
import io.bellwether.gateway.config.FleetConfig;
import io.bellwether.gateway.config.GatewayConfig;
import io.bellwether.gateway.worker.Outliers;
import io.bellwether.gateway.worker.WorkerDirectory;
import io.bellwether.gateway.worker.WorkerDiscovery;
import jakarta.inject.Singleton;
import java.time.Duration;

/** Keeps the knowledge of the workers fresh: who they are, what they serve, and who of them fails. */
@Singleton
public class WorkerPlane {
    private static final Duration LOOK_INTERVAL = Duration.ofSeconds(1);

    private final GatewayConfig config;
    private final FleetConfig fleet;
    private final WorkerDirectory directory;
    private final WorkerDiscovery discovery;
    private final Outliers outliers;
    private final Timekeeper time;
    /** Names are resolved apart from the rest: a name server may take its time. */
    private final Ticker resolving = new Ticker("gateway-resolver");

    private final Ticker watching = new Ticker("gateway-workers");

    WorkerPlane(
            GatewayConfig config,
            FleetConfig fleet,
            WorkerDirectory directory,
            WorkerDiscovery discovery,
            Outliers outliers,
            Timekeeper time) {
        this.config = config;
        this.fleet = fleet;
        this.directory = directory;
        this.discovery = discovery;
        this.outliers = outliers;
        this.time = time;
    }

    void start() {
        if (discovery.hasNames()) {
            resolving.every(fleet.resolveInterval(), () -> discovery.refresh(time.nanos()));
        }
        watching.every(config.workerLink().pollInterval(), directory::poll);
        watching.every(LOOK_INTERVAL, () -> outliers.look(time.nanos()));
    }

    /** Ends the links; what is under way fails. */
    void close() {
        resolving.close();
        watching.close();
        discovery.close();
    }
}
