package io.bellwether.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads the steps of a rollout file into the form of the control API. The gateway has the last word about them; here they
 * are checked so that each problem has its line.
 */
final class StepNodes {

    static final int STEPS_MAX = 20;
    static final int BAKE_SECONDS_MAX = 30 * 24 * 3600;

    private static final String WEIGHT = "weight";
    private static final String WEIGHT_FIELD = "weightPercent";
    private static final String BAKE = "bake";
    private static final String BAKE_FIELD = "bakeSecondsMin";
    private static final String REQUESTS = "requests";
    private static final String REQUESTS_FIELD = "requestsMin";
    private static final String GATE = "gate";
    private static final Set<String> KEYS =
            Set.of(WEIGHT, WEIGHT_FIELD, BAKE, BAKE_FIELD, REQUESTS, REQUESTS_FIELD, GATE);
    private static final Set<String> GATES = Set.of("manual", "open");
    private static final Pattern PERCENT = Pattern.compile("(\\d{1,3}(?:\\.\\d{1,2})?) ?%?");
    private static final Pattern WHOLE = Pattern.compile("\\d{1,18}");
    private static final BigDecimal ALL = BigDecimal.valueOf(100);

    private final YamlReading reading;
    private BigDecimal highest = BigDecimal.ZERO;
    private int highestLine;

    StepNodes(YamlReading reading) {
        this.reading = reading;
    }

    /** The steps; what is wrong with them is noted. */
    ArrayNode read(Node node) {
        ArrayNode steps = JsonNodeFactory.instance.arrayNode();
        if (!(node instanceof SequenceNode sequence)) {
            reading.problem(node, "steps is not a list", "give one line for each step, for instance - {weight: 10}");
            return steps;
        }
        List<Node> all = sequence.getValue();
        if (all.isEmpty() || all.size() > STEPS_MAX) {
            reading.problem(
                    node,
                    "steps has " + all.size() + " entries, expected 1 to " + STEPS_MAX,
                    "list the weights from the first to the last");
            return steps;
        }
        for (int i = 0; i < all.size(); i++) {
            step(all.get(i), "steps[" + i + "].", steps.addObject());
        }
        return steps;
    }

    private void step(Node node, String where, ObjectNode step) {
        Map<String, Node> entries = reading.known(node, where, KEYS);
        Optional<Node> weight = either(entries, where, WEIGHT, WEIGHT_FIELD);
        weight.ifPresentOrElse(
                given -> weight(given, where, step),
                () -> reading.problem(
                        node, where + WEIGHT + " is missing", "give a percentage of the traffic, for instance 10"));
        either(entries, where, BAKE, BAKE_FIELD).ifPresent(given -> {
            if (entries.containsKey(BAKE)) {
                bake(given, where, step);
            } else {
                whole(given, where + BAKE_FIELD, BAKE_SECONDS_MAX, BAKE_FIELD, step);
            }
        });
        either(entries, where, REQUESTS, REQUESTS_FIELD)
                .ifPresent(given -> whole(
                        given,
                        where + (entries.containsKey(REQUESTS) ? REQUESTS : REQUESTS_FIELD),
                        Long.MAX_VALUE,
                        REQUESTS_FIELD,
                        step));
        Optional.ofNullable(entries.get(GATE)).ifPresent(given -> gate(given, where, step));
    }

    /** The value of a key that has a short name and the one of the control API. */
    private Optional<Node> either(Map<String, Node> entries, String where, String name, String field) {
        Node brief = entries.get(name);
        Node full = entries.get(field);
        if (brief != null && full != null) {
            String step = where.substring(0, where.length() - 1);
            reading.problem(full, step + " has " + name + " and " + field, "keep one of them");
        }
        return Optional.ofNullable(brief == null ? full : brief);
    }

    private void weight(Node node, String where, ObjectNode step) {
        String text = YamlReading.text(node);
        Matcher matcher = PERCENT.matcher(text);
        String name = where + WEIGHT + " is '" + YamlReading.shown(text) + "'";
        if (!matcher.matches()) {
            reading.problem(
                    node, name + ", which is no percentage", "give a number up to 100 with at most two decimals");
            return;
        }
        BigDecimal weight = new BigDecimal(matcher.group(1));
        step.put(WEIGHT_FIELD, weight);
        if (highest.compareTo(ALL) >= 0) {
            reading.problem(
                    node,
                    where + WEIGHT + " is never reached: line " + highestLine + " gives the candidate all traffic",
                    "leave the step out");
        } else if (weight.signum() == 0 || weight.compareTo(ALL) > 0) {
            reading.problem(node, name + ", expected more than 0 and at most 100", "give a share of the traffic");
        } else if (weight.compareTo(highest) <= 0) {
            reading.problem(
                    node,
                    name + ", not more than the " + highest.toPlainString() + " of line " + highestLine,
                    "let the weights rise from step to step");
        } else {
            highest = weight;
            highestLine = YamlReading.line(node);
        }
    }

    private void bake(Node node, String where, ObjectNode step) {
        String text = YamlReading.text(node);
        try {
            Duration bake = new DurationText().convert(text);
            if (bake.toMillis() % 1_000 == 0 && bake.toSeconds() >= 1 && bake.toSeconds() <= BAKE_SECONDS_MAX) {
                step.put(BAKE_FIELD, bake.toSeconds());
                return;
            }
        } catch (TypeConversionException e) {
            // Said below, with the line.
        }
        reading.problem(
                node,
                where + BAKE + " is '" + YamlReading.shown(text) + "', expected whole seconds from 1s to 720h",
                "give the shortest time in the step, for instance 2m, or leave it out");
    }

    private void whole(Node node, String name, long most, String field, ObjectNode step) {
        String text = YamlReading.text(node);
        if (WHOLE.matcher(text).matches() && Long.parseLong(text) <= most) {
            step.put(field, Long.parseLong(text));
        } else {
            reading.problem(
                    node,
                    name + " is '" + YamlReading.shown(text) + "', expected a whole number from 0 to " + most,
                    "give one, or leave it out");
        }
    }

    private void gate(Node node, String where, ObjectNode step) {
        String gate = YamlReading.text(node).toLowerCase(Locale.ROOT);
        if (GATES.contains(gate)) {
            step.put(GATE, gate.toUpperCase(Locale.ROOT));
        } else {
            reading.problem(
                    node,
                    where + GATE + " is '" + YamlReading.shown(YamlReading.text(node)) + "'",
                    "expected manual (a person lets the rollout pass) or open");
        }
    }
}
