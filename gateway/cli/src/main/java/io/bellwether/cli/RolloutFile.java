package io.bellwether.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * Reads a rollout from a YAML or JSON file into the form of the control API. It is taken whole or refused whole, with every
 * problem, its line and its fix.
 */
final class RolloutFile {

    private static final Set<String> KEYS = Set.of(
            "id",
            "kind",
            "arms",
            "model",
            "stableVersion",
            "candidateVersion",
            "steps",
            "keyHeader",
            "automatic",
            "guardrails",
            "shadow",
            "target",
            "reason",
            "actor");
    private static final Set<String> SHADOW_KEYS = Set.of("sharePercent", "twinPercent", "comparison");
    private static final Set<String> COMPARISON_KEYS = Set.of("rule", "tolerance", "top", "atLeast");

    /** Result of reading a file. */
    sealed interface Read {

        /** The file describes a rollout; whether it is a legal one is for the gateway to say. */
        record Rollout(ObjectNode body, FilePlaces places) implements Read {}

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
        String content = ((YamlText.Read.Text) read).text();
        try {
            Object tree = new Load(YamlText.settings(file)).loadFromString(content);
            Node root =
                    new Compose(YamlText.settings(file)).composeString(content).orElse(null);
            return root != null && new ObjectMapper().valueToTree(tree) instanceof ObjectNode body
                    ? checked(file, body, root)
                    : new Read.Wrong(file + " holds no rollout; expected keys like model, candidateVersion and steps");
        } catch (YamlEngineException | IllegalArgumentException e) {
            return new Read.Wrong(YamlText.notYaml(file, e));
        }
    }

    /**
     * @param body the file as it stands
     * @param root the same with lines
     */
    private static Read checked(Path file, ObjectNode body, Node root) {
        YamlReading reading = new YamlReading();
        Map<String, Node> entries = reading.known(root, "", KEYS);
        PlainNodes plain = new PlainNodes(reading, entries);
        plain.check(body);
        Node guardrails = entries.get("guardrails");
        if (guardrails != null) {
            body.set("guardrails", new GuardrailNodes(reading).read(guardrails));
        }
        Map<String, Node> shadow = section(reading, entries, "", "shadow", SHADOW_KEYS);
        plain.shadow(shadow, section(reading, shadow, "shadow.", "comparison", COMPARISON_KEYS), body.path("shadow"));
        Node steps = entries.get("steps");
        if (steps != null) {
            body.set("steps", new StepNodes(reading).read(steps));
        }
        new ArmNodes(reading).read(entries, body);
        Node target = entries.get("target");
        if (target != null) {
            body.set("target", new TargetNodes(reading).read(target));
        }
        return reading.refusal(file)
                .<Read>map(Read.Wrong::new)
                .orElseGet(() -> new Read.Rollout(body, new FilePlaces(file, body, root)));
    }

    /** The entries of a part of the file; none if it is not there. */
    private static Map<String, Node> section(
            YamlReading reading, Map<String, Node> entries, String where, String name, Set<String> keys) {
        Node node = entries.get(name);
        return node == null ? Map.of() : reading.known(node, where + name + ".", keys);
    }
}
