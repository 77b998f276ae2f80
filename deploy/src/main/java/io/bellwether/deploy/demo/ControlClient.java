package io.bellwether.deploy.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** The control API, as far as the demo needs it. What the gateway refuses becomes an {@link IOException} with its words. */
final class ControlClient {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final HttpClient http = HttpClient.newBuilder()
            .connectTimeout(PATIENCE)
            .version(HttpClient.Version.HTTP_1_1)
            .build();
    private final ObjectMapper json = new ObjectMapper();
    private final String base;

    /**
     * @param base address of the control API without a path
     */
    ControlClient(String base) {
        this.base = base + "/control/v1";
    }

    JsonNode get(String path) throws IOException, InterruptedException {
        return send(path, HttpRequest.newBuilder().GET());
    }

    JsonNode put(String path, JsonNode body) throws IOException, InterruptedException {
        return send(path, withBody("PUT", body));
    }

    JsonNode post(String path, JsonNode body) throws IOException, InterruptedException {
        return send(path, withBody("POST", body));
    }

    private static HttpRequest.Builder withBody(String method, JsonNode body) {
        return HttpRequest.newBuilder()
                .method(method, BodyPublishers.ofString(body.toString()))
                .header("Content-Type", "application/json");
    }

    private JsonNode send(String path, HttpRequest.Builder request) throws IOException, InterruptedException {
        var answer =
                http.send(request.uri(URI.create(base + path)).timeout(PATIENCE).build(), BodyHandlers.ofString());
        if (answer.statusCode() / 100 != 2) {
            throw new IOException("the gateway answers " + answer.statusCode() + " to " + path + ": " + answer.body());
        }
        return json.readTree(answer.body());
    }
}
