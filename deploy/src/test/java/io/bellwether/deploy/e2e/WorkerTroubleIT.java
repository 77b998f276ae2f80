package io.bellwether.deploy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.deploy.Await;
import io.bellwether.deploy.platform.Layout;
import io.bellwether.deploy.platform.Port;
import io.bellwether.deploy.platform.Role;
import io.bellwether.deploy.platform.Settings;
import io.bellwether.deploy.platform.Settings.ProcessProperty;
import io.bellwether.deploy.platform.Supervisor;
import io.grpc.Status;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the launcher says of a real worker that cannot serve, or that gives itself up. */
@Timeout(300)
class WorkerTroubleIT {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private Path models;
    private Layout layout;
    private Supervisor supervisor;
    private Settings settings;

    @BeforeEach
    void makeFolders() throws IOException {
        models = Files.createDirectory(folder.resolve("models"));
        layout = new Layout(ROOT, Files.createDirectory(folder.resolve("home")));
        settings = new Settings(
                Platform.freePorts(),
                models.toString(),
                List.of(new ProcessProperty(Role.WORKER, "worker.engine.forward-time-max", "2s")));
        supervisor = new Supervisor(
                layout, settings, role -> List.of(), new PrintStream(said, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void stop() {
        supervisor.close();
    }

    @Test
    void aRepositoryOfBrokenModelsIsToldEarlyAndServesOnceOneIsMended() throws Exception {
        // Given
        var digits = Files.createDirectories(models.resolve("digits/1"));
        Files.writeString(digits.resolve("model.pt"), "version https://git-lfs.github.com/spec/v1\n");
        Files.copy(layout.sampleModels().resolve("digits/model.yaml"), models.resolve("digits/model.yaml"));
        Files.createDirectory(models.resolve("empty"));
        supervisor.start(Role.WORKER);
        var ready = new FutureTask<>(() -> supervisor.awaitReady(PATIENCE));
        new Thread(ready, "launcher").start();

        // When
        Await.until("the launcher says why nothing is ready", PATIENCE, () -> said().contains("Mend the files"));

        // Then
        assertThat(said())
                .contains("The worker refuses every model of its repository", "    digits version 1: ", "    empty: ")
                .doesNotContain("ready after");

        // When
        Files.copy(layout.sampleModels().resolve("digits/1/model.pt"), folder.resolve("next.pt"));
        Files.move(folder.resolve("next.pt"), digits.resolve("model.pt"), StandardCopyOption.REPLACE_EXISTING);

        // Then
        assertThat(ready.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo(Optional.empty());
        assertThat(said()).contains("worker      ready after");
    }

    @Test
    void aWorkerThatHangsIsReportedByTheVersionThatHung() throws Exception {
        // Given
        EndlessModel.write(models);
        supervisor.start(Role.WORKER);
        assertThat(supervisor.awaitReady(PATIENCE)).isEmpty();

        // When
        Status.Code code;
        try (var client = new GrpcClient(settings, Port.WORKER_GRPC)) {
            code = client.failure(EndlessModel.hanging()).getStatus().getCode();
        }
        var dead = supervisor.awaitEnd();

        // Then
        assertThat(code).isIn(Status.Code.UNAVAILABLE, Status.Code.DEADLINE_EXCEEDED);
        assertThat(supervisor.obituary(dead))
                .startsWith("worker ended with exit status 70: version=endless/1@")
                .endsWith(" reason=HUNG an execution takes longer than 2.0 s; the worker ends (log: "
                        + layout.log("worker") + ")");
    }

    private String said() {
        return said.toString(StandardCharsets.UTF_8);
    }
}
