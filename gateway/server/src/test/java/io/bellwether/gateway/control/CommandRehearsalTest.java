package io.bellwether.gateway.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.gateway.Directories;
import io.bellwether.gateway.FakeTime;
import io.bellwether.gateway.capacity.FleetCapacity;
import io.bellwether.gateway.worker.WorkerDirectory;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CommandRehearsalTest {
    private static final int ROUNDS = 20;
    private static final Duration MAX = Duration.ofSeconds(30);

    private final ControlFold fold = new ControlFold();
    private final FakeControlLog log = new FakeControlLog(fold);
    private final WorkerDirectory directory = Directories.of();
    private final FleetCapacity capacity = new FleetCapacity(directory, Runnable::run);
    private final CommandRehearsal rehearsal = new CommandRehearsal(directory, new FakeTime(), capacity);

    @Test
    void eachRoundTakesARolloutBackAndNothingThatThereIsChanges() throws Exception {
        // Given: a control API, and a rollout
        Vertx vertx = Vertx.vertx();
        ControlViews views = new ControlViews(fold, directory, new VerdictBoard(1), id -> Optional.empty());
        CommandWriter writer = new CommandWriter(fold, log, MAX, MAX, List.of());
        ControlApi api = new ControlApi(fold, views, writer, new FakeTime(), capacity);
        ControlServer server =
                new ControlServer(vertx, api, new RolloutEvents(vertx, fold, views), "127.0.0.1", 0, 2_048);
        try {
            int port = server.start().toCompletionStage().toCompletableFuture().join();
            log.write(Commands.create("r", 1_000, ""));
            long before = fold.routes().routeVersion();

            // When
            int done = rehearsal.run(URI.create("http://127.0.0.1:" + port), ROUNDS, MAX);

            // Then
            assertThat(done).isEqualTo(ROUNDS);
            assertThat(log.appended).hasSize(1);
            assertThat(fold.routes().routeVersion()).isEqualTo(before);
            assertThat(fold.killed().kills()).isEmpty();
            assertThat(fold.state().rollout("rehearsal")).isEmpty();
        } finally {
            server.close().toCompletionStage().toCompletableFuture().join();
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    @Test
    void itEndsWhenItsTimeIsOverOrNobodyListens() throws Exception {
        // Given
        URI nobody = URI.create("http://127.0.0.1:1");

        // Then
        assertThat(rehearsal.run(nobody, ROUNDS, Duration.ZERO)).isZero();
        assertThat(rehearsal.run(nobody, ROUNDS, MAX)).isEqualTo(1);
    }
}
