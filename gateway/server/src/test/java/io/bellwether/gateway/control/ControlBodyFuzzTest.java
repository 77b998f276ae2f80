package io.bellwether.gateway.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.bellwether.gateway.Directories;
import io.bellwether.gateway.FakeTime;
import io.bellwether.gateway.FakeWorkerLink;
import io.bellwether.gateway.capacity.FleetCapacity;
import io.bellwether.gateway.worker.Worker;
import io.bellwether.gateway.worker.WorkerDirectory;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Bodies of commands to the control API, as far as the control log. */
class ControlBodyFuzzTest {
    private static final int BODY_BYTES_MAX = 64 * 1024;
    private static final int ANSWER_BYTES_MAX = 64 * 1024;
    private static final Set<Integer> STATUSES = Set.of(200, 201, 400, 404, 409);

    private static final FakeWorkerLink WORKER = new FakeWorkerLink().serving("m", "1", "2");

    @FuzzTest(maxDuration = "1m")
    void create(byte[] body) {
        if (body.length > BODY_BYTES_MAX) {
            return; // The edge reads no more.
        }
        // Given
        WorkerDirectory directory = Directories.of(new Worker("w", WORKER));
        directory.poll();
        ControlFold fold = new ControlFold();
        ControlApi api = new ControlApi(
                fold,
                new ControlViews(fold, directory, new VerdictBoard(4), id -> Optional.empty()),
                new CommandWriter(
                        fold,
                        new FakeControlLog(fold),
                        Duration.ofMillis(200),
                        Duration.ofMillis(100),
                        List.of("default", "acme")),
                new FakeTime(),
                new FleetCapacity(directory, Runnable::run));

        for (ControlTarget target : List.of(new ControlTarget.Create(), new ControlTarget.SetStable("m"))) {
            // When
            ControlApi.Answer answer = api.answer(target, Buffer.buffer(body), Conditions.NONE)
                    .toCompletableFuture()
                    .join();

            // Then
            assertThat(STATUSES).contains(answer.status());
            assertThat(answer.body().length()).isLessThan(ANSWER_BYTES_MAX);
            assertThat(new JsonObject(answer.body()).isEmpty()).isFalse();
        }
    }
}
