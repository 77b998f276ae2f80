package io.bellwether.gateway.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.controlapi.log.Command;
import io.bellwether.gateway.Await;
import io.bellwether.gateway.Directories;
import io.bellwether.gateway.FakeTime;
import io.bellwether.gateway.FakeWorkerLink;
import io.bellwether.gateway.capacity.FleetCapacity;
import io.bellwether.gateway.worker.Worker;
import io.bellwether.gateway.worker.WorkerDirectory;
import io.bellwether.telemetry.events.Verdict;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Server-sent events, entity tags and idempotency keys over a real socket. */
@Timeout(60)
class RolloutEventsTest {
    private final ControlFold fold = new ControlFold();
    private final FakeControlLog log = new FakeControlLog(fold);
    private final VerdictBoard verdicts = new VerdictBoard(4);
    private final Vertx vertx = Vertx.vertx();
    private final HttpClient http = HttpClient.newHttpClient();
    private RolloutEvents events;
    private ControlServer server;
    private String base;

    @BeforeEach
    void start() {
        FakeWorkerLink worker = new FakeWorkerLink().serving("m", "1", "2");
        WorkerDirectory directory = Directories.of(new Worker("w", worker));
        directory.poll();
        ControlViews views = new ControlViews(fold, directory, verdicts, id -> Optional.empty());
        events = new RolloutEvents(vertx, fold, views);
        ControlApi api = new ControlApi(
                fold,
                views,
                new CommandWriter(fold, log, Duration.ofSeconds(5), Duration.ofSeconds(1), List.of("default", "acme")),
                new FakeTime(),
                new FleetCapacity(directory, Runnable::run));
        server = new ControlServer(vertx, api, events, "127.0.0.1", 0, 2_048);
        int port = server.start().toCompletionStage().toCompletableFuture().join();
        base = "http://127.0.0.1:" + port + "/control/v1/rollouts";
    }

    @AfterEach
    void stop() {
        server.close().toCompletionStage().toCompletableFuture().join();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void whoWatchesSeesTheRolloutNowEachChangeAndTheEnd() throws Exception {
        // Given
        apply(Commands.create("r", 5_000, ""));

        // When
        try (BufferedReader reader = watch("r")) {
            JsonObject first = next(reader);
            verdicts.put(Verdict.newBuilder()
                    .setRolloutId("r")
                    .setReason("looks good")
                    .setAtMillis(1)
                    .build());
            JsonObject judged = next(reader);
            apply(Commands.rollBack("r"));
            JsonObject last = next(reader);

            // Then
            assertThat(first.getString("state")).isEqualTo("RUNNING");
            assertThat(judged.getJsonObject("verdict").getString("reason")).isEqualTo("looks good");
            assertThat(last.getString("state")).isEqualTo("ROLLED_BACK");
            assertThat(reader.lines()).as("what follows until the stream ends").allMatch(String::isEmpty);
        }
        Await.until("nobody watches", () -> events.open() == 0);
    }

    @Test
    void aReaderThatLeavesIsForgotten() throws Exception {
        // Given
        apply(Commands.create("r", 5_000, ""));
        BufferedReader reader = watch("r");
        next(reader);
        assertThat(events.open()).isEqualTo(1);

        // When
        reader.close();

        // Then
        Await.until("nobody watches", () -> events.open() == 0);
    }

    @Test
    void streamsAreBounded() throws Exception {
        // Given
        apply(Commands.create("r", 5_000, ""));
        List<BufferedReader> readers = new ArrayList<>();
        for (int i = 0; i < RolloutEvents.STREAMS_MAX; i++) {
            BufferedReader reader = watch("r");
            next(reader);
            readers.add(reader);
        }

        // When
        HttpResponse<String> oneMore = get("/r/events");

        // Then
        assertThat(oneMore.statusCode()).isEqualTo(429);
        assertThat(oneMore.body()).contains("too many streams", "TOO_MANY_REQUESTS");
        for (BufferedReader reader : readers) {
            reader.close();
        }
    }

    @Test
    void nobodyWatchesWhatThereIsNot() throws Exception {
        // Then
        assertThat(get("/none/events").statusCode()).isEqualTo(404);
        assertThat(post("/none/events", "{}").statusCode()).isEqualTo(405);
    }

    @Test
    void aCommandThatNamesTheStateItWasBasedOnIsRefusedWhenThatHasPassed() throws Exception {
        // Given
        create();
        String tag = get("/r").headers().firstValue("ETag").orElseThrow();

        // When
        HttpResponse<String> held = post("/r/hold", "{}", "If-Match", tag);
        HttpResponse<String> stale = post("/r/resume", "{}", "If-Match", tag);
        HttpResponse<String> fresh = post(
                "/r/resume", "{}", "If-Match", held.headers().firstValue("ETag").orElseThrow());

        // Then
        assertThat(tag).isEqualTo("\"1\"");
        assertThat(held.statusCode()).as(held.body()).isEqualTo(200);
        assertThat(stale.statusCode()).isEqualTo(409);
        assertThat(stale.body()).contains("based on version 1");
        assertThat(fresh.statusCode()).isEqualTo(200);
    }

    @Test
    void anIdempotencyKeyMakesARepetitionHarmless() throws Exception {
        // Given
        create();

        // When
        HttpResponse<String> first = post("/r/hold", "{}", "Idempotency-Key", "k-1");
        HttpResponse<String> again = post("/r/hold", "{}", "Idempotency-Key", "k-1");
        HttpResponse<String> another = post("/r/hold", "{}", "Idempotency-Key", "k-2");

        // Then
        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(another.statusCode()).isEqualTo(409);
        assertThat(log.appended).extracting(Command::getId).containsExactly("c-0", "k-1");
    }

    @Test
    void headersThatContradictTheBodyAreRefused() throws Exception {
        // Given
        create();

        // Then
        assertThat(post("/r/hold", "{\"commandId\":\"a\"}", "Idempotency-Key", "b")
                        .body())
                .contains("Idempotency-Key and commandId differ");
        assertThat(post("/r/hold", "{\"basedOnVersion\":2}", "If-Match", "\"1\"")
                        .body())
                .contains("If-Match and basedOnVersion differ");
        for (String wrong : List.of("1", "W/\"1\"", "\"0\"", "\"99999999999999999999\"")) {
            HttpResponse<String> refused = post("/r/hold", "{}", "If-Match", wrong);
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(refused.body()).contains("If-Match is not the ETag of a rollout");
        }
        assertThat(log.appended).hasSize(1);
        assertThat(post("/nosuch/hold", "{}", "If-Match", "*").statusCode()).isEqualTo(404);
        assertThat(post("/r/hold", "{}", "If-Match", "*").statusCode()).isEqualTo(200);
    }

    private void create() throws IOException, InterruptedException {
        HttpResponse<String> created = post(
                "",
                """
                {"id": "r", "commandId": "c-0", "model": "m", "stableVersion": "1", "candidateVersion": "2",
                 "steps": [{"weightPercent": 50}]}""");
        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
    }

    private void apply(Command command) {
        fold.apply(new LogEntry(fold.state().lastPosition() + 1, 0, command), 0, true);
    }

    private BufferedReader watch(String id) throws IOException, InterruptedException {
        HttpResponse<InputStream> response = http.send(
                HttpRequest.newBuilder(URI.create(base + "/" + id + "/events")).build(),
                HttpResponse.BodyHandlers.ofInputStream());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains("text/event-stream");
        return new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    }

    /** The data of the next event. */
    private static JsonObject next(BufferedReader reader) throws IOException {
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            if (line.startsWith("data: ")) {
                return new JsonObject(line.substring("data: ".length()));
            }
        }
        throw new AssertionError("the stream ended without a further event");
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(URI.create(base + path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String path, String body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(base + path)).POST(HttpRequest.BodyPublishers.ofString(body));
        return http.send(
                (headers.length == 0 ? request : request.headers(headers)).build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
