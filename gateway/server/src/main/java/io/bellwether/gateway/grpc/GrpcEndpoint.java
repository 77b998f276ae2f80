package io.bellwether.gateway.grpc;

import io.bellwether.gateway.inference.Catalog;
import io.bellwether.gateway.inference.Inference;
import io.bellwether.gateway.inference.TrafficGate;
import io.bellwether.gateway.inference.WarmUpToken;
import io.grpc.BindableService;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.quarkus.grpc.GrpcService;
import jakarta.inject.Inject;

/** What the gRPC server offers: {@link GrpcEdge} behind {@link MessageGuard}. */
@GrpcService
public class GrpcEndpoint implements BindableService {
    private final GrpcEdge edge;
    private final MessageGuard guard;

    /**
     * @param warmUp marks requests that the gateway sends to itself
     */
    @Inject
    public GrpcEndpoint(
            Inference inference, Catalog catalog, TrafficGate gate, WarmUpToken warmUp, StreamLimits limits) {
        this.edge = new GrpcEdge(inference, catalog, gate, warmUp, limits);
        this.guard = new MessageGuard(inference);
    }

    @Override
    public ServerServiceDefinition bindService() {
        return ServerInterceptors.intercept(
                ServerInterceptors.useMarshalledMessages(
                        edge.bindService(), ReceivedMessage.REQUESTS, ReceivedMessage.ANSWERS),
                guard);
    }
}
