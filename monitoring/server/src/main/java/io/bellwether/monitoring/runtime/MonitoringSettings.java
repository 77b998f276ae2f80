package io.bellwether.monitoring.runtime;

import io.bellwether.monitoring.MonitoringConfig;
import io.bellwether.monitoring.evaluation.EvaluationSettings;
import io.bellwether.monitoring.folding.FoldSettings;
import io.bellwether.monitoring.judging.JudgeSettings;
import io.bellwether.monitoring.topology.MonitoringTopology;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Reads the configuration into the records of the pure code, and says everything that is wrong with it at once. */
final class MonitoringSettings {
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,100}");

    private MonitoringSettings() {}

    /** What keeps the process from starting; empty when nothing does. */
    static List<String> problems(MonitoringConfig config, String managementHost) {
        List<String> problems = new ArrayList<>();
        if (!ID.matcher(config.id()).matches()) {
            problems.add("monitoring.id must be 1 to 100 of A-Z a-z 0-9 . _ -, got '" + config.id() + "'");
        }
        if (config.kafka().bootstrap().isBlank()) {
            problems.add(
                    "monitoring.kafka.bootstrap must name a broker as host:port: without Kafka nothing can be judged");
        }
        within(problems, "monitoring.kafka.partitions", config.kafka().partitions(), 1, 64);
        within(problems, "monitoring.kafka.threads", config.kafka().threads(), 1, 64);
        within(problems, "monitoring.kafka.standby-replicas", config.kafka().standbyReplicas(), 0, 2);
        within(problems, "monitoring.kafka.session-timeout", config.kafka().sessionTimeout(), 1, 300);
        within(problems, "monitoring.slots.live-timeout", config.slots().liveTimeout(), 1, 300);
        within(problems, "monitoring.slots.wait-max", config.slots().waitMax(), 1, 300);
        within(problems, "monitoring.slots.fresh-seconds-max", config.slots().freshSecondsMax(), 1, 300);
        within(problems, "monitoring.slots.processes-max", config.slots().processesMax(), 1, 10_000);
        within(problems, "monitoring.slots.open-cells-max", config.slots().openCellsMax(), 1, 10_000_000);
        within(problems, "monitoring.slots.models-max", config.slots().modelsMax(), 1, 100_000);
        within(
                problems,
                "monitoring.verdicts.pooled-seconds-max",
                config.verdicts().pooledSecondsMax(),
                1,
                300);
        within(
                problems,
                "monitoring.verdicts.pooled-requests-min",
                config.verdicts().pooledRequestsMin(),
                1,
                1_000_000);
        long min = config.verdicts().intervalMin().toMillis();
        long max = config.verdicts().intervalMax().toMillis();
        if (min < 500 || max < min || max > 1_000) {
            problems.add(
                    "monitoring.verdicts.interval-min and interval-max must be between 500ms and 1s and in this order, got "
                            + min + "ms and " + max + "ms");
        }
        within(problems, "monitoring.verdicts.resend-after", config.verdicts().resendAfter(), 1, 300);
        if (!isLoopback(managementHost) && !config.insecureAllowUnauthenticatedRemoteAccess()) {
            problems.add("quarkus.management.host is '" + managementHost
                    + "', which others can reach, and nobody has to prove who they are: bind it to 127.0.0.1, or set"
                    + " monitoring.insecure-allow-unauthenticated-remote-access=true if the network keeps others out");
        }
        return problems;
    }

    static MonitoringTopology.Settings topology(MonitoringConfig config, int partitions) {
        return new MonitoringTopology.Settings(
                new FoldSettings(
                        config.slots().liveTimeout().toMillis(),
                        config.slots().waitMax().toMillis(),
                        config.slots().processesMax(),
                        config.slots().openCellsMax()),
                new JudgeSettings(
                        new EvaluationSettings(
                                config.slots().freshSecondsMax(),
                                config.verdicts().pooledSecondsMax(),
                                config.verdicts().pooledRequestsMin()),
                        config.verdicts().intervalMin().toMillis(),
                        config.verdicts().intervalMax().toMillis(),
                        config.verdicts().resendAfter().toMillis()),
                partitions,
                config.slots().modelsMax());
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static void within(List<String> problems, String name, Duration value, int secondsMin, int secondsMax) {
        if (value.compareTo(Duration.ofSeconds(secondsMin)) < 0
                || value.compareTo(Duration.ofSeconds(secondsMax)) > 0) {
            problems.add(name + " must be between " + secondsMin + "s and " + secondsMax + "s, got " + value);
        }
    }

    private static void within(List<String> problems, String name, int value, int min, int max) {
        if (value < min || value > max) {
            problems.add(name + " must be between " + min + " and " + max + ", got " + value);
        }
    }
}
