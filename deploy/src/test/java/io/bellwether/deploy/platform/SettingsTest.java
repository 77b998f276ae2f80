package io.bellwether.deploy.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.deploy.platform.Settings.ProcessProperty;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
    @TempDir
    private Path folder;

    @Test
    void theUsualPortsAreThoseThatClientsExpect() {
        var ports = new EnumMap<Port, Integer>(Port.class);
        for (var port : Port.values()) {
            ports.put(port, port.usual());
        }
        assertThat(ports)
                .containsEntry(Port.GATEWAY_HTTP, 8000)
                .containsEntry(Port.GATEWAY_GRPC, 8001)
                .containsEntry(Port.GATEWAY_MANAGEMENT, 8002)
                .containsEntry(Port.CONTROL, 8003)
                .containsEntry(Port.WORKER_GRPC, 8100)
                .containsEntry(Port.WORKER_MANAGEMENT, 8101)
                .containsEntry(Port.MONITORING_MANAGEMENT, 8200)
                .containsEntry(Port.KAFKA, 9092)
                .containsEntry(Port.KAFKA_CONTROLLER, 9093)
                .hasSize(9);
        assertThat(Port.GATEWAY_HTTP.option()).isEqualTo("--gateway-http-port");
        assertThat(Port.GATEWAY_HTTP.environment()).isEqualTo("BELLWETHER_GATEWAY_HTTP_PORT");
    }

    @Test
    void areReadAsTheyWereWritten() throws Exception {
        // Given
        var settings = new Settings(
                usual(Port.KAFKA, 19_092), "/models", List.of(new ProcessProperty(Role.WORKER, "worker.id", "w")));

        // When
        settings.write(folder.resolve("settings.json"));

        // Then
        assertThat(Settings.read(folder.resolve("settings.json"))).contains(settings);
        assertThat(Settings.read(folder.resolve("absent.json"))).isEmpty();
    }

    @Test
    void aPropertyNamesItsProcess() {
        assertThat(ProcessProperty.parse("gateway:a.b=c=d:e"))
                .contains(new ProcessProperty(Role.GATEWAY, "a.b", "c=d:e"));
        assertThat(ProcessProperty.parse("gateway:a.b")).isEmpty();
        assertThat(ProcessProperty.parse("nobody:a.b=c")).isEmpty();
        assertThat(ProcessProperty.parse("a.b=c")).isEmpty();
    }

    @Test
    void propertiesReachTheCommandLineOfTheirProcessOnly() {
        // Given
        var layout = new Layout(folder.resolve("root"), folder.resolve("home"));
        var settings = new Settings(
                usual(Port.GATEWAY_MANAGEMENT, 9_999),
                "/models",
                List.of(new ProcessProperty(Role.GATEWAY, "gateway.id", "mine")));

        // When
        var gateway = Blueprint.of(Role.GATEWAY, layout, settings);
        var worker = Blueprint.of(Role.WORKER, layout, settings);

        // Then
        assertThat(gateway.command())
                .contains("-Dgateway.id=mine", "-Dquarkus.management.port=9999", "-Dquarkus.http.port=8000")
                .doesNotContain("-Dgateway.id=gateway-1");
        assertThat(gateway.readiness()).isEqualTo(new Readiness.Answers200("http://127.0.0.1:9999/health/ready"));
        assertThat(worker.command()).contains("-Dworker.repository=/models").noneMatch(flag -> flag.contains("mine"));
    }

    @Test
    void complainsAboutPortsThatAreTakenAskedForTwiceOrImpossible() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            // Given
            int freed = free.getLocalPort();
            free.close();
            var ports = usual(Port.GATEWAY_HTTP, taken.getLocalPort());
            ports.put(Port.CONTROL, freed);
            ports.put(Port.KAFKA, freed);
            ports.put(Port.WORKER_GRPC, 70_000);

            // When
            var complaints = PortCheck.complaints(new Settings(ports, "/models", List.of()));

            // Then
            assertThat(complaints)
                    .anyMatch(text -> text.startsWith("Port " + taken.getLocalPort()
                            + ", wanted by gateway for REST, is taken by another process"))
                    .anyMatch(text ->
                            text.startsWith("Port " + freed + ", wanted by kafka for clients, is asked for twice"))
                    .anyMatch(
                            text -> text.contains("is not between 1 and 65535") && text.contains("--worker-grpc-port"));
        }
    }

    @Test
    void newerJdksGetTheFlagsThatTheyWant() {
        assertThat(JavaFlags.of(17)).noneMatch(flag -> flag.startsWith("--"));
        assertThat(JavaFlags.of(22)).contains("--enable-native-access=ALL-UNNAMED");
        assertThat(JavaFlags.of(25))
                .contains("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");
    }

    private static EnumMap<Port, Integer> usual(Port changed, int number) {
        var ports = new EnumMap<Port, Integer>(Port.class);
        for (var port : Port.values()) {
            ports.put(port, port.usual());
        }
        ports.put(changed, number);
        return ports;
    }
}
