package io.bellwether.gateway.grpc;

import io.bellwether.gateway.inference.TrafficGate;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.Refusal;
import io.bellwether.protocol.health.HealthCheckRequest;
import io.bellwether.protocol.health.HealthCheckResponse;
import io.bellwether.protocol.health.HealthCheckResponse.ServingStatus;
import io.bellwether.protocol.health.HealthGrpc;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import jakarta.inject.Inject;
import java.util.Set;

/** The standard health service of gRPC: serving exactly while the gateway is ready. */
@GrpcService
public class GrpcHealth extends HealthGrpc.HealthImplBase {
    /** The empty name means the whole server. */
    private static final Set<String> SERVICES = Set.of("", "inference.GRPCInferenceService");

    private static final Refusal TOO_MANY = new Refusal(
            FailureReason.QUEUE_FULL, "too many clients watch the health of this gateway; ask with Check instead");

    private final TrafficGate gate;

    @Inject
    public GrpcHealth(TrafficGate gate) {
        this.gate = gate;
    }

    @Override
    public void check(HealthCheckRequest request, StreamObserver<HealthCheckResponse> observer) {
        if (!SERVICES.contains(request.getService())) {
            observer.onError(GrpcStatus.unknownService(SERVICES));
            return;
        }
        observer.onNext(HealthCheckResponse.newBuilder()
                .setStatus(status(request.getService()))
                .build());
        observer.onCompleted();
    }

    @Override
    public void watch(HealthCheckRequest request, StreamObserver<HealthCheckResponse> observer) {
        ServerCallStreamObserver<HealthCheckResponse> client = (ServerCallStreamObserver<HealthCheckResponse>) observer;
        Watch watch = new Watch(request.getService(), client);
        Runnable tell = watch::tell;
        client.setOnCancelHandler(() -> gate.unwatch(tell));
        client.setOnReadyHandler(tell);
        if (gate.watch(tell)) {
            watch.tell();
        } else {
            observer.onError(GrpcStatus.of(TOO_MANY));
        }
    }

    private ServingStatus status(String service) {
        if (!SERVICES.contains(service)) {
            return ServingStatus.SERVICE_UNKNOWN;
        }
        return gate.isReady() ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
    }

    /** One client that wants to hear of changes. It is told the latest state once it reads; those between are lost. */
    private final class Watch {
        private final String service;
        private final ServerCallStreamObserver<HealthCheckResponse> client;
        private ServingStatus told = ServingStatus.UNKNOWN;

        Watch(String service, ServerCallStreamObserver<HealthCheckResponse> client) {
            this.service = service;
            this.client = client;
        }

        synchronized void tell() {
            ServingStatus now = status(service);
            if (now != told && client.isReady() && !client.isCancelled()) {
                told = now;
                client.onNext(HealthCheckResponse.newBuilder().setStatus(now).build());
            }
        }
    }
}
