package io.bellwether.deploy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.deploy.platform.Port;
import io.bellwether.deploy.platform.Role;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What a platform has recorded of a rollout, exported and judged once more by processes as the script starts them. */
final class RecordedTelemetry {
    private final Platform platform;
    private final Path folder;

    RecordedTelemetry(Platform platform, Path folder) {
        this.platform = platform;
        this.folder = folder;
    }

    /** The last line that the replay of a rollout says. */
    String replay(String model, String rolloutId) throws Exception {
        var file = folder.resolve(rolloutId + ".jsonl.gz").toString();
        var kafka = "127.0.0.1:" + platform.settings().port(Port.KAFKA);
        run("telemetry", "export", "--model", model, "--rollout", rolloutId, "--kafka", kafka, file);
        return run("rollout", "replay", file, "--output", "json")
                .lines()
                .reduce((first, second) -> second)
                .orElse("");
    }

    private String run(String... arguments) throws Exception {
        var application = platform.layout().archive(Role.MONITORING).getParent();
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                "-cp",
                application + "/app/*:" + application + "/lib/main/*:" + application + "/lib/boot/*",
                "io.bellwether.monitoring.recorded.RecordedMain"));
        command.addAll(List.of(arguments));
        var out = folder.resolve("recorded.out");
        var err = folder.resolve("recorded.err");
        var process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        var last = Files.readAllLines(out);
        assertThat(process.exitValue())
                .as(Files.readString(err) + (last.isEmpty() ? "" : last.get(last.size() - 1)))
                .isZero();
        return Files.readString(out);
    }
}
