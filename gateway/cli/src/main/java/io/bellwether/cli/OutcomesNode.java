package io.bellwether.cli;

import static io.bellwether.cli.YamlReading.shown;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Reads outcomes, which are numbers that applications tell, with bounds, margin and direction for each, into the form of the
 * control API. A guardrails file has the settings of an outcome by its name; a rollout file has them as the control API has.
 */
final class OutcomesNode {
    private static final int OUTCOMES_MAX = 4;
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_-]{0,31}");

    private final Form form;
    private final ArrayNode into;
    private final YamlReading reading;

    /**
     * How a file writes an outcome.
     *
     * @param least what the lower bound is called there, as {@code most} the upper
     * @param directions those of the control API by what the file calls them
     * @param fix an example
     */
    private record Form(String least, String most, Map<String, String> directions, String fix) {
        static final Form GUARDRAILS = new Form(
                "min",
                "max",
                Map.of("higher", "HIGHER", "lower", "LOWER"),
                "expected for instance revenue: {min: 0, max: 200, margin: 0.5, better: higher}");
        static final Form CONTROL_API = new Form(
                "least",
                "most",
                Map.of("HIGHER", "HIGHER", "LOWER", "LOWER"),
                "expected for instance {name: revenue, least: 0, most: 200, margin: 0.5, better: HIGHER}");
    }

    private OutcomesNode(Form form, ArrayNode into, YamlReading reading) {
        this.form = form;
        this.into = into;
        this.reading = reading;
    }

    /**
     * Writes the outcomes of a guardrails file.
     *
     * @param reading takes note of what is wrong
     */
    static void read(Node node, ArrayNode into, YamlReading reading) {
        OutcomesNode outcomes = new OutcomesNode(Form.GUARDRAILS, into, reading);
        if (node instanceof MappingNode all) {
            Map<String, Node> entries = reading.entries(all, "outcomes.");
            outcomes.limit(all, entries.size());
            entries.forEach((name, settings) -> outcomes.outcome(
                    name,
                    "outcomes." + name + ".",
                    settings,
                    reading.known(settings, "outcomes." + name + ".", Set.of("min", "max", "margin", "better"))));
        } else {
            reading.problem(node, "outcomes is not a set of outcomes", Form.GUARDRAILS.fix());
        }
    }

    /** The same of a rollout file, where they are a list. */
    static void readList(Node node, String where, ArrayNode into, YamlReading reading) {
        OutcomesNode outcomes = new OutcomesNode(Form.CONTROL_API, into, reading);
        if (!(node instanceof SequenceNode all)) {
            reading.problem(node, where + " is not a list", Form.CONTROL_API.fix());
            return;
        }
        outcomes.limit(all, all.getValue().size());
        Set<String> names = new HashSet<>();
        for (int i = 0; i < all.getValue().size(); i++) {
            Node one = all.getValue().get(i);
            String entry = where + "[" + i + "].";
            Map<String, Node> settings = reading.known(one, entry, Set.of("name", "least", "most", "margin", "better"));
            Node name = settings.get("name");
            String text = name == null ? "" : YamlReading.text(name);
            if (!names.add(text)) {
                reading.problem(one, "outcome '" + shown(text) + "' comes twice", "keep one of them");
            }
            outcomes.outcome(text, entry, one, settings);
        }
    }

    private void limit(Node all, int count) {
        if (count > OUTCOMES_MAX) {
            reading.problem(
                    all,
                    count + " outcomes are declared, expected at most " + OUTCOMES_MAX,
                    "declare those that matter most: they share one part of the error budget");
        }
    }

    private void outcome(String name, String where, Node node, Map<String, Node> settings) {
        if (!NAME.matcher(name).matches()) {
            reading.problem(
                    node,
                    "'" + shown(name) + "' is not the name of an outcome",
                    "give 1 to 32 characters a-z 0-9 _ -, a letter first");
            return;
        }
        double least = number(settings.get(form.least()), node, where + form.least());
        double most = number(settings.get(form.most()), node, where + form.most());
        double margin = number(settings.get("margin"), node, where + "margin");
        if (least >= most) {
            reading.problem(
                    node,
                    where + form.least() + " is " + least + ", not below " + form.most() + ", which is " + most,
                    form.fix());
        } else if (margin <= 0 || margin >= most - least) {
            reading.problem(
                    node,
                    where + "margin is " + margin + ", expected above 0 and below the range of " + (most - least),
                    "give how much worse the candidate's mean may be, in the unit of the number");
        }
        into.addObject()
                .put("name", name)
                .put("least", least)
                .put("most", most)
                .put("margin", margin)
                .put("better", direction(settings.get("better"), node, where + "better"));
    }

    private String direction(@Nullable Node direction, Node whole, String name) {
        String text = direction == null ? "" : YamlReading.text(direction);
        String better = form.directions().get(text);
        if (better == null) {
            reading.problem(
                    direction == null ? whole : direction,
                    name + " is '" + shown(text) + "'",
                    "say whether higher or lower is better");
            return "";
        }
        return better;
    }

    /** NaN if it is none, which is noted. */
    private double number(@Nullable Node node, Node whole, String name) {
        String text = node == null ? "" : YamlReading.text(node);
        double value = NumberText.of(text, false);
        if (Double.isNaN(value)) {
            reading.problem(
                    node == null ? whole : node,
                    node == null ? name + " is missing" : name + " is '" + shown(text) + "', which is not a number",
                    form.fix());
        }
        return value;
    }
}
