package io.bellwether.deploy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.deploy.platform.Blueprint;
import io.bellwether.deploy.platform.Layout;
import io.bellwether.deploy.platform.Role;
import io.bellwether.deploy.platform.Settings;
import io.bellwether.deploy.platform.Settings.ProcessProperty;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Nobody listens to the world by accident. */
@Timeout(120)
class BindIT {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "GATEWAY, quarkus.http.host, gateway",
        "GATEWAY, quarkus.grpc.server.host, gateway",
        "GATEWAY, gateway.control.host, gateway",
        "WORKER, quarkus.grpc.server.host, worker",
        "MONITORING, quarkus.management.host, monitoring"
    })
    void anAddressBeyondLoopbackRefusesToStartAndNamesTheWayOut(Role role, String property, String prefix)
            throws Exception {
        // Given
        var layout = new Layout(Path.of("..").toAbsolutePath().normalize(), folder);
        var settings = new Settings(
                Platform.freePorts(),
                layout.sampleModels().toString(),
                List.of(new ProcessProperty(role, property, "0.0.0.0")));
        var log = folder.resolve("log.txt");

        // When
        var process = new ProcessBuilder(Blueprint.of(role, layout, settings).command())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();

        // Then
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS))
                    .as(Files.readString(log))
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).isNotZero();
        assertThat(Files.readString(log)).contains(prefix + ".insecure-allow-unauthenticated-remote-access", property);
    }
}
