package io.bellwether.monitoring.runtime;

import io.bellwether.monitoring.MonitoringConfig;
import io.bellwether.monitoring.MonitoringMetrics;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Starts monitoring with the process and stops it with the process. */
@ApplicationScoped
public class MonitoringLifecycle {
    private final MonitoringConfig config;
    private final String managementHost;
    private final MonitoringMetrics metrics;
    private final StreamsSupervisor supervisor;

    public MonitoringLifecycle(
            MonitoringConfig config,
            MonitoringMetrics metrics,
            @ConfigProperty(name = "quarkus.management.host") String managementHost) {
        this.config = config;
        this.metrics = metrics;
        this.managementHost = managementHost;
        this.supervisor = new StreamsSupervisor(config, metrics);
    }

    void onStart(@Observes StartupEvent event) {
        List<String> problems = MonitoringSettings.problems(config, managementHost);
        if (!problems.isEmpty()) {
            throw new IllegalStateException("monitoring does not start: " + String.join("; ", problems));
        }
        metrics.observe(() -> supervisor.isRunning() ? 1 : 0, supervisor::lagRecords);
        supervisor.start();
    }

    void onStop(@Observes ShutdownEvent event) {
        supervisor.stop();
    }

    boolean isReady() {
        return supervisor.isRunning();
    }

    String status() {
        return supervisor.status();
    }
}
