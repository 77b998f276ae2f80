package io.bellwether.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.deploy.platform.Identity;
import io.bellwether.deploy.platform.Port;
import io.bellwether.deploy.platform.Role;
import io.bellwether.deploy.platform.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The script {@code deploy/bellwether} in a checkout whose build only says that it was asked for. */
@Timeout(120)
class ScriptIT {
    private static final String BUILDS = "Building (the first time";

    @TempDir
    private Path folder;

    private StubCheckout checkout;
    private Path script;

    @BeforeEach
    void makeCheckout() throws IOException {
        checkout = new StubCheckout(folder);
        var root = checkout.layout().root();
        script = Files.copy(Path.of("bellwether").toAbsolutePath(), root.resolve("deploy/bellwether"));
        StubCheckout.archive(checkout.layout().loadDriver(), EchoApplication.class.getName());
        StubCheckout.archive(root.resolve("gateway/cli/target/bellwether-cli.jar"), EchoApplication.class.getName());
        Files.writeString(root.resolve("pom.xml"), "<project/>");
        var build = Files.writeString(root.resolve("mvnw"), "#!/bin/sh\nexit 1\n");
        assertThat(build.toFile().setExecutable(true)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"up --help", "demo --help", "load --help", "rollout create --help"})
    void helpDoesNotBuild(String line) throws Exception {
        // When
        var result = run(line.split(" "));

        // Then
        assertThat(result.exit()).as(result.text()).isZero();
        assertThat(result.text()).doesNotContain(BUILDS).containsAnyOf("Usage:", "--help");
    }

    @ParameterizedTest
    @ValueSource(strings = {"up --help", "load -h", "model --help"})
    void helpWithoutABuildSaysSo(String line) throws Exception {
        // Given
        var root = checkout.layout().root();
        Files.delete(checkout.layout().archive(Role.KAFKA));
        Files.delete(checkout.layout().loadDriver());
        Files.delete(root.resolve("gateway/cli/target/bellwether-cli.jar"));

        // When
        var result = run(line.split(" "));

        // Then
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.text()).contains("Usage: deploy/bellwether VERB", "not known before the first build");
        assertThat(result.text()).doesNotContain(BUILDS);
    }

    @Test
    void commandsAndLoadGoToThePlatformThatWasStartedLast() throws Exception {
        // Given
        builtJustNow();
        var ports = Map.of(
                Port.CONTROL, 18_003, Port.GATEWAY_HTTP, 18_000, Port.GATEWAY_GRPC, 18_001, Port.WORKER_GRPC, 18_100);
        new Settings(ports, "models", List.of()).write(checkout.layout().settings());

        // When
        var load = run("load", "01", "--rate", "5");
        var list = run("rollout", "list");

        // Then
        assertThat(load.text().lines())
                .contains("01 --rate 5")
                .contains("BELLWETHER_REST=127.0.0.1:18000", "BELLWETHER_GRPC=127.0.0.1:18001")
                .contains("BELLWETHER_WORKER=127.0.0.1:18100");
        assertThat(list.text().lines()).contains("rollout list", "BELLWETHER_CONTROL=http://127.0.0.1:18003");
    }

    @Test
    void completionKnowsTheVerbsOfTheScriptAndNeverBuilds() throws Exception {
        // When
        var result = run("completion", "bash");

        // Then
        assertThat(result.exit()).as(result.text()).isZero();
        assertThat(result.text()).doesNotContain(BUILDS);
        assertThat(result.text().lines())
                .contains("completion bash --verb up --verb status --verb logs --verb down --verb demo --verb load"
                        + " --verb telemetry");
    }

    @Test
    void recordedTelemetryIsForMonitoringWhichGetsAGuardrailsFileAsJson() throws Exception {
        // Given
        builtJustNow();
        new Settings(Map.of(Port.CONTROL, 18_003, Port.KAFKA, 19_092), "models", List.of())
                .write(checkout.layout().settings());

        // When
        var export = run("telemetry", "export", "--model", "digits", "a file");
        var replay = run("rollout", "replay", "a file");
        var backtest = run("rollout", "backtest", "--guardrails", "my rails.yaml", "a file", "--rollout=r1");

        // Then
        assertThat(export.text().lines())
                .containsExactly(
                        "telemetry", "export", "--model", "digits", "a file", "BELLWETHER_KAFKA=127.0.0.1:19092");
        assertThat(replay.text().lines()).startsWith("rollout", "replay", "a file");
        assertThat(backtest.text().lines())
                .startsWith("rollout", "backtest", "--guardrails-json")
                .containsSubsequence(
                        "guardrails check my rails.yaml --output json",
                        "a file",
                        "--rollout=r1",
                        "BELLWETHER_KAFKA=127.0.0.1:19092");
    }

    @Test
    void addressesOfTheEnvironmentWin() throws Exception {
        // Given
        builtJustNow();
        new Settings(Map.of(Port.CONTROL, 18_003, Port.GATEWAY_HTTP, 18_000), "models", List.of())
                .write(checkout.layout().settings());

        // When
        var load = run(Map.of("BELLWETHER_REST", "127.0.0.1:9"), "load", "01");

        // Then
        assertThat(load.text().lines()).contains("BELLWETHER_REST=127.0.0.1:9");
    }

    @Test
    void aProcessIdThatWasGivenAgainIsNotTakenForThePlatform() throws Exception {
        // Given
        var own = Identity.of(ProcessHandle.current());
        new Identity(own.pid(), own.startedMillis() - 60_000)
                .write(checkout.layout().identity("launcher"));

        // When
        var result = run("model", "list");

        // Then
        assertThat(result.text()).contains(BUILDS);
    }

    @Test
    void nothingIsBuiltUnderARunningPlatform() throws Exception {
        // Given
        Identity.of(ProcessHandle.current()).write(checkout.layout().identity("launcher"));

        // When
        var result = run("model", "list");

        // Then
        assertThat(result.exit()).as(result.text()).isZero();
        assertThat(result.text()).contains("newer than what runs").doesNotContain(BUILDS);
    }

    private void builtJustNow() throws IOException {
        Files.createFile(checkout.layout().root().resolve("deploy/target/built.stamp"));
    }

    private Result run(String... arguments) throws Exception {
        return run(Map.of(), arguments);
    }

    private Result run(Map<String, String> environment, String... arguments) throws Exception {
        var command = new ArrayList<>(List.of("sh", script.toString()));
        command.addAll(List.of(arguments));
        var output = Files.createTempFile(folder, "script", ".txt");
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("BELLWETHER_"));
        builder.environment().put("BELLWETHER_HOME", checkout.layout().home().toString());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().putAll(environment);
        var process = builder.start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Result(process.exitValue(), Files.readString(output));
    }

    private record Result(int exit, String text) {}
}
