package io.bellwether.deploy.platform;

import java.util.Locale;

/** A port of the platform on 127.0.0.1: whose it is, what for, and its usual number. */
public enum Port {
    GATEWAY_HTTP(Role.GATEWAY, "REST", 8000),
    GATEWAY_GRPC(Role.GATEWAY, "gRPC", 8001),
    GATEWAY_MANAGEMENT(Role.GATEWAY, "health and metrics", 8002),
    CONTROL(Role.GATEWAY, "control API", 8003),
    WORKER_GRPC(Role.WORKER, "gRPC", 8100),
    WORKER_MANAGEMENT(Role.WORKER, "health and metrics", 8101),
    MONITORING_MANAGEMENT(Role.MONITORING, "health and metrics", 8200),
    KAFKA(Role.KAFKA, "clients", 9092),
    KAFKA_CONTROLLER(Role.KAFKA, "controller", 9093);

    private final Role role;
    private final String purpose;
    private final int usual;

    Port(Role role, String purpose, int usual) {
        this.role = role;
        this.purpose = purpose;
        this.usual = usual;
    }

    /** The process that listens there. */
    public Role role() {
        return role;
    }

    /** What it is for, in a word or two. */
    public String purpose() {
        return purpose;
    }

    /** The number when nothing else is asked for. */
    public int usual() {
        return usual;
    }

    /** The option of {@code up} that changes it. */
    public String option() {
        return "--" + name().toLowerCase(Locale.ROOT).replace('_', '-') + "-port";
    }

    /** The environment variable that changes it. */
    public String environment() {
        return "BELLWETHER_" + name() + "_PORT";
    }
}
