package io.bellwether.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Reads kind and arms of a rollout file into the form of the control API. The gateway has the last word about them; here they
 * are checked so that each problem has its line.
 */
final class ArmNodes {

    static final int ARMS_MAX = 4;
    static final String KIND = "ab";

    private static final String VERSION = "version";
    private static final String WEIGHT = "weight";
    private static final String WEIGHT_FIELD = "weightPercent";
    private static final Set<String> KEYS = Set.of(VERSION, WEIGHT, WEIGHT_FIELD);
    private static final Set<String> OF_ONE_CANDIDATE = Set.of("candidateVersion", "steps", "shadow");
    private static final Pattern NUMBER = Pattern.compile("[1-9]\\d{0,17}");
    private static final Pattern PERCENT = Pattern.compile("(\\d{1,3}(?:\\.\\d{1,2})?) ?%?");
    private static final BigDecimal ALL = BigDecimal.valueOf(100);

    private final YamlReading reading;
    private BigDecimal sum = BigDecimal.ZERO;

    ArmNodes(YamlReading reading) {
        this.reading = reading;
    }

    /** Checks the kind of the file and puts its arms into the body; what is wrong with them is noted. */
    void read(Map<String, Node> file, ObjectNode body) {
        Node kind = file.get("kind");
        Node arms = file.get("arms");
        boolean ab = kind != null && YamlReading.text(kind).equals(KIND);
        if (kind != null && !ab) {
            reading.problem(
                    kind,
                    "kind is '" + YamlReading.shown(YamlReading.text(kind)) + "'",
                    "give ab and arms, or leave kind out for one candidate");
        } else if (ab && arms == null) {
            reading.problem(kind, "arms is missing", "list the arms, for instance - {version: 2, weight: 20}");
        }
        if (arms != null && kind == null) {
            reading.problem(arms, "arms are given without a kind", "give kind: ab");
        }
        if (arms == null) {
            return;
        }
        for (String key : OF_ONE_CANDIDATE) {
            Node other = file.get(key);
            if (other != null) {
                reading.problem(
                        other,
                        key + " is given beside arms",
                        key.equals("steps")
                                ? "leave it out: each arm keeps its weight, so that nobody changes the version"
                                : "leave it out: an A/B/n has arms only");
            }
        }
        Node stable = file.get("stableVersion");
        body.set("arms", arms(arms, stable == null ? "" : YamlReading.text(stable)));
    }

    private ArrayNode arms(Node node, String stable) {
        ArrayNode arms = JsonNodeFactory.instance.arrayNode();
        List<Node> all = node instanceof SequenceNode sequence ? sequence.getValue() : List.of();
        if (all.isEmpty() || all.size() > ARMS_MAX) {
            reading.problem(
                    node,
                    node instanceof SequenceNode
                            ? "arms has " + all.size() + " entries, expected 1 to " + ARMS_MAX
                            : "arms is not a list",
                    "give one line for each arm, for instance - {version: 2, weight: 20}");
            return arms;
        }
        Map<String, Integer> lines = new HashMap<>();
        for (int i = 0; i < all.size(); i++) {
            String where = "arms[" + i + "].";
            Map<String, Node> entries = reading.known(all.get(i), where, KEYS);
            ObjectNode arm = arms.addObject();
            version(all.get(i), entries.get(VERSION), where, stable, lines, arm);
            weight(all.get(i), entries, where, arm);
        }
        if (sum.compareTo(ALL) > 0) {
            reading.problem(
                    node,
                    "the arms have " + sum.toPlainString() + " % of the traffic, more than there is",
                    "lower the weights; what is left stays with the stable version");
        }
        return arms;
    }

    private void version(
            Node node, @Nullable Node given, String where, String stable, Map<String, Integer> lines, ObjectNode arm) {
        if (given == null) {
            reading.problem(node, where + "version is missing", "give the number of a version, for instance 2");
            return;
        }
        String version = YamlReading.text(given);
        Integer before = lines.putIfAbsent(version, YamlReading.line(given));
        String what = where + "version is '" + YamlReading.shown(version) + "'";
        if (!NUMBER.matcher(version).matches()) {
            reading.problem(given, what + ", which is not a version", "give the number of a version, for instance 2");
        } else if (before != null) {
            reading.problem(given, what + " like that of line " + before, "name each version once");
        } else if (version.equals(stable)) {
            reading.problem(
                    given, what + ", the stable version itself", "leave it out: it gets the rest of the traffic");
        }
        arm.put(VERSION, version);
    }

    private void weight(Node node, Map<String, Node> entries, String where, ObjectNode arm) {
        Node brief = entries.get(WEIGHT);
        Node full = entries.get(WEIGHT_FIELD);
        Node given = brief == null ? full : brief;
        if (given == null) {
            reading.problem(node, where + "weight is missing", "give a percentage of the traffic, for instance 20");
            return;
        }
        if (brief != null && full != null) {
            reading.problem(full, where + "weight is given twice", "keep weight or weightPercent");
        }
        String text = YamlReading.text(given);
        Matcher matcher = PERCENT.matcher(text);
        BigDecimal weight = matcher.matches() ? new BigDecimal(matcher.group(1)) : BigDecimal.ZERO;
        if (weight.signum() == 0 || weight.compareTo(ALL) > 0) {
            reading.problem(
                    given,
                    where + "weight is '" + YamlReading.shown(text) + "'",
                    "expected a percentage above 0, at most 100, with at most two decimals");
        }
        sum = sum.add(weight);
        arm.put(WEIGHT_FIELD, weight);
    }
}
