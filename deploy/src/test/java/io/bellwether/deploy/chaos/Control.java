package io.bellwether.deploy.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bellwether.deploy.Await;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A person who gives commands to whichever gateway takes them, and repeats one that was not confirmed, with the same id. */
final class Control {
    private static final Duration CALL_PATIENCE = Duration.ofSeconds(4);
    private static final Duration COMMAND_PATIENCE = Duration.ofSeconds(30);
    private static final long REPEAT_MILLIS = 50;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(1))
            .build();
    private final Cluster cluster;
    private final AtomicInteger commands = new AtomicInteger();

    Control(Cluster cluster) {
        this.cluster = cluster;
    }

    void stable(String version) throws Exception {
        command("PUT", "/models/digits/stable", "\"version\": \"" + version + "\"", 0);
    }

    /** Gives a share of the digits to a candidate; a person steers it, unless monitoring is to. */
    void create(String id, String candidate, int weightPercent, boolean automatic) throws Exception {
        command(
                "POST",
                "/rollouts",
                "\"id\": \"" + id + "\", \"model\": \"digits\", \"stableVersion\": \"1\", \"candidateVersion\": \""
                        + candidate + "\", \"automatic\": " + automatic
                        // what a slow machine can carry is not the question here
                        + ", \"ignoreCapacity\": true, \"steps\": [{\"weightPercent\": "
                        + weightPercent + ", \"bakeSecondsMin\": 3, \"requestsMin\": 50}]",
                0);
    }

    /** Takes a candidate back; asks that gateway first. Gives the number of attempts. */
    int rollBack(String id, int first) throws Exception {
        return command("POST", "/rollouts/" + id + "/rollback", "", first);
    }

    /** What a gateway says of a rollout; null when it does not know it or does not answer. */
    JsonNode rollout(int gateway, String id) throws InterruptedException {
        try {
            var answer = http.send(
                    HttpRequest.newBuilder(URI.create(cluster.control(gateway) + "/rollouts/" + id))
                            .timeout(Duration.ofSeconds(1))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() == 200 ? JSON.readTree(answer.body()) : null;
        } catch (IOException e) {
            return null;
        }
    }

    /** Waits until every gateway gives the candidate that weight. */
    void awaitWeight(String id, double weightPercent, Duration limit) throws Exception {
        for (int i = 0; i < Cluster.GATEWAYS; i++) {
            int gateway = i;
            Await.until("gateway-" + (i + 1) + " gives " + id + " " + weightPercent + " %", limit, () -> {
                var rollout = rollout(gateway, id);
                return rollout != null && rollout.path("weightPercent").asDouble(-1) == weightPercent;
            });
        }
    }

    /** The position of the last command by which each gateway routes. */
    List<Long> routeVersions() throws Exception {
        var versions = new ArrayList<Long>();
        for (int gateway = 0; gateway < Cluster.GATEWAYS; gateway++) {
            versions.add((long) metric(gateway, "bellwether_gateway_route_version"));
        }
        return versions;
    }

    /** The sum of a metric of a gateway over its labels. */
    double metric(int gateway, String name) throws Exception {
        return http.send(
                        HttpRequest.newBuilder(URI.create(cluster.management(gateway) + "/metrics"))
                                .timeout(CALL_PATIENCE)
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body()
                .lines()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private int command(String method, String path, String fields, int first) throws Exception {
        var id = "person-" + commands.incrementAndGet();
        var body = "{" + fields + (fields.isEmpty() ? "" : ", ")
                + "\"reason\": \"test\", \"actor\": \"person:test\", \"commandId\": \"" + id + "\"}";
        long endNanos = System.nanoTime() + COMMAND_PATIENCE.toNanos();
        var last = "nothing";
        for (int attempt = 1; System.nanoTime() < endNanos; attempt++) {
            int gateway = (first + attempt - 1) % Cluster.GATEWAYS;
            try {
                var answer = http.send(
                        HttpRequest.newBuilder(URI.create(cluster.control(gateway) + path))
                                .timeout(CALL_PATIENCE)
                                .header("Content-Type", "application/json")
                                .method(method, HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
                if (answer.statusCode() / 100 == 2) {
                    return attempt;
                }
                last = answer.statusCode() + " " + answer.body();
                if (answer.statusCode() != 503) {
                    break;
                }
            } catch (IOException e) {
                last = "gateway-" + (gateway + 1) + ": " + e;
            }
            TimeUnit.MILLISECONDS.sleep(REPEAT_MILLIS);
        }
        throw new AssertionError(method + " " + path + " was not taken; the last answer: " + last);
    }
}
