package io.bellwether.worker.edge;

import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.quarkus.grpc.GrpcService;
import jakarta.inject.Inject;

/** What the gRPC server offers: {@link InferenceService}, its inference behind {@link GuardedInfer}. */
@GrpcService
public class InferenceEndpoint implements BindableService {
    private final ServingHost host;

    @Inject
    public InferenceEndpoint(ServingHost host) {
        this.host = host;
    }

    @Override
    public ServerServiceDefinition bindService() {
        return new GuardedInfer(new InferenceService(host), host.admission()).definition();
    }
}
