package io.bellwether.deploy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.deploy.Await;
import io.bellwether.deploy.platform.Role;
import io.bellwether.deploy.platform.Settings.ProcessProperty;
import io.grpc.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** A request that ends its worker, in front of two real ones. */
@EnabledIfSystemProperty(
        named = "bellwether.long",
        matches = "true",
        disabledReason = "it takes minutes; -Dbellwether.long=true")
@Timeout(300)
class KillerRequestIT {
    private static final Duration END_MAX = Duration.ofSeconds(20);

    @TempDir
    private static Path folder;

    @Test
    void aRequestThatEndsItsWorkerEndsNoOther() throws Exception {
        assertThat(aliveAfterKiller("false")).isEqualTo(1);
    }

    @Test
    void whereLostWorkGoesOnItEndsTwo() throws Exception {
        assertThat(aliveAfterKiller("true")).isZero();
    }

    /** Sends the request to a gateway that has two workers, and says how many are left. */
    private static long aliveAfterKiller(String retryLostWork) throws Exception {
        // Given
        var home = Files.createDirectory(folder.resolve(retryLostWork));
        var models = Files.createDirectory(home.resolve("models"));
        EndlessModel.write(models);
        var patience = new ProcessProperty(Role.WORKER, "worker.engine.forward-time-max", "2s");
        try (var one = Platform.startWorker(home.resolve("one"), models, patience);
                var other = Platform.startWorker(home.resolve("other"), models, patience);
                var gateway = Platform.startGateway(
                        home.resolve("gateway"),
                        new ProcessProperty(Role.GATEWAY, "gateway.workers", one.address() + "," + other.address()),
                        new ProcessProperty(Role.GATEWAY, "gateway.worker-link.retry-lost-work", retryLostWork),
                        new ProcessProperty(Role.GATEWAY, "gateway.warm-up.duration-max", "2s"));
                var client = new GrpcClient(gateway.settings())) {

            // When
            var code = client.failure(EndlessModel.hanging()).getStatus().getCode();

            // Then
            assertThat(code).isIn(Status.Code.UNAVAILABLE, Status.Code.DEADLINE_EXCEEDED);
            Await.until("a worker has ended", END_MAX, () -> alive(one, other) < 2);
            if (retryLostWork.equals("true")) {
                Await.until("the other one has ended too", END_MAX, () -> alive(one, other) == 0);
            } else {
                // a worker that hangs answers nothing, so this one does not
                assertThat(client.infer(EndlessModel.harmless()).getModelName()).isEqualTo(EndlessModel.NAME);
            }
            return alive(one, other);
        }
    }

    private static long alive(Platform... workers) {
        return List.of(workers).stream()
                .filter(worker -> worker.isAlive(Role.WORKER))
                .count();
    }
}
