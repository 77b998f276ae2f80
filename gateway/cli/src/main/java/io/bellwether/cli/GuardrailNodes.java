package io.bellwether.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bellwether.cli.Margin.Limits;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Reads the guardrails of a rollout file, named as in the control API, into its form. The gateway has the last word about
 * them; here they are checked so that each problem has its line.
 */
final class GuardrailNodes {
    private static final String WHERE = "guardrails.";
    private static final String WEIGHTS = "weights";
    private static final String SLICES = "slices";
    private static final String OUTCOMES = "outcomes";
    private static final String HORIZON = "horizonSeconds";
    private static final String ON_INCONCLUSIVE = "onInconclusive";
    private static final Pattern SECONDS = Pattern.compile("\\d{1,9}");

    private static final Map<String, Limits> NUMBERS = Stream.concat(
                    Stream.of(
                            Map.entry("alpha", Limits.CHANCE),
                            Map.entry("beta", Limits.CHANCE),
                            Map.entry("slicesWeight", Limits.SLICES),
                            Map.entry("outcomesWeight", Limits.OUTCOMES),
                            Map.entry("objective", Limits.OBJECTIVE),
                            Map.entry(ShadowNode.DISAGREEMENT, Limits.PAIRS),
                            Map.entry(ShadowNode.HARM, Limits.PAIRS_OR_NONE),
                            Map.entry(ShadowNode.SAFE, Limits.PAIRS)),
                    Arrays.stream(Margin.values()).map(margin -> Map.entry(margin.field(), margin.limits())))
            .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

    private static final Set<String> KEYS = Stream.concat(
                    NUMBERS.keySet().stream(),
                    Stream.of(
                            WEIGHTS,
                            HORIZON,
                            ON_INCONCLUSIVE,
                            SLICES,
                            OUTCOMES,
                            ShadowNode.REQUIRED,
                            ScoresNode.ON_MOVED))
            .collect(Collectors.toUnmodifiableSet());

    private final YamlReading reading;
    private final ObjectNode guardrails = JsonNodeFactory.instance.objectNode();

    GuardrailNodes(YamlReading reading) {
        this.reading = reading;
    }

    /** The guardrails; what is wrong with them is noted. */
    ObjectNode read(Node node) {
        Map<String, Node> entries = reading.known(node, WHERE, KEYS);
        entries.forEach((key, value) -> {
            Limits limits = NUMBERS.get(key);
            if (limits != null) {
                guardrails.put(key, reading.number(value, WHERE + key, limits));
            }
        });
        Node safe = entries.get(Margin.ERROR_SAFE.field());
        if (safe != null) {
            ErrorShares.check(safe, WHERE + Margin.ERROR_SAFE.field(), guardrails, reading);
        }
        entries.forEach((key, value) -> {
            switch (key) {
                case WEIGHTS -> weights(value);
                case HORIZON -> horizon(value);
                case ON_INCONCLUSIVE -> policy(value);
                case SLICES -> slices(value);
                case OUTCOMES -> OutcomesNode.readList(value, WHERE + key, guardrails.putArray(OUTCOMES), reading);
                case ScoresNode.ON_MOVED -> ScoresNode.onMoved(value, WHERE + key, guardrails, reading);
                case ShadowNode.REQUIRED -> ShadowNode.required(value, WHERE + key, guardrails, reading);
                default -> {
                    // A number, or noted as unknown.
                }
            }
        });
        return guardrails;
    }

    private void weights(Node node) {
        Set<String> fields = GuardrailsFile.weightFields();
        Map<String, Node> entries = reading.known(node, WHERE + WEIGHTS + ".", fields);
        Map<String, Double> weights = new LinkedHashMap<>();
        entries.forEach((key, value) -> {
            if (fields.contains(key)) {
                weights.put(key, reading.number(value, WHERE + WEIGHTS + "." + key, Limits.WEIGHT));
            }
        });
        if (!weights.isEmpty()) {
            List<String> without = fields.stream()
                    .filter(field -> !weights.containsKey(field))
                    .sorted()
                    .toList();
            WeightSum.check(YamlReading.line(node), weights, without, reading);
        }
        ObjectNode all = guardrails.putObject(WEIGHTS);
        weights.forEach(all::put);
    }

    private void horizon(Node node) {
        String text = YamlReading.text(node);
        int seconds = SECONDS.matcher(text).matches() ? Integer.parseInt(text) : 0;
        if (seconds < GuardrailsFile.HORIZON_SECONDS_MIN || seconds > GuardrailsFile.HORIZON_SECONDS_MAX) {
            reading.problem(
                    node,
                    WHERE + HORIZON + " is '" + YamlReading.shown(text) + "', expected whole seconds from "
                            + GuardrailsFile.HORIZON_SECONDS_MIN + " to " + GuardrailsFile.HORIZON_SECONDS_MAX,
                    "give how long evidence is awaited, for instance 7200, or leave it out for a day");
        }
        guardrails.put(HORIZON, seconds);
    }

    private void policy(Node node) {
        String policy = YamlReading.text(node);
        if (!GuardrailsFile.POLICIES.containsValue(policy)) {
            reading.problem(
                    node,
                    WHERE + ON_INCONCLUSIVE + " is '" + YamlReading.shown(policy) + "'",
                    "expected HOLD (go on waiting), ROLL_BACK, or NEVER_PROMOTE (leave it to a person)");
        }
        guardrails.put(ON_INCONCLUSIVE, policy);
    }

    private void slices(Node node) {
        if (node instanceof SequenceNode list) {
            SlicesNode.read(list, guardrails.putArray(SLICES), reading);
        } else {
            reading.problem(node, WHERE + SLICES + " is not a list", "give a list of {by: tenant, values: [acme]}");
        }
    }
}
