package io.bellwether.cli;

import static io.bellwether.cli.YamlReading.shown;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bellwether.cli.Margin.Limits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads a {@code guardrails.yaml}: error budget, margins, floors, weights, horizon, slices, scores and
 * shadow. It is taken whole or refused whole, with every
 * problem, its line and its fix. What it leaves out has its default, which the gateway knows.
 */
final class GuardrailsFile {

    private static final String WEIGHT = "weight";
    private static final String GUARDRAILS = "guardrails";
    private static final String HORIZON = "horizon";
    private static final String ON_INCONCLUSIVE = "on-inconclusive";
    private static final String SLICES = "slices";
    private static final String SLICES_WEIGHT = "slices-weight";
    private static final String SCORES = "scores";
    private static final String SHADOW = "shadow";
    private static final String OBJECTIVE = "objective";
    private static final String OUTCOMES = "outcomes";
    private static final String OUTCOMES_WEIGHT = "outcomes-weight";
    static final int HORIZON_SECONDS_MIN = 60;
    static final int HORIZON_SECONDS_MAX = 30 * 24 * 3600;

    /** By their names here, those of the control API. */
    static final Map<String, String> POLICIES =
            Map.of("hold", "HOLD", "roll-back", "ROLL_BACK", "never-promote", "NEVER_PROMOTE");

    /** Numbers that belong to no guardrail. */
    private static final Map<String, Single> SINGLES = Map.of(
            "alpha",
            new Single("alpha", Limits.CHANCE),
            "beta",
            new Single("beta", Limits.CHANCE),
            SLICES_WEIGHT,
            new Single("slicesWeight", Limits.SLICES),
            OBJECTIVE,
            new Single("objective", Limits.OBJECTIVE),
            OUTCOMES_WEIGHT,
            new Single("outcomesWeight", Limits.OUTCOMES));

    /** A number and its name in the control API. */
    private record Single(String field, Limits limits) {}

    /** What is guarded, in the order of the documentation. */
    private static final Map<String, Guarded> GUARDED = Stream.of(
                    new Guarded(
                            "errors",
                            "errors",
                            Map.of(
                                    "odds", Margin.ERROR_ODDS,
                                    "floor", Margin.ERROR_FLOOR,
                                    "safe", Margin.ERROR_SAFE)),
                    new Guarded(
                            "timeouts",
                            "timeouts",
                            Map.of("ratio", Margin.TIMEOUT_RATIO, "floor", Margin.TIMEOUT_FLOOR)),
                    new Guarded("nan", "nan", Map.of("ratio", Margin.NAN_RATIO, "floor", Margin.NAN_FLOOR)),
                    new Guarded("latency-p50", "latencyP50", Map.of("margin", Margin.LATENCY_P50)),
                    new Guarded("latency-p95", "latencyP95", Map.of("margin", Margin.LATENCY_P95)),
                    new Guarded("latency-p99", "latencyP99", Map.of("margin", Margin.LATENCY_P99)),
                    new Guarded("cost", "cost", Map.of("margin", Margin.COST)),
                    new Guarded("classes", "classes", Map.of("odds", Margin.CLASS_ODDS)))
            .collect(Collectors.toMap(Guarded::name, guarded -> guarded, (a, b) -> a, LinkedHashMap::new));

    private final YamlReading reading = new YamlReading();
    private final Map<String, Double> weights = new LinkedHashMap<>();
    private final ObjectNode body = JsonNodeFactory.instance.objectNode();
    private int firstWeightLine;

    /**
     * One guardrail.
     *
     * @param name in the file
     * @param weightField name of its weight in the control API
     * @param margins its settings besides the weight
     */
    private record Guarded(String name, String weightField, Map<String, Margin> margins) {}

    /** Result of reading a file. */
    sealed interface Read {

        /**
         * The file is right.
         *
         * @param body guardrails in the form of the control API
         */
        record Guardrails(ObjectNode body) implements Read {}

        /** The file is refused; all that is wrong with it, one problem a line. */
        record Wrong(String sentence) implements Read {}
    }

    private GuardrailsFile() {}

    /** Names of the weights in the control API. */
    static Set<String> weightFields() {
        return GUARDED.values().stream().map(Guarded::weightField).collect(Collectors.toUnmodifiableSet());
    }

    static Read read(Path file) {
        return of(file, YamlText.read(file, "guardrails"));
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
            Node root = new Compose(YamlText.settings(file))
                    .composeString(((YamlText.Read.Text) read).text())
                    .orElse(null);
            if (!(root instanceof MappingNode mapping)) {
                return new Read.Wrong(file + " holds no guardrails; expected keys like alpha, beta and guardrails");
            }
            GuardrailsFile guardrails = new GuardrailsFile();
            guardrails.whole(mapping);
            return guardrails
                    .reading
                    .refusal(file)
                    .<Read>map(Read.Wrong::new)
                    .orElseGet(() -> new Read.Guardrails(guardrails.body));
        } catch (YamlEngineException | IllegalArgumentException e) {
            return new Read.Wrong(YamlText.notYaml(file, e));
        }
    }

    private void whole(MappingNode root) {
        reading.entries(root, "").forEach((key, value) -> {
            Single single = SINGLES.get(key);
            if (single != null) {
                number(value, key, single.limits(), single.field());
            } else if (key.equals(SLICES) && value instanceof MappingNode slices) {
                SlicesNode.read(slices, body.putArray(SLICES), reading);
            } else if (key.equals(SLICES)) {
                reading.problem(
                        value, SLICES + " is not a set of slices", "expected for instance tenant: [acme, globex]");
            } else if (key.equals(OUTCOMES)) {
                OutcomesNode.read(value, body.putArray(OUTCOMES), reading);
            } else if (key.equals(SCORES)) {
                ScoresNode.read(value, body, reading);
            } else if (key.equals(SHADOW)) {
                ShadowNode.read(value, body, reading);
            } else if (key.equals(HORIZON)) {
                horizon(value);
            } else if (key.equals(ON_INCONCLUSIVE)) {
                policy(value);
            } else if (!key.equals(GUARDRAILS)) {
                reading.problem(
                        value,
                        "'" + shown(key) + "' is not a known key",
                        "expected one of "
                                + String.join(
                                        ", ",
                                        "alpha",
                                        "beta",
                                        GUARDRAILS,
                                        HORIZON,
                                        OBJECTIVE,
                                        ON_INCONCLUSIVE,
                                        OUTCOMES,
                                        OUTCOMES_WEIGHT,
                                        SCORES,
                                        SHADOW,
                                        SLICES,
                                        SLICES_WEIGHT));
            } else if (value instanceof MappingNode guardrails) {
                reading.entries(guardrails, GUARDRAILS + ".").forEach(this::guarded);
            } else {
                reading.problem(value, GUARDRAILS + " is not a set of guardrails", "expected " + names());
            }
        });
        weights();
    }

    private void horizon(Node node) {
        String text = node instanceof ScalarNode scalar ? scalar.getValue() : "";
        try {
            Duration horizon = new DurationText().convert(text);
            if (horizon.toMillis() % 1_000 == 0
                    && horizon.toSeconds() >= HORIZON_SECONDS_MIN
                    && horizon.toSeconds() <= HORIZON_SECONDS_MAX) {
                body.put("horizonSeconds", (int) horizon.toSeconds());
                return;
            }
        } catch (TypeConversionException e) {
            // Said below, with the line.
        }
        reading.problem(
                node,
                HORIZON + " is '" + shown(text) + "', expected whole seconds from 1m to 720h",
                "give how long evidence is awaited, for instance 2h, or leave it out for a day");
    }

    private void policy(Node node) {
        String text = node instanceof ScalarNode scalar ? scalar.getValue() : "";
        String policy = POLICIES.get(text);
        if (policy == null) {
            reading.problem(
                    node,
                    ON_INCONCLUSIVE + " is '" + shown(text) + "'",
                    "expected hold (go on waiting), roll-back, or never-promote (leave it to a person)");
        } else {
            body.put("onInconclusive", policy);
        }
    }

    private void guarded(String name, Node value) {
        Guarded guarded = GUARDED.get(name);
        if (guarded == null) {
            reading.problem(value, "'" + shown(name) + "' is not a guardrail", "expected one of " + names());
        } else if (!(value instanceof MappingNode settings)) {
            reading.problem(value, name + " is not a set of settings", "expected " + settings(guarded));
        } else {
            Map<String, Node> entries = reading.entries(settings, name + ".");
            entries.forEach((key, setting) -> {
                Margin margin = guarded.margins().get(key);
                if (margin != null) {
                    number(setting, name + "." + key, margin.limits(), margin.field());
                } else if (key.equals(WEIGHT)) {
                    weight(guarded, setting);
                } else {
                    reading.problem(
                            setting,
                            "'" + shown(key) + "' is not a setting of " + name,
                            "expected one of " + settings(guarded));
                }
            });
            Node safe = guarded.margins().containsValue(Margin.ERROR_SAFE) ? entries.get("safe") : null;
            if (safe != null) {
                ErrorShares.check(safe, name + ".safe", body, reading);
            }
        }
    }

    private void weight(Guarded guarded, Node node) {
        firstWeightLine = weights.isEmpty() ? YamlReading.line(node) : firstWeightLine;
        double weight = reading.number(node, guarded.name() + "." + WEIGHT, Limits.WEIGHT);
        weights.put(guarded.weightField(), weight);
    }

    /** All guardrails share one error budget, so a part of the weights says nothing. */
    private void weights() {
        if (weights.isEmpty()) {
            return;
        }
        List<String> without = GUARDED.values().stream()
                .filter(guarded -> !weights.containsKey(guarded.weightField()))
                .map(Guarded::name)
                .toList();
        WeightSum.check(firstWeightLine, weights, without, reading);
        ObjectNode all = body.putObject("weights");
        weights.forEach(all::put);
    }

    private void number(Node node, String name, Limits limits, String field) {
        body.put(field, reading.number(node, name, limits));
    }

    private static String names() {
        return String.join(", ", GUARDED.keySet());
    }

    private static String settings(Guarded guarded) {
        return Stream.concat(guarded.margins().keySet().stream().sorted(), Stream.of(WEIGHT))
                .collect(Collectors.joining(", "));
    }
}
