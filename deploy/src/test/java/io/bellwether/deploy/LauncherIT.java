package io.bellwether.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.deploy.platform.Identity;
import io.bellwether.deploy.platform.Port;
import io.bellwether.deploy.platform.Role;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The launcher as users run it, with the real broker and with stubs for the applications. */
@Timeout(120)
class LauncherIT {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    private Path folder;

    private StubCheckout checkout;
    private final List<Process> launchers = new ArrayList<>();

    @BeforeEach
    void makeCheckout() throws IOException {
        checkout = new StubCheckout(folder);
    }

    @AfterEach
    void endLaunchers() throws Exception {
        for (var launcher : launchers) {
            launcher.destroy();
            assertThat(launcher.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void interruptLeavesNoProcessBehind() throws Exception {
        // Given
        var launcher = up();
        var children = children();

        // When
        signal("INT", launcher.pid());

        // Then
        assertThat(launcher.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(children).hasSize(4).noneMatch(ProcessHandle::isAlive);
        assertThat(Files.readString(folder.resolve("up.txt")))
                .contains("gateway     stopped", "Stopping: a signal asked for it (Ctrl-C or kill).")
                .doesNotContain("ended with");
    }

    @Test
    void killedLauncherLeavesNoProcessBehind() throws Exception {
        // Given
        var launcher = up();
        var children = children();

        // When
        signal("KILL", launcher.pid());

        // Then
        assertThat(launcher.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(children).hasSize(4);
        Await.until("the children have ended", PATIENCE, () -> children.stream().noneMatch(ProcessHandle::isAlive));
    }

    @Test
    void aProcessThatIsKilledIsStartedAgain() throws Exception {
        // Given
        up();
        var killed = Identity.running(checkout.layout().identity("worker")).orElseThrow();

        // When
        killed.destroyForcibly();

        // Then
        Await.until("another worker runs", PATIENCE, () -> Identity.running(
                        checkout.layout().identity("worker"))
                .filter(process -> process.pid() != killed.pid())
                .isPresent());
        Await.until("it is ready", PATIENCE, () -> run("status").text().contains("worker      ready"));
    }

    @Test
    void aBrokerThatDoesNotAnswerIsNotReady() throws Exception {
        // Given
        up();
        var kafka = Identity.running(checkout.layout().identity("kafka")).orElseThrow();
        assertThat(run("status").text()).contains("kafka       ready");

        // When
        signal("STOP", kafka.pid());
        var stopped = run("status");
        signal("CONT", kafka.pid());

        // Then
        assertThat(stopped.text()).contains("kafka       not ready");
        assertThat(stopped.exit()).isEqualTo(1);
        Await.until("it answers again", PATIENCE, () -> run("status").exit() == 0);
    }

    @Test
    void detachedPlatformRunsUntilDown() throws Exception {
        // Given
        var up = run("up", "--detach");

        // When
        var status = run("status");
        var again = run("up", "--detach");
        var logs = run("logs", "gateway");
        var children = children();
        var down = run("down");

        // Then
        assertThat(up.text())
                .contains("gateway", "ready after", "curl -s http://127.0.0.1:", "Stop with deploy/bellwether down")
                .doesNotContain("Ctrl-C");
        assertThat(up.exit()).isZero();
        assertThat(status.exit()).as(status.text()).isZero();
        assertThat(again.text()).contains("already runs");
        assertThat(logs.text()).contains("the stub is ready");
        assertThat(down.text()).contains("Stopped launcher", "gateway", "kafka");
        assertThat(run("logs", "launcher").text()).contains("Stopping: 'deploy/bellwether down' asked for it.");
        assertThat(children).hasSize(4).noneMatch(ProcessHandle::isAlive);
        assertThat(run("status").text()).contains("does not run");
        assertThat(run("down").text()).contains("nothing to stop");
    }

    @Test
    void takenPortIsNamedWithItsProcessAndTheWayOut() throws Exception {
        // Given
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var launcher = checkout.launcher("up", Port.GATEWAY_HTTP.option(), Integer.toString(taken.getLocalPort()));
            StubCheckout.freePorts(launcher);

            // When
            var result = finish(launcher);

            // Then
            assertThat(result.exit()).isEqualTo(1);
            assertThat(result.text())
                    .contains("Port " + taken.getLocalPort() + ", wanted by gateway for REST, is taken")
                    .contains("--gateway-http-port PORT")
                    .contains("BELLWETHER_GATEWAY_HTTP_PORT=PORT");
        }
    }

    @Test
    void processThatEndsDuringTheStartIsNamedAndTheOthersStop() throws Exception {
        // When
        var result = run("up", "--set", "monitoring:stub.fails=true");

        // Then
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.text())
                .contains("monitoring ended with exit status 3")
                .contains("the stub was told to fail")
                .contains("Stopping: it could not start.");
        assertThat(children()).isEmpty();
    }

    @Test
    void anEmptyRepositoryIsNamedBeforeAnythingIsWaitedFor() throws Exception {
        // Given
        var empty = Files.createDirectory(folder.resolve("empty"));

        // When
        var result = run("up", "--detach", "--models", empty.toString());
        run("down");

        // Then
        assertThat(result.text())
                .containsSubsequence(
                        "Starting Bellwether", "The model repository " + empty + " holds no model", "ready after");
    }

    @Test
    void missingBuildIsNamed() throws Exception {
        // Given
        Files.delete(checkout.layout().archive(Role.WORKER));

        // When
        var result = run("up");

        // Then
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.text()).contains("Not built").contains("./mvnw -Dquick package");
    }

    private Process up() throws Exception {
        var builder = checkout.launcher("up");
        StubCheckout.freePorts(builder);
        var launcher = builder.redirectOutput(folder.resolve("up.txt").toFile()).start();
        launchers.add(launcher);
        Await.until("the platform is ready", PATIENCE, () -> {
            assertThat(launcher.isAlive())
                    .as(Files.readString(folder.resolve("up.txt")))
                    .isTrue();
            return Files.exists(checkout.layout().launcherReady());
        });
        return launcher;
    }

    private List<ProcessHandle> children() throws IOException {
        var children = new ArrayList<ProcessHandle>();
        for (var role : Role.values()) {
            Identity.running(checkout.layout().identity(role.label())).ifPresent(children::add);
        }
        return children;
    }

    private Result run(String... arguments) throws Exception {
        var builder = checkout.launcher(arguments);
        StubCheckout.freePorts(builder);
        return finish(builder);
    }

    private Result finish(ProcessBuilder builder) throws Exception {
        var output = Files.createTempFile(folder, "launcher", ".txt");
        var process = builder.redirectOutput(output.toFile()).start();
        assertThat(process.waitFor(90, TimeUnit.SECONDS)).isTrue();
        return new Result(process.exitValue(), Files.readString(output));
    }

    private static void signal(String name, long pid) throws Exception {
        new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor();
    }

    private record Result(int exit, String text) {}
}
