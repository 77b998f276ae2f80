package io.bellwether.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Client of the control API of a gateway. One request at a time; each has a deadline and an answer of limited size. */
final class ControlApi {

    private static final int ANSWER_BYTES_MAX = 16 << 20;
    private static final Duration CONNECT_MAX = Duration.ofSeconds(2);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final URI base;
    private final Duration answerMax;
    private final HttpClient http;

    ControlApi(URI base, Duration answerMax) {
        this.base = base;
        this.answerMax = answerMax;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT_MAX)
                .build();
    }

    /** Path below {@code /control/v1} from segments, each percent-encoded. */
    static String path(String... segments) {
        StringBuilder path = new StringBuilder("/control/v1");
        for (String segment : segments) {
            path.append('/').append(encoded(segment));
        }
        return path.toString();
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    Answer get(String path) {
        return send(path, HttpRequest.newBuilder().GET());
    }

    Answer post(String path, JsonNode body) {
        return send(path, HttpRequest.newBuilder().POST(HttpRequest.BodyPublishers.ofString(body.toString())));
    }

    Answer put(String path, JsonNode body) {
        return send(path, HttpRequest.newBuilder().PUT(HttpRequest.BodyPublishers.ofString(body.toString())));
    }

    private Answer send(String path, HttpRequest.Builder request) {
        HttpRequest whole = request.uri(URI.create(base.toString().replaceAll("/+$", "") + path))
                .timeout(answerMax)
                .header("Content-Type", "application/json")
                .header("Accept", "application/json")
                .build();
        try {
            HttpResponse<InputStream> response = http.send(whole, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                return answer(response.statusCode(), body.readNBytes(ANSWER_BYTES_MAX));
            }
        } catch (HttpTimeoutException e) {
            return new Answer.Unreached("the control API at " + base + " did not answer within " + answerMax.toSeconds()
                    + " s; look at 'deploy/bellwether status', or allow more with --timeout");
        } catch (ConnectException e) {
            return new Answer.Unreached("no control API answers at " + base
                    + "; start the platform with 'deploy/bellwether up', or name its address with --control or"
                    + " BELLWETHER_CONTROL");
        } catch (IOException e) {
            return new Answer.Unreached("the connection to the control API at " + base
                    + " broke; look at 'deploy/bellwether status', then repeat the command");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Answer.Unreached("interrupted while waiting for " + base + "; repeat the command");
        }
    }

    private Answer answer(int status, byte[] bytes) {
        JsonNode body = parsed(bytes);
        if (status / 100 == 2 && body.isContainerNode()) {
            return new Answer.Done(body);
        }
        String error = body.path("error").asText("");
        if (!error.isEmpty()) {
            return new Answer.Refused(error);
        }
        return new Answer.Unreached("what answers at " + base + " is not a control API (HTTP status " + status
                + "); name the address of one, usually port 8003, with --control or BELLWETHER_CONTROL");
    }

    private static JsonNode parsed(byte[] bytes) {
        try {
            return JSON.readTree(new String(bytes, StandardCharsets.UTF_8));
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }
}
