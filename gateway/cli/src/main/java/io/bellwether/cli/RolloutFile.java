package io.bellwether.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Reads a rollout from a YAML or JSON file into the form of the control API. Reports all wrong keys at once. */
final class RolloutFile {

    private static final int BYTES_MAX = 1 << 20;
    private static final int DEPTH_MAX = 32;
    private static final Set<String> KEYS = Set.of(
            "id",
            "model",
            "stableVersion",
            "candidateVersion",
            "steps",
            "keyHeader",
            "automatic",
            "guardrails",
            "shadow",
            "reason",
            "actor");
    private static final Set<String> STEP_KEYS = Set.of("weightPercent", "bakeSecondsMin", "requestsMin");
    private static final Set<String> GUARDRAIL_KEYS = Set.of(
            "alpha",
            "beta",
            "errorOddsMargin",
            "errorFloor",
            "latencyP50Margin",
            "latencyP95Margin",
            "costMargin",
            "classOddsMargin");

    private static final Set<String> SHADOW_KEYS = Set.of("sharePercent", "twinPercent", "comparison");
    private static final Set<String> COMPARISON_KEYS = Set.of("rule", "tolerance", "top", "atLeast");

    /** Result of reading a file. */
    sealed interface Read {

        /** The file describes a rollout; whether it is a legal one is for the gateway to say. */
        record Rollout(ObjectNode body) implements Read {}

        /** The file does not describe a rollout. */
        record Wrong(String sentence) implements Read {}
    }

    private RolloutFile() {}

    static Read read(Path file) {
        String text;
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(BYTES_MAX + 1);
            if (bytes.length > BYTES_MAX) {
                return new Read.Wrong(file + " is larger than 1 MiB; expected a rollout of some lines");
            }
            text = new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return new Read.Wrong(file + " cannot be read; check that it exists and that you may read it");
        }
        return parse(file, text);
    }

    /** Reads the text of a file. */
    static Read parse(Path file, String text) {
        LoadSettings settings = LoadSettings.builder()
                .setLabel(file.toString())
                .setAllowDuplicateKeys(false)
                // A list that holds itself has no end.
                .setMaxAliasesForCollections(0)
                .build();
        try {
            if (isTooDeep(settings, text)) {
                return new Read.Wrong(file + " is nested more than " + DEPTH_MAX + " levels deep");
            }
            Object tree = new Load(settings).loadFromString(text);
            return checked(file, new ObjectMapper().valueToTree(tree));
        } catch (YamlEngineException | IllegalArgumentException e) {
            return new Read.Wrong(
                    file + " is not YAML: " + String.valueOf(e.getMessage()).replaceAll("\\s+", " "));
        }
    }

    /** What loads a tree calls itself for each level, until the stack is full. */
    private static boolean isTooDeep(LoadSettings settings, String text) {
        int depth = 0;
        for (Event event : new Parse(settings).parseString(text)) {
            if (event instanceof CollectionStartEvent) {
                depth++;
            } else if (event instanceof CollectionEndEvent) {
                depth--;
            }
            if (depth > DEPTH_MAX) {
                return true;
            }
        }
        return false;
    }

    private static Read checked(Path file, JsonNode tree) {
        if (!(tree instanceof ObjectNode body)) {
            return new Read.Wrong(file + " holds no rollout; expected keys like model, candidateVersion and steps");
        }
        List<String> problems = new ArrayList<>();
        keys(problems, "", body, KEYS);
        keys(problems, "guardrails.", body.path("guardrails"), GUARDRAIL_KEYS);
        keys(problems, "shadow.", body.path("shadow"), SHADOW_KEYS);
        keys(problems, "shadow.comparison.", body.path("shadow").path("comparison"), COMPARISON_KEYS);
        if (body.has("steps") && !body.path("steps").isArray()) {
            problems.add("steps is not a list");
        }
        int number = 0;
        for (JsonNode step : body.path("steps")) {
            keys(problems, "steps[" + number + "].", step, STEP_KEYS);
            number++;
        }
        for (String version : List.of("stableVersion", "candidateVersion")) {
            if (body.path(version).isNumber()) {
                body.set(version, TextNode.valueOf(body.path(version).asText()));
            }
        }
        return problems.isEmpty() ? new Read.Rollout(body) : new Read.Wrong(file + ": " + String.join("; ", problems));
    }

    private static void keys(List<String> problems, String where, JsonNode node, Set<String> known) {
        if (!node.isMissingNode() && !node.isObject()) {
            problems.add(where + " is not a set of keys, expected " + new TreeSet<>(known));
        }
        node.fieldNames().forEachRemaining(key -> {
            if (!known.contains(key)) {
                problems.add("'" + where + key + "' is not a known key, expected one of " + new TreeSet<>(known));
            }
        });
    }
}
