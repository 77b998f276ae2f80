package io.bellwether.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.Map;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * Checks what a rollout file says in single words and numbers. The gateway has the last word about them; here they are
 * checked so that each problem has its line.
 */
final class PlainNodes {
    private static final int SHARE_DECIMALS_MAX = 2;
    private static final int TOP_MAX = 1_000;
    private static final BigDecimal ALL = BigDecimal.valueOf(100);
    private static final String QUOTE = "put it into quotes if it is meant as a text, for instance ";

    /** Forms of the texts that are names, as the gateway knows them. */
    private enum Name {
        ID("[A-Za-z0-9][A-Za-z0-9._:-]{0,127}", "1 to 128 characters A-Z a-z 0-9 . _ : -, a letter or digit first"),
        NAME("[A-Za-z0-9][A-Za-z0-9._-]{0,127}", "1 to 128 characters A-Z a-z 0-9 . _ -, a letter or digit first"),
        VERSION("[1-9][0-9]{0,17}", "a whole number from 1 on"),
        HEADER("[A-Za-z0-9-]{0,64}", "the name of a request header, at most 64 characters A-Z a-z 0-9 -"),
        FREE("(?s).*", "a text");

        private final Pattern form;
        private final String words;

        Name(String form, String words) {
            this.form = Pattern.compile(form);
            this.words = words;
        }
    }

    private static final Map<String, Name> TEXTS = Map.of(
            "id", Name.ID,
            "model", Name.NAME,
            "stableVersion", Name.VERSION,
            "candidateVersion", Name.VERSION,
            "keyHeader", Name.HEADER,
            "reason", Name.FREE,
            "actor", Name.FREE);

    private final YamlReading reading;
    private final Map<String, Node> entries;

    /**
     * @param entries of the file
     */
    PlainNodes(YamlReading reading, Map<String, Node> entries) {
        this.reading = reading;
        this.entries = entries;
    }

    /** Notes what is wrong; a version that is written as a number becomes the text that it is. */
    void check(ObjectNode body) {
        entries.forEach((key, node) -> {
            Name name = TEXTS.get(key);
            if (name != null && !body.path(key).isNull()) {
                text(key, node, name, body);
            } else if (key.equals("automatic")
                    && !body.path(key).isNull()
                    && !body.path(key).isBoolean()) {
                wrong(node, key, "give true (monitoring moves the rollout) or false (people do)");
            }
        });
    }

    /** The same of what is said about a shadow, with its comparison. */
    void shadow(Map<String, Node> shadow, Map<String, Node> comparison, JsonNode body) {
        shadow.forEach((key, node) -> {
            if (key.endsWith("Percent") && !isShare(body.path(key))) {
                wrong(node, "shadow." + key, "give a number from 0 to 100 with at most two decimals");
            } else if (key.equals("sharePercent") && body.path(key).asDouble() == 0) {
                wrong(node, "shadow." + key, "give a number above 0, or leave it out for all requests");
            }
        });
        JsonNode given = body.path("comparison");
        comparison.forEach((key, node) -> {
            JsonNode value = given.path(key);
            String name = "shadow.comparison." + key;
            if (key.equals("rule") && !value.asText().matches("TOLERANCE|LABEL|RANKING|COSINE")) {
                wrong(node, name, "expected TOLERANCE, LABEL, RANKING or COSINE");
            } else if (key.equals("tolerance") && !(value.isNumber() && value.asDouble() > 0)) {
                wrong(node, name, "give a number above 0, for instance 0.001");
            } else if (key.equals("top") && !(value.isInt() && value.asInt() >= 1 && value.asInt() <= TOP_MAX)) {
                wrong(node, name, "give a whole number from 1 to " + TOP_MAX);
            } else if (key.equals("atLeast") && !(value.isNumber() && value.asDouble() > 0 && value.asDouble() <= 1)) {
                wrong(node, name, "give a share above 0 and at most 1, for instance 0.8");
            }
        });
    }

    private void text(String key, Node node, Name name, ObjectNode body) {
        String text = YamlReading.text(node);
        boolean version = key.endsWith("Version") && body.path(key).isNumber();
        if (version) {
            body.put(key, text);
        }
        if (!(node instanceof ScalarNode)) {
            wrong(node, key, "give " + name.words);
        } else if (!version && !body.path(key).isTextual()) {
            wrong(node, key, QUOTE + key + ": \"" + YamlReading.shown(text) + "\"");
        } else if (!name.form.matcher(text).matches()) {
            wrong(node, key, "give " + name.words);
        }
    }

    private void wrong(Node node, String name, String fix) {
        String what = node instanceof ScalarNode
                ? " is '" + YamlReading.shown(YamlReading.text(node)) + "'"
                : " is a list or a set of keys";
        reading.problem(node, name + what + ", which cannot be used", fix);
    }

    private static boolean isShare(JsonNode value) {
        if (!value.isNumber() || Double.isInfinite(value.asDouble()) || Double.isNaN(value.asDouble())) {
            return false;
        }
        BigDecimal share = value.decimalValue();
        return share.signum() >= 0
                && share.compareTo(ALL) <= 0
                && share.stripTrailingZeros().scale() <= SHARE_DECIMALS_MAX;
    }
}
