package io.bellwether.gateway.control;

import io.bellwether.gateway.Directories;
import io.bellwether.gateway.FakeTime;
import io.bellwether.gateway.FakeWorkerLink;
import io.bellwether.gateway.capacity.FleetCapacity;
import io.bellwether.gateway.shadow.ShadowCounts;
import io.bellwether.gateway.worker.Worker;
import io.bellwether.gateway.worker.WorkerDirectory;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;

/**
 * A control API on a real socket, with a control log in memory and two workers: both serve versions 1 and 2 of model m, the
 * first one loads version 3. Every answer is held against the OpenAPI document.
 */
final class ControlFixture implements AutoCloseable {
    static final int BODY_BYTES_MAX = 2_048;

    final ControlFold fold = new ControlFold();
    final FakeControlLog log = new FakeControlLog(fold);
    final FakeWorkerLink first = new FakeWorkerLink();
    final FakeWorkerLink second = new FakeWorkerLink();
    final WorkerDirectory directory = Directories.of(new Worker("w-1", first), new Worker("w-2", second));
    private final Vertx vertx = Vertx.vertx();
    private final HttpClient http = HttpClient.newHttpClient();
    private final RolloutEvents events;
    private final ControlServer server;
    private final int port;
    volatile boolean busy;

    ControlFixture() {
        first.serving("m", "1", "2").listing("m", "LOADING", "it is read", new String[] {"3"});
        second.serving("m", "1", "2");
        directory.poll();
        ControlViews views = new ControlViews(
                fold,
                directory,
                new VerdictBoard(4),
                id -> Optional.of(new ShadowCounts(
                        new ShadowCounts.Answers(1, 2, 3, 4), new ShadowCounts.Answers(1, 0, 0, 0), 5)));
        ControlApi api = new ControlApi(
                fold,
                views,
                new CommandWriter(
                        fold, log, Duration.ofMillis(200), Duration.ofMillis(100), List.of("default", "acme")),
                new FakeTime(),
                new FleetCapacity(directory, this::project));
        events = new RolloutEvents(vertx, fold, views);
        server = new ControlServer(vertx, api, events, "127.0.0.1", 0, BODY_BYTES_MAX);
        port = server.start().toCompletionStage().toCompletableFuture().join();
    }

    /** An answer that the document describes, with the operation and status that it is there. */
    record Answered(String documented, int status, String body) {
        JsonObject json() {
            return new JsonObject(body);
        }
    }

    /**
     * @param path below {@code /control/v1}
     * @param headers names and values in turn
     */
    Answered send(String method, String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + port + "/control/v1" + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return answered(method, path, response.statusCode(), headers(response), response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The port, for requests that no client of HTTP would send. */
    int port() {
        return port;
    }

    /** Streams of events that are open. */
    int streams() {
        return events.open();
    }

    private Answered answered(String method, String path, int status, Map<String, String> headers, String body) {
        String documented = ApiDocument.check(
                new ApiDocument.Seen(method, "/control/v1" + path, status, headers, Buffer.buffer(body)));
        return new Answered(documented, status, body);
    }

    static Map<String, String> headers(HttpResponse<?> response) {
        Map<String, String> all = new HashMap<>();
        response.headers()
                .map()
                .forEach((name, values) -> all.put(name.toLowerCase(Locale.ROOT), String.join(", ", values)));
        return all;
    }

    private void project(Runnable task) {
        if (busy) {
            throw new RejectedExecutionException("busy");
        }
        task.run();
    }

    @Override
    public void close() {
        server.close().toCompletionStage().toCompletableFuture().join();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
