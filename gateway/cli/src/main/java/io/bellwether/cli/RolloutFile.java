package io.bellwether.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Reads a rollout from a YAML or JSON file into the form of the control API. Reports all wrong keys at once. */
final class RolloutFile {

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
    private static final Set<String> GUARDRAIL_KEYS = Stream.concat(
                    Stream.of("alpha", "beta", "weights", "horizonSeconds", "onInconclusive", "slices", "slicesWeight"),
                    Arrays.stream(Margin.values()).map(Margin::field))
            .collect(Collectors.toUnmodifiableSet());
    private static final Set<String> WEIGHT_KEYS = GuardrailsFile.weightFields();
    private static final Set<String> SLICE_KEYS = Set.of("by", "values");
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
        return of(file, YamlText.read(file, "a rollout"));
    }

    /** Reads the text of a file. */
    static Read parse(Path file, String text) {
        return of(file, YamlText.checked(file, text));
    }

    private static Read of(Path file, YamlText.Read read) {
        if (read instanceof YamlText.Read.Wrong wrong) {
            return new Read.Wrong(wrong.sentence());
        }
        try {
            Object tree = new Load(YamlText.settings(file)).loadFromString(((YamlText.Read.Text) read).text());
            return checked(file, new ObjectMapper().valueToTree(tree));
        } catch (YamlEngineException | IllegalArgumentException e) {
            return new Read.Wrong(YamlText.notYaml(file, e));
        }
    }

    private static Read checked(Path file, JsonNode tree) {
        if (!(tree instanceof ObjectNode body)) {
            return new Read.Wrong(file + " holds no rollout; expected keys like model, candidateVersion and steps");
        }
        List<String> problems = new ArrayList<>();
        keys(problems, "", body, KEYS);
        keys(problems, "guardrails.", body.path("guardrails"), GUARDRAIL_KEYS);
        keys(problems, "guardrails.weights.", body.path("guardrails").path("weights"), WEIGHT_KEYS);
        keys(problems, "shadow.", body.path("shadow"), SHADOW_KEYS);
        keys(problems, "shadow.comparison.", body.path("shadow").path("comparison"), COMPARISON_KEYS);
        list(problems, "steps", body.path("steps"), STEP_KEYS);
        list(problems, "guardrails.slices", body.path("guardrails").path("slices"), SLICE_KEYS);
        for (String version : List.of("stableVersion", "candidateVersion")) {
            if (body.path(version).isNumber()) {
                body.set(version, TextNode.valueOf(body.path(version).asText()));
            }
        }
        return problems.isEmpty() ? new Read.Rollout(body) : new Read.Wrong(file + ": " + String.join("; ", problems));
    }

    private static void list(List<String> problems, String name, JsonNode node, Set<String> known) {
        if (!node.isMissingNode() && !node.isArray()) {
            problems.add(name + " is not a list");
        }
        int number = 0;
        for (JsonNode one : node) {
            keys(problems, name + "[" + number + "].", one, known);
            number++;
        }
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
