package io.bellwether.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
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
import java.util.ArrayList;
import java.util.List;

/** One port of a gateway. One request at a time; each has a deadline and an answer of limited size. */
final class GatewayPort {

    private static final int ANSWER_BYTES_MAX = 16 << 20;
    private static final int NOT_OFFERED = 501;
    private static final Duration CONNECT_MAX = Duration.ofSeconds(2);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final URI base;
    private final Words words;
    private final Duration answerMax;
    private final HttpClient http;

    /**
     * How people know the port.
     *
     * @param name what it offers
     * @param usual its usual number
     * @param setting where its address is given
     * @param emptyIsDone whether it answers with nothing when all is well
     */
    record Words(String name, int usual, String setting, boolean emptyIsDone) {}

    GatewayPort(URI base, Words words, Duration answerMax) {
        this.base = base;
        this.words = words;
        this.answerMax = answerMax;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT_MAX)
                .build();
    }

    /** Path below a prefix from segments, each percent-encoded. */
    static String path(String prefix, String... segments) {
        StringBuilder path = new StringBuilder(prefix);
        for (String segment : segments) {
            path.append('/').append(encoded(segment));
        }
        return path.toString();
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /**
     * @param body empty: none
     * @param unconfirmed end of the sentence when the request may have been carried out though no answer says so
     */
    Answer send(String method, String path, String body, String unconfirmed) {
        HttpRequest whole = HttpRequest.newBuilder(URI.create(base.toString().replaceAll("/+$", "") + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .timeout(answerMax)
                .header("Content-Type", "application/json")
                .header("Accept", "application/json")
                .build();
        try {
            HttpResponse<InputStream> response = http.send(whole, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream bytes = response.body()) {
                return answer(response.statusCode(), bytes.readNBytes(ANSWER_BYTES_MAX), unconfirmed);
            }
        } catch (ConnectException | HttpConnectTimeoutException e) {
            return new Answer.Unreached("no " + words.name() + " answers at " + base
                    + "; start the platform with 'deploy/bellwether up', or name its address with " + words.setting());
        } catch (HttpTimeoutException e) {
            return new Answer.Unreached(
                    "the " + words.name() + " at " + base + " did not answer within " + answerMax.toSeconds()
                            + " s; look at 'deploy/bellwether status', or allow more with --timeout" + unconfirmed);
        } catch (IOException e) {
            return new Answer.Unreached("the connection to the " + words.name() + " at " + base
                    + " broke; look at 'deploy/bellwether status', then repeat the command" + unconfirmed);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Answer.Unreached("interrupted while waiting for " + base + "; repeat the command" + unconfirmed);
        }
    }

    private Answer answer(int status, byte[] bytes, String unconfirmed) {
        JsonNode body = parsed(bytes);
        if (status / 100 == 2 && bytes.length == 0 && words.emptyIsDone()) {
            return new Answer.Done(JsonNodeFactory.instance.objectNode());
        }
        if (status / 100 == 2 && body.isContainerNode()) {
            return new Answer.Done(body);
        }
        String error = body.path("error").asText("");
        if (!error.isEmpty()) {
            // the gateway did not refuse, it could not: what it has sent on may arrive yet
            List<Answer.Problem> problems = new ArrayList<>();
            body.path("problems")
                    .forEach(problem -> problems.add(new Answer.Problem(
                            problem.path("field").asText(), problem.path("text").asText())));
            return new Answer.Refused(
                    status / 100 == 5 && status != NOT_OFFERED ? error + unconfirmed : error, problems);
        }
        return new Answer.Unreached("what answers at " + base + " is not a " + words.name() + " (HTTP status " + status
                + "); name the address of one, usually port " + words.usual() + ", with " + words.setting());
    }

    private static JsonNode parsed(byte[] bytes) {
        try {
            return JSON.readTree(new String(bytes, StandardCharsets.UTF_8));
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }
}
