package io.bellwether.worker.config;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The few settings of the framework that the worker itself must know: where its ports are. */
@Singleton
public class BindConfig {
    private static final String GRPC_HOST = "quarkus.grpc.server.host";
    private static final String MANAGEMENT_HOST = "quarkus.management.host";

    private final String grpcHost;
    private final String managementHost;
    private final int grpcPort;
    private final int messageBytesMax;
    private final String productVersion;

    @Inject
    BindConfig(
            @ConfigProperty(name = GRPC_HOST) String grpcHost,
            @ConfigProperty(name = MANAGEMENT_HOST) String managementHost,
            @ConfigProperty(name = "quarkus.grpc.server.port") int grpcPort,
            @ConfigProperty(name = "quarkus.grpc.server.max-inbound-message-size") int messageBytesMax,
            @ConfigProperty(name = "quarkus.application.version") String productVersion) {
        this.grpcHost = grpcHost;
        this.managementHost = managementHost;
        this.grpcPort = grpcPort;
        this.messageBytesMax = messageBytesMax;
        this.productVersion = productVersion;
    }

    /** Bind addresses by the property that sets them. */
    public Map<String, String> hosts() {
        return Map.of(GRPC_HOST, grpcHost, MANAGEMENT_HOST, managementHost);
    }

    public String grpcHost() {
        return grpcHost;
    }

    public int grpcPort() {
        return grpcPort;
    }

    /** Largest gRPC message that the server takes. */
    public int messageBytesMax() {
        return messageBytesMax;
    }

    public String productVersion() {
        return productVersion;
    }
}
