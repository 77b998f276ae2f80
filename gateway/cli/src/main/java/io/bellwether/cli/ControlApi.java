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
import java.net.http.HttpConnectTimeoutException;
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
        return send(path, HttpRequest.newBuilder().GET(), "");
    }

    Answer post(String path, JsonNode body) {
        return change("POST", path, body);
    }

    Answer put(String path, JsonNode body) {
        return change("PUT", path, body);
    }

    private Answer change(String method, String path, JsonNode body) {
        String commandId = body.path("commandId").asText();
        return send(
                path,
                HttpRequest.newBuilder().method(method, HttpRequest.BodyPublishers.ofString(body.toString())),
                "; whether the command took effect is not known, and to repeat it with --command-id " + commandId
                        + " is safe");
    }

    /**
     * @param unconfirmed end of the sentence when the request may have been carried out though no answer says so
     */
    private Answer send(String path, HttpRequest.Builder request, String unconfirmed) {
        HttpRequest whole = request.uri(URI.create(base.toString().replaceAll("/+$", "") + path))
                .timeout(answerMax)
                .header("Content-Type", "application/json")
                .header("Accept", "application/json")
                .build();
        try {
            HttpResponse<InputStream> response = http.send(whole, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                return answer(response.statusCode(), body.readNBytes(ANSWER_BYTES_MAX), unconfirmed);
            }
        } catch (ConnectException | HttpConnectTimeoutException e) {
            return new Answer.Unreached("no control API answers at " + base
                    + "; start the platform with 'deploy/bellwether up', or name its address with --control or"
                    + " BELLWETHER_CONTROL");
        } catch (HttpTimeoutException e) {
            return new Answer.Unreached("the control API at " + base + " did not answer within " + answerMax.toSeconds()
                    + " s; look at 'deploy/bellwether status', or allow more with --timeout" + unconfirmed);
        } catch (IOException e) {
            return new Answer.Unreached("the connection to the control API at " + base
                    + " broke; look at 'deploy/bellwether status', then repeat the command" + unconfirmed);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Answer.Unreached("interrupted while waiting for " + base + "; repeat the command" + unconfirmed);
        }
    }

    private Answer answer(int status, byte[] bytes, String unconfirmed) {
        JsonNode body = parsed(bytes);
        if (status / 100 == 2 && body.isContainerNode()) {
            return new Answer.Done(body);
        }
        String error = body.path("error").asText("");
        if (!error.isEmpty()) {
            // the gateway did not refuse, it could not: what it has sent to Kafka may arrive yet
            return new Answer.Refused(status / 100 == 5 ? error + unconfirmed : error);
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
