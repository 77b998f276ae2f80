package io.bellwether.gateway.config;

import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Addresses of the servers that the framework opens, and of the control API. */
@Singleton
public class ServerAddresses {
    private static final String LOOPBACK = "127.0.0.1";

    private final String restHost;
    private final int restPort;
    private final String grpcHost;
    private final int grpcPort;
    private final Map<String, String> hostsByProperty = new LinkedHashMap<>();

    ServerAddresses(
            @ConfigProperty(name = "quarkus.http.host") String restHost,
            @ConfigProperty(name = "quarkus.http.port") int restPort,
            @ConfigProperty(name = "quarkus.grpc.server.host") String grpcHost,
            @ConfigProperty(name = "quarkus.grpc.server.port") int grpcPort,
            @ConfigProperty(name = "quarkus.management.host") String managementHost,
            GatewayConfig config) {
        this.restHost = restHost;
        this.restPort = restPort;
        this.grpcHost = grpcHost;
        this.grpcPort = grpcPort;
        hostsByProperty.put("quarkus.http.host", restHost);
        hostsByProperty.put("quarkus.grpc.server.host", grpcHost);
        hostsByProperty.put("quarkus.management.host", managementHost);
        hostsByProperty.put("gateway.control.host", config.control().host());
    }

    /** Every address that something listens on, by the property that sets it. */
    public Map<String, String> hostsByProperty() {
        return Map.copyOf(hostsByProperty);
    }

    /** host:port under which this process reaches its own REST edge. */
    public String restForSelf() {
        return forSelf(restHost, restPort);
    }

    /** Host under which this process reaches its own gRPC edge. */
    public String grpcHostForSelf() {
        return forSelf(grpcHost);
    }

    public int grpcPort() {
        return grpcPort;
    }

    /** host:port under which this process reaches what it opened on a host and port. */
    public static String forSelf(String host, int port) {
        String reached = forSelf(host);
        return (reached.contains(":") ? "[" + reached + "]" : reached) + ":" + port;
    }

    private static String forSelf(String host) {
        return host.equals("0.0.0.0") || host.equals("::") ? LOOPBACK : host;
    }
}
