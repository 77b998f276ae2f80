package io.bellwether.deploy.platform;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How a process of the platform is started and when it is ready.
 *
 * @param role which process
 * @param command the command line
 * @param readiness how to tell that it is ready
 */
public record Blueprint(Role role, List<String> command, Readiness readiness) {
    public Blueprint {
        command = List.copyOf(command);
    }

    /** The blueprint of a process under these settings. */
    public static Blueprint of(Role role, Layout layout, Settings settings) {
        return switch (role) {
            case KAFKA -> kafka(layout, settings);
            case WORKER -> application(role, layout, settings, Port.WORKER_MANAGEMENT, 160, worker(layout, settings));
            case GATEWAY ->
                application(role, layout, settings, Port.GATEWAY_MANAGEMENT, 160, gateway(layout, settings));
            case MONITORING ->
                application(role, layout, settings, Port.MONITORING_MANAGEMENT, 192, monitoring(layout, settings));
        };
    }

    /** The same with further flags of the JVM. */
    public Blueprint with(List<String> flags) {
        var longer = new ArrayList<>(command);
        longer.addAll(1, flags);
        return new Blueprint(role, longer, readiness);
    }

    private static Blueprint kafka(Layout layout, Settings settings) {
        var command = java(192);
        // one user: a quick start is worth more than the last tenth of throughput
        command.add("-XX:TieredStopAtLevel=1");
        command.addAll(Program.of(Role.KAFKA, layout).arguments());
        command.add(layout.state(Role.KAFKA).resolve("data").toString());
        command.add(Integer.toString(settings.port(Port.KAFKA)));
        command.add(Integer.toString(settings.port(Port.KAFKA_CONTROLLER)));
        return new Blueprint(Role.KAFKA, command, new Readiness.BrokerAnswers(settings.port(Port.KAFKA)));
    }

    private static Blueprint application(
            Role role, Layout layout, Settings settings, Port management, int heapMebibytes, Map<String, String> own) {
        var properties = new LinkedHashMap<>(own);
        properties.put("quarkus.banner.enabled", "false");
        // it would log each question that the launcher asks while it waits
        properties.put("quarkus.log.category.\"io.smallrye.health\".level", "WARN");
        properties.put("quarkus.management.port", Integer.toString(settings.port(management)));
        for (var property : settings.overrides()) {
            if (property.role() == role) {
                properties.put(property.key(), property.value());
            }
        }
        var command = java(heapMebibytes);
        command.add("-Djava.util.logging.manager=org.jboss.logmanager.LogManager");
        properties.forEach((key, value) -> command.add("-D" + key + "=" + value));
        // what the manifest of the application asks for, which counts with -jar only
        command.add("--add-opens=java.base/java.lang=ALL-UNNAMED");
        command.addAll(Program.of(role, layout).arguments());
        return new Blueprint(role, command, new Readiness.Answers200(settings.http(management) + "/health/ready"));
    }

    private static Map<String, String> worker(Layout layout, Settings settings) {
        return Map.of(
                "quarkus.grpc.server.port", Integer.toString(settings.port(Port.WORKER_GRPC)),
                "worker.id", "worker-1",
                "worker.repository", settings.models(),
                "worker.model-control.poll-interval", "2s",
                "worker.model-control.state-dir", layout.state(Role.WORKER).toString(),
                "worker.kafka.bootstrap", bootstrap(settings));
    }

    private static Map<String, String> gateway(Layout layout, Settings settings) {
        return Map.of(
                "quarkus.http.port", Integer.toString(settings.port(Port.GATEWAY_HTTP)),
                "quarkus.grpc.server.port", Integer.toString(settings.port(Port.GATEWAY_GRPC)),
                "gateway.control.port", Integer.toString(settings.port(Port.CONTROL)),
                "gateway.id", "gateway-1",
                "gateway.workers", "127.0.0.1:" + settings.port(Port.WORKER_GRPC),
                "gateway.model-control-enabled", "true",
                "gateway.state-dir", layout.state(Role.GATEWAY).toString(),
                "gateway.kafka.bootstrap", bootstrap(settings));
    }

    private static Map<String, String> monitoring(Layout layout, Settings settings) {
        return Map.of(
                "monitoring.kafka.bootstrap", bootstrap(settings),
                "monitoring.state-dir", layout.state(Role.MONITORING).toString());
    }

    private static String bootstrap(Settings settings) {
        return "127.0.0.1:" + settings.port(Port.KAFKA);
    }

    private static List<String> java(int heapMebibytes) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx" + heapMebibytes + "m");
        command.addAll(JavaFlags.of(Runtime.version().feature()));
        return command;
    }
}
