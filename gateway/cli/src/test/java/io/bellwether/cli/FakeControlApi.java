package io.bellwether.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.function.Consumer;

/**
 * A control API as the gateway offers it, over real HTTP, with rollouts in memory. Keeps what it was asked. Before each
 * answer about one rollout the next event of the script happens to it.
 */
final class FakeControlApi implements AutoCloseable {

    /** One request. */
    record Asked(String method, String path, JsonNode body) {}

    private record Reply(int status, String body) {}

    private static final Reply SILENCE = new Reply(-1, "");

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<String, String> STATES = Map.of(
            "advance", "RUNNING",
            "hold", "HELD",
            "resume", "RUNNING",
            "promote", "PROMOTED",
            "rollback", "ROLLED_BACK",
            "abort", "ABORTED");

    private final HttpServer server;
    private final Map<String, ObjectNode> rollouts = new LinkedHashMap<>();
    private final Queue<Consumer<ObjectNode>> script = new ArrayDeque<>();
    private final List<Asked> asked = new ArrayList<>();
    private String models = "[]";
    private String capacity = "{}";
    private String model = "{}";
    private String routes = "{}";
    private String state = "{}";
    private Reply outage = new Reply(0, "");
    private Reply put = new Reply(0, "");

    FakeControlApi() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    synchronized List<Asked> asked() {
        return List.copyOf(asked);
    }

    synchronized Asked last() {
        return asked.get(asked.size() - 1);
    }

    synchronized void models(String json) {
        models = json;
    }

    synchronized void model(String json) {
        model = json;
    }

    synchronized void routes(String json) {
        routes = json;
    }

    synchronized void state(String json) {
        state = json;
    }

    synchronized void capacity(String json) {
        capacity = json;
    }

    /** Every further request gets this answer. */
    synchronized void alwaysAnswer(int status, String body) {
        outage = new Reply(status, body);
    }

    /** Every further PUT gets this answer. */
    synchronized void refusePut(int status, String body) {
        put = new Reply(status, body);
    }

    /** Every further request is read, and then its connection is closed without an answer. */
    synchronized void neverAnswer() {
        outage = SILENCE;
    }

    synchronized void rollout(ObjectNode rollout) {
        rollouts.put(rollout.path("id").asText(), rollout);
    }

    /** Adds an event that happens before the next answer about a rollout. */
    synchronized void then(Consumer<ObjectNode> event) {
        script.add(event);
    }

    static ObjectNode newRollout(String id) {
        ObjectNode rollout = JsonNodeFactory.instance.objectNode();
        rollout.put("id", id).put("model", "digits").put("stableVersion", "1").put("candidateVersion", "2");
        rollout.put("state", "RUNNING")
                .put("step", 0)
                .put("weightPercent", 25.0)
                .put("version", 1);
        history(rollout, "CREATE", "person:ada", "try it");
        return rollout;
    }

    static void history(ObjectNode rollout, String action, String actor, String reason) {
        rollout.withArrayProperty("history")
                .addObject()
                .put("at", 1_700_000_000_000L)
                .put("action", action)
                .put("actor", actor)
                .put("reason", reason)
                .put("commandId", "c");
    }

    static void move(ObjectNode rollout, String verb, String actor, String reason) {
        rollout.put("state", STATES.get(verb));
        rollout.put("version", rollout.path("version").asLong() + 1);
        if (verb.equals("advance")) {
            rollout.put("step", rollout.path("step").asInt() + 1);
        }
        history(rollout, verb.toUpperCase(Locale.ROOT), actor, reason);
    }

    private synchronized void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            URI uri = exchange.getRequestURI();
            JsonNode body = JSON.readTree(exchange.getRequestBody().readAllBytes());
            Asked request = new Asked(exchange.getRequestMethod(), uri.toString(), body);
            asked.add(request);
            Reply reply = outage.status() != 0 ? outage : reply(request, uri.getPath());
            if (reply.equals(SILENCE)) {
                return;
            }
            byte[] bytes = reply.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(reply.status(), bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private Reply reply(Asked request, String path) {
        String[] parts = path.split("/");
        String route = request.method() + " " + path.replaceFirst("^/control/v1/(\\w+)(/.*)?$", "$1");
        return switch (route) {
            case "GET models" -> new Reply(200, parts.length == 4 ? models : parts.length == 5 ? model : capacity);
            case "GET routes" -> new Reply(200, routes);
            case "GET state" -> new Reply(200, state);
            case "PUT models" ->
                put.status() != 0 ? put : new Reply(200, request.body().toString());
            case "POST rollouts" -> parts.length == 4 ? create(request.body()) : moved(parts, request.body());
            case "GET rollouts" -> parts.length == 4 ? list() : one(parts[4]);
            default -> new Reply(404, "nothing here");
        };
    }

    private Reply create(JsonNode body) {
        ObjectNode rollout = newRollout(body.path("id").asText("digits-2"));
        rollout.set("steps", body.path("steps"));
        if (body.path("dryRun").asBoolean()) {
            return new Reply(200, rollout.put("dryRun", true).toString());
        }
        rollouts.put(rollout.path("id").asText(), rollout);
        return new Reply(201, rollout.toString());
    }

    private Reply list() {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        rollouts.values().forEach(all::add);
        return new Reply(200, all.toString());
    }

    private Reply one(String id) {
        ObjectNode rollout = rollouts.get(id);
        if (rollout == null) {
            return new Reply(404, "{\"error\":\"rollout '" + id + "' is not known; list the rollouts\"}");
        }
        Consumer<ObjectNode> event = script.poll();
        if (event != null) {
            event.accept(rollout);
        }
        return new Reply(200, rollout.toString());
    }

    private Reply moved(String[] parts, JsonNode body) {
        ObjectNode rollout = rollouts.get(parts[4]);
        if (rollout == null) {
            return new Reply(404, "{\"error\":\"rollout '" + parts[4] + "' is not known; list the rollouts\"}");
        }
        if (body.has("basedOnVersion")
                && body.path("basedOnVersion").asLong()
                        != rollout.path("version").asLong()) {
            return new Reply(409, "{\"error\":\"stale; look again\",\"reason\":\"CONFLICT\"}");
        }
        move(rollout, parts[5], body.path("actor").asText(), body.path("reason").asText());
        return new Reply(200, rollout.toString());
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
