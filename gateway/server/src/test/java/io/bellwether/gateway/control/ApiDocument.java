package io.bellwether.gateway.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.Validator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** The OpenAPI document of the control API, and whether an answer is one of those that it describes. */
final class ApiDocument {
    private static final JsonSchemaOptions OPTIONS = new JsonSchemaOptions()
            .setBaseUri("https://bellwether.invalid/")
            .setDraft(Draft.DRAFT202012)
            .setOutputFormat(OutputFormat.Basic);
    private static final JsonObject ROOT = ControlDocument.buffer().toJsonObject();
    private static final Map<JsonObject, Validator> VALIDATORS = new ConcurrentHashMap<>();

    /**
     * An answer as it came.
     *
     * @param method of the request
     * @param target of the request, with its query
     * @param headers by lower-case name
     */
    record Seen(String method, String target, int status, Map<String, String> headers, Buffer body) {}

    private ApiDocument() {}

    /** Method and path of every operation. */
    static Set<String> operations() {
        return paths().entrySet().stream()
                .flatMap(path -> methods(path.getValue()).stream().map(method -> method + " " + path.getKey()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Operation and status of every answer that is described, without those that refer to one of some responses. */
    static Set<String> answers(String... without) {
        Set<String> all = new TreeSet<>();
        for (String operation : operations()) {
            JsonObject responses = operation(operation).getJsonObject("responses");
            responses.fieldNames().stream()
                    .filter(status -> !List.of(without).contains(reference(responses.getJsonObject(status))))
                    .forEach(status -> all.add(operation + " " + status));
        }
        return all;
    }

    /** A schema among the components. */
    static JsonObject schema(String name) {
        return ROOT.getJsonObject("components").getJsonObject("schemas").getJsonObject(name);
    }

    /** The description of an operation, named by its method and path. */
    static JsonObject operation(String name) {
        String[] parts = name.split(" ", 2);
        return paths().get(parts[1]).getJsonObject(parts[0].toLowerCase(Locale.ROOT));
    }

    /** Fails unless the document describes the answer; its operation and status. */
    static String check(Seen seen) {
        Optional<String> path = path(seen.target().replaceFirst("\\?.*", ""));
        Set<String> methods = path.map(found -> methods(paths().get(found))).orElse(Set.of());
        if (!methods.contains(seen.method())) {
            outside(seen, methods);
            return "";
        }
        String name = seen.method() + " " + path.orElseThrow();
        JsonObject responses = operation(name).getJsonObject("responses");
        String status = Integer.toString(seen.status());
        assertThat(responses.fieldNames()).as("statuses of " + name).contains(status);
        JsonObject response = resolved(responses.getJsonObject(status));
        headers(seen, response);
        String type = seen.headers().getOrDefault("content-type", "");
        assertThat(response.getJsonObject("content").fieldNames())
                .as("content types of " + name)
                .contains(type);
        if (type.equals("application/json")) {
            valid(
                    name,
                    response.getJsonObject("content").getJsonObject(type).getJsonObject("schema"),
                    Json.decodeValue(seen.body()));
        }
        return name + " " + status;
    }

    /** A request that no operation is for. */
    private static void outside(Seen seen, Set<String> methods) {
        assertThat(seen.status()).as(seen.toString()).isIn(400, 404, 405);
        valid("a refusal", schema("Refusal"), Json.decodeValue(seen.body()));
        if (seen.status() == 405) {
            assertThat(Set.of(seen.headers().getOrDefault("allow", "").split(", ")))
                    .isEqualTo(methods);
        }
    }

    private static void headers(Seen seen, JsonObject response) {
        JsonObject described = response.getJsonObject("headers", new JsonObject());
        for (String header : described.fieldNames()) {
            JsonObject one = described.getJsonObject(header);
            String value = seen.headers().get(header.toLowerCase(Locale.ROOT));
            assertThat(value).as(header).isNotNull();
            valid(header, one.getJsonObject("schema"), Objects.requireNonNull(value));
        }
    }

    private static void valid(String what, JsonObject schema, Object value) {
        Validator validator = VALIDATORS.computeIfAbsent(
                schema,
                one -> Validator.create(
                        JsonSchema.of(one.copy().put("components", ROOT.getJsonObject("components"))), OPTIONS));
        OutputUnit result = validator.validate(value);
        assertThat(result.getValid())
                .as(() -> what + ": " + value + "\n" + result.toJson().encodePrettily())
                .isTrue();
    }

    private static Map<String, JsonObject> paths() {
        JsonObject all = ROOT.getJsonObject("paths");
        return all.fieldNames().stream().collect(Collectors.toMap(path -> path, all::getJsonObject));
    }

    private static Set<String> methods(JsonObject path) {
        return path.fieldNames().stream()
                .map(method -> method.toUpperCase(Locale.ROOT))
                .collect(Collectors.toSet());
    }

    /** The described path that a path belongs to; one without a parameter in that place comes first. */
    private static Optional<String> path(String asked) {
        return paths().keySet().stream()
                .filter(path -> asked.matches(path.replace(".", "\\.").replaceAll("\\{[a-z]+}", "[^/]+")))
                .min((one, other) -> Long.compare(parameters(one), parameters(other)));
    }

    private static long parameters(String path) {
        return path.chars().filter(letter -> letter == '{').count();
    }

    private static String reference(JsonObject response) {
        String reference = response.getString("$ref", "");
        return reference.substring(reference.lastIndexOf('/') + 1);
    }

    private static JsonObject resolved(JsonObject response) {
        return response.containsKey("$ref")
                ? ROOT.getJsonObject("components").getJsonObject("responses").getJsonObject(reference(response))
                : response;
    }
}
