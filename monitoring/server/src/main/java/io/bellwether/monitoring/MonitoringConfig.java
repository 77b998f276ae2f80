package io.bellwether.monitoring;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.time.Duration;

/** Configuration of monitoring. An unknown key under {@code monitoring.} keeps the process from starting. */
@ConfigMapping(prefix = "monitoring")
public interface MonitoringConfig {
    /**
     * Name of this process, the same after a restart. A restarted process takes over its own work at once; two running
     * processes must not share a name. Letters, digits, dot, underscore and hyphen.
     */
    @WithDefault("monitoring-1")
    String id();

    /** Folder for lock files. Evidence is not kept here but in Kafka. */
    @WithName("state-dir")
    @WithDefault("${java.io.tmpdir}/bellwether-monitoring")
    String stateDir();

    /** True: the management port may be bound to other addresses than loopback although nobody has to prove who they are. */
    @WithName("insecure-allow-unauthenticated-remote-access")
    @WithDefault("false")
    boolean insecureAllowUnauthenticatedRemoteAccess();

    /** Kafka, where everything comes from and goes to. */
    Kafka kafka();

    /** When a slot of counts is complete. */
    Slots slots();

    /** How often to judge. */
    Verdicts verdicts();

    /** Kafka, where everything comes from and goes to. */
    interface Kafka {
        /** host:port list of brokers. Monitoring starts without them, and is ready when they are there. */
        @WithDefault("127.0.0.1:9092")
        String bootstrap();

        /** Name of the group of monitoring processes that share the work; prefix of their internal topics. */
        @WithName("application-id")
        @WithDefault("bellwether-monitoring")
        String applicationId();

        /** Partitions of the topics that monitoring creates, 1 to 64; more processes than this are idle. */
        @WithDefault("4")
        int partitions();

        /**
         * Threads of this process that share its partitions, 1 to 64; more than it has partitions are idle. Each judges its own
         * models in the order of their snapshots.
         */
        @WithDefault("1")
        int threads();

        /**
         * A process that was not heard for this long loses its work to another one. A broker refuses less than its own
         * minimum, usually 6 s.
         */
        @WithName("session-timeout")
        @WithDefault("6s")
        Duration sessionTimeout();

        /** Processes that keep a warm copy of the work of another one, 0 to 2. */
        @WithName("standby-replicas")
        @WithDefault("0")
        int standbyReplicas();
    }

    /** When a slot of counts is complete. */
    interface Slots {
        /** A gateway or worker that was not heard for this long is gone, and no slot waits for it. */
        @WithName("live-timeout")
        @WithDefault("2s")
        Duration liveTimeout();

        /**
         * Longest wait for the counts of a slot; at least 3 s above {@code gateway.limits.deadline-max}, so that a
         * request which hangs until its deadline is counted.
         */
        @WithName("wait-max")
        @WithDefault("13s")
        Duration waitMax();

        /** Age in seconds of the newest evidence from which a rollout is judged blind, and nothing is promoted. */
        @WithName("fresh-seconds-max")
        @WithDefault("10")
        int freshSecondsMax();

        /** Gateways and workers remembered per model. */
        @WithName("processes-max")
        @WithDefault("64")
        int processesMax();

        /** Cells of open slots per model; beyond it the oldest slot is closed with what there is. */
        @WithName("open-cells-max")
        @WithDefault("50000")
        int openCellsMax();

        /** Models per partition; telemetry of further ones is ignored and counted. */
        @WithName("models-max")
        @WithDefault("1000")
        int modelsMax();
    }

    /** How often to judge. */
    interface Verdicts {
        /** Shortest time between two verdicts of a rollout that have something new to say. */
        @WithName("interval-min")
        @WithDefault("500ms")
        Duration intervalMin();

        /** Longest time between two verdicts of a rollout. */
        @WithName("interval-max")
        @WithDefault("1s")
        Duration intervalMax();

        /** A decision that the control log does not show is sent again after this long. */
        @WithName("resend-after")
        @WithDefault("2s")
        Duration resendAfter();

        /** Most seconds that are pooled into one comparison while traffic is thin. */
        @WithName("pooled-seconds-max")
        @WithDefault("10")
        int pooledSecondsMax();

        /** Requests of each arm from which a comparison is made at once. */
        @WithName("pooled-requests-min")
        @WithDefault("20")
        int pooledRequestsMin();
    }
}
