package io.bellwether.worker;

import io.bellwether.worker.serving.ServedModels;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Ready when every version that can be loaded is warm, at least one serves, and the worker is not stopping. */
@Readiness
@Singleton
public class WorkerReadiness implements HealthCheck {
    private final Worker worker;

    @Inject
    WorkerReadiness(Worker worker) {
        this.worker = worker;
    }

    @Override
    public HealthCheckResponse call() {
        HealthCheckResponseBuilder response =
                HealthCheckResponse.named("models").status(worker.ready());
        for (ServedModels.Line line : worker.models().index()) {
            response.withData(line.model() + "/" + line.version(), line.state());
        }
        return response.build();
    }
}
