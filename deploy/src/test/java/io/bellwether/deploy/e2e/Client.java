package io.bellwether.deploy.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bellwether.deploy.platform.Port;
import io.bellwether.deploy.platform.Settings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Talks REST to the platform: inference, control API, metrics. */
final class Client {
    static final String MODEL = "digits";
    static final String USER_HEADER = "X-User";
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration CHANGE_PATIENCE = Duration.ofMinutes(2);

    private final ObjectMapper json = new ObjectMapper();
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();
    private final Settings settings;

    Client(Settings settings) {
        this.settings = settings;
    }

    /** Sends a body to an inference path under {@code /v2}. */
    HttpResponse<String> infer(String path, String body) throws Exception {
        return http.send(inference(path, body), BodyHandlers.ofString());
    }

    /** Classifies an image with whatever version the routes say. */
    HttpResponse<String> infer(Digit digit) throws Exception {
        return infer("/models/" + MODEL + "/infer", digit.json());
    }

    /** The same, later, for a user. */
    CompletableFuture<HttpResponse<String>> inferLater(Digit digit, String user) {
        HttpRequest request = inference("/models/" + MODEL + "/infer", digit.json());
        return http.sendAsync(
                HttpRequest.newBuilder(request, (name, value) -> true)
                        .header(USER_HEADER, user)
                        .build(),
                BodyHandlers.ofString());
    }

    /** Sends a body to an inference path, and answers later. */
    CompletableFuture<HttpResponse<String>> inferLater(String path, String body) {
        return http.sendAsync(inference(path, body), BodyHandlers.ofString());
    }

    HttpResponse<String> get(Port port, String path) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(settings.http(port) + path))
                        .timeout(PATIENCE)
                        .build(),
                BodyHandlers.ofString());
    }

    /** An empty POST; it may take long. */
    HttpResponse<String> post(Port port, String path) throws Exception {
        return http.send(emptyPost(port, path), BodyHandlers.ofString());
    }

    CompletableFuture<HttpResponse<String>> postLater(Port port, String path) {
        return http.sendAsync(emptyPost(port, path), BodyHandlers.ofString());
    }

    private HttpRequest emptyPost(Port port, String path) {
        return HttpRequest.newBuilder(URI.create(settings.http(port) + path))
                .timeout(CHANGE_PATIENCE)
                .POST(BodyPublishers.noBody())
                .build();
    }

    /** A call of the control API. */
    HttpResponse<String> control(String method, String path, String body) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(settings.http(Port.CONTROL) + "/control/v1" + path))
                        .timeout(PATIENCE)
                        .header("Content-Type", "application/json")
                        .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    JsonNode rollout(String id) throws Exception {
        return json.readTree(control("GET", "/rollouts/" + id, "").body());
    }

    /** What the gateway knows of the model. */
    JsonNode model(String name) throws Exception {
        for (var model : json.readTree(control("GET", "/models", "").body())) {
            if (model.path("model").asText().equals(name)) {
                return model;
            }
        }
        throw new AssertionError("the gateway does not list " + name);
    }

    /** The sum of a metric over its labels, 0 when there is none. */
    double metric(Port port, String name) throws Exception {
        return get(port, "/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** The class with the highest score in an answer. */
    int predicted(String body) throws IOException {
        var scores = json.readTree(body).path("outputs").path(0).path("data");
        int best = 0;
        for (int index = 1; index < scores.size(); index++) {
            if (scores.path(index).asDouble() > scores.path(best).asDouble()) {
                best = index;
            }
        }
        return best;
    }

    JsonNode parse(String body) throws IOException {
        return json.readTree(body);
    }

    private HttpRequest inference(String path, String body) {
        return HttpRequest.newBuilder(URI.create(settings.http(Port.GATEWAY_HTTP) + "/v2" + path))
                .timeout(PATIENCE)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build();
    }
}
