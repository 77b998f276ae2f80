package io.bellwether.gateway.control;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the fields of a JSON object and collects what is wrong with them, as far as a person would read it. */
final class JsonFields {
    /** A body of nothing but wrong fields would else be answered with many times its size. */
    private static final int PROBLEMS_MAX = 20;

    private static final int SHOWN_MAX = 64;

    private final String path;
    private final JsonObject object;
    private final List<String> problems;
    private final Set<String> known = new LinkedHashSet<>();

    private JsonFields(String path, JsonObject object, List<String> problems) {
        this.path = path;
        this.object = object;
        this.problems = problems;
    }

    static JsonFields of(JsonObject object) {
        return new JsonFields("", object, new ArrayList<>());
    }

    List<String> problems() {
        return problems;
    }

    /** Text of a field; empty when absent. */
    String text(String name) {
        return value(name) instanceof String text ? text : absent(name, "a string", "");
    }

    /** Text of a field that must be there. */
    String textRequired(String name) {
        String text = text(name);
        if (text.isEmpty() && !object.containsKey(name)) {
            problem(path + name + " is missing");
        }
        return text;
    }

    boolean flag(String name, boolean otherwise) {
        return value(name) instanceof Boolean flag ? flag : absent(name, "true or false", otherwise);
    }

    /** One of some words; empty when absent. */
    Optional<String> choice(String name, List<String> words) {
        String text = text(name);
        boolean known = words.contains(text);
        if (value(name) instanceof String && !known) {
            problem(path + name + " is '" + shown(text) + "', expected one of " + words);
        }
        return known ? Optional.of(text) : Optional.empty();
    }

    /** Whole number of a field; 0 when absent. */
    long whole(String name) {
        Object value = value(name);
        return value instanceof Integer || value instanceof Long
                ? ((Number) value).longValue()
                : absent(name, "a whole number", 0L);
    }

    /** Number of a field; 0 when absent. */
    double number(String name) {
        return value(name) instanceof Number number ? number.doubleValue() : absent(name, "a number", 0.0);
    }

    /** A percentage with at most two decimals, in hundredths of a percent; 0 when absent. */
    int basisPoints(String name) {
        if (!(value(name) instanceof Number number)) {
            return absent(name, "a number", 0);
        }
        try {
            return new BigDecimal(number.toString()).movePointRight(2).intValueExact();
        } catch (ArithmeticException | NumberFormatException e) {
            // The second is infinity: what no double can hold.
            problem(path + name + " is " + number + ", expected a percentage with at most two decimals");
            return 0;
        }
    }

    /** Strings of an array; none when absent. */
    List<String> texts(String name) {
        List<String> all = new ArrayList<>();
        if (!(value(name) instanceof JsonArray array)) {
            return absent(name, "an array of strings", all);
        }
        for (int i = 0; i < array.size(); i++) {
            if (array.getValue(i) instanceof String text) {
                all.add(text);
            } else {
                problem(path + name + "[" + i + "] is not a string");
            }
        }
        return all;
    }

    /** Objects of an array; none when absent. */
    List<JsonFields> objects(String name) {
        List<JsonFields> all = new ArrayList<>();
        if (!(value(name) instanceof JsonArray array)) {
            return absent(name, "an array of objects", all);
        }
        for (int i = 0; i < array.size(); i++) {
            if (array.getValue(i) instanceof JsonObject one) {
                all.add(new JsonFields(path + name + "[" + i + "].", one, problems));
            } else {
                problem(path + name + "[" + i + "] is not an object");
            }
        }
        return all;
    }

    /** An object; an empty one when absent. */
    JsonFields object(String name) {
        JsonObject found = value(name) instanceof JsonObject one ? one : absent(name, "an object", new JsonObject());
        return new JsonFields(path + name + ".", found, problems);
    }

    /** Whether the field is there; asking makes it known. */
    boolean has(String name) {
        return value(name) != null;
    }

    /** Call last: every field that nobody asked for is a problem. */
    void noMore() {
        for (String name : object.fieldNames()) {
            if (!known.contains(name)) {
                problem(path + shown(name) + " is not a field; expected one of " + known);
            }
        }
    }

    /** Foreign text, short enough for a message and in one line. */
    private static String shown(String text) {
        String start = text.length() <= SHOWN_MAX ? text : text.substring(0, SHOWN_MAX);
        return start.replaceAll("\\p{Cntrl}", "?");
    }

    /** Something is wrong that no single field shows. */
    void problem(String text) {
        if (problems.size() < PROBLEMS_MAX) {
            problems.add(text);
        }
    }

    private @Nullable Object value(String name) {
        known.add(name);
        return object.getValue(name);
    }

    private <T> T absent(String name, String expected, T otherwise) {
        if (object.getValue(name) != null) {
            problem(path + name + " is not " + expected);
        }
        return otherwise;
    }
}
