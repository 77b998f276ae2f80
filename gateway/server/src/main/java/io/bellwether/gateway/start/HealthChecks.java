package io.bellwether.gateway.start;

import io.bellwether.gateway.inference.TrafficGate;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;

/** Health on the management port. Alive means that something answers at all. */
@ApplicationScoped
public class HealthChecks {

    @Produces
    @Liveness
    @ApplicationScoped
    HealthCheck live() {
        return () -> HealthCheckResponse.up("gateway");
    }

    @Produces
    @Readiness
    @ApplicationScoped
    HealthCheck ready(TrafficGate gate) {
        return () -> HealthCheckResponse.named("gateway")
                .status(gate.isReady())
                .withData("reason", gate.reason())
                .build();
    }
}
