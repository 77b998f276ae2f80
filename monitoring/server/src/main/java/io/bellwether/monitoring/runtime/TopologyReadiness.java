package io.bellwether.monitoring.runtime;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready while the topology runs. Nothing waits for monitoring, so falling out of readiness costs no request. */
@Readiness
@ApplicationScoped
public class TopologyReadiness implements HealthCheck {
    private final MonitoringLifecycle lifecycle;

    public TopologyReadiness(MonitoringLifecycle lifecycle) {
        this.lifecycle = lifecycle;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("topology")
                .status(lifecycle.isReady())
                .withData("status", lifecycle.status())
                .build();
    }
}
