package io.bellwether.loadtests;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Reads a scenario from YAML, and tells all its problems at once. */
final class ScenarioFile {
    private static final Set<String> KEYS = Set.of(
            "description",
            "model",
            "version",
            "tenant",
            "protocol",
            "target",
            "arrivals",
            "rates",
            "warmup_seconds",
            "duration_seconds",
            "seed",
            "in_flight_max",
            "connections",
            "timeout_millis",
            "input",
            "input_file");
    private static final double RATE_MAX = 1_000_000;
    private static final Scenario.Target NO_TARGET = new Scenario.Target("", 0);

    private final Path file;
    private final Map<String, Object> values;
    private final List<String> problems = new ArrayList<>();

    private ScenarioFile(Path file, Map<String, Object> values) {
        this.file = file;
        this.values = values;
    }

    /**
     * @param file the scenario
     * @param overrides replace values of the file, by key
     */
    static Scenario read(Path file, Map<String, Object> overrides) throws LoadProblem {
        Object yaml;
        try {
            yaml = new Load(LoadSettings.builder().setLabel(file.toString()).build())
                    .loadFromString(Files.readString(file, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new LoadProblem("cannot read the scenario " + file, e);
        } catch (YamlEngineException e) {
            throw new LoadProblem("the scenario " + file + " is no YAML: " + e.getMessage(), e);
        }
        if (!(yaml instanceof Map<?, ?> map)) {
            throw new LoadProblem("the scenario " + file + " must be a map of keys and values");
        }
        Map<String, Object> values = new LinkedHashMap<>();
        map.forEach((key, value) -> values.put(String.valueOf(key), value));
        values.putAll(overrides);
        return new ScenarioFile(file, values).scenario();
    }

    private Scenario scenario() throws LoadProblem {
        values.keySet().stream()
                .filter(key -> !KEYS.contains(key))
                .forEach(key -> problems.add("'" + key + "' is no key of a scenario"));
        Scenario.Protocol protocol = choice("protocol", Scenario.Protocol.class, Scenario.Protocol.REST);
        Scenario scenario = new Scenario(
                String.valueOf(file.getFileName()).replaceFirst("\\.ya?ml$", ""),
                text("model", null),
                text("version", ""),
                text("tenant", ""),
                protocol,
                target(protocol),
                choice("arrivals", Arrivals.Pattern.class, Arrivals.Pattern.POISSON),
                rates(),
                integer("warmup_seconds", 0, 0, 3600),
                integer("duration_seconds", 60, 0, 86_400),
                integer("seed", 1, Long.MIN_VALUE, Long.MAX_VALUE),
                (int) integer("in_flight_max", 1024, 1, 100_000),
                (int) integer("connections", 64, 1, 10_000),
                integer("timeout_millis", 2000, 1, 600_000),
                text("input", null),
                inputFile());
        if (!problems.isEmpty()) {
            throw new LoadProblem("the scenario " + file + " has problems:\n  " + String.join("\n  ", problems));
        }
        return scenario;
    }

    private String text(String key, @Nullable String otherwise) {
        Object value = values.get(key);
        if (value != null) {
            return String.valueOf(value);
        }
        if (otherwise == null) {
            problems.add(key + " is missing");
            return "";
        }
        return otherwise;
    }

    private <E extends Enum<E>> E choice(String key, Class<E> type, E otherwise) {
        Object value = values.get(key);
        if (value == null) {
            return otherwise;
        }
        for (E constant : type.getEnumConstants()) {
            if (constant.name().toLowerCase(Locale.ROOT).equals(value)) {
                return constant;
            }
        }
        problems.add(key + " must be one of "
                + List.of(type.getEnumConstants()).toString().toLowerCase(Locale.ROOT) + ", is " + value);
        return otherwise;
    }

    private long integer(String key, long otherwise, long min, long max) {
        Object value = values.getOrDefault(key, otherwise);
        if (value instanceof Integer || value instanceof Long) {
            long number = ((Number) value).longValue();
            if (number >= min && number <= max) {
                return number;
            }
        }
        problems.add(key + " must be an integer from " + min + " to " + max + ", is " + value);
        return otherwise;
    }

    private List<Double> rates() {
        List<Double> rates = new ArrayList<>();
        if (values.get("rates") instanceof List<?> list) {
            for (Object rate : list) {
                if (rate instanceof Number number && number.doubleValue() > 0 && number.doubleValue() <= RATE_MAX) {
                    rates.add(number.doubleValue());
                }
            }
            if (!rates.isEmpty() && rates.size() == list.size()) {
                return rates;
            }
        }
        problems.add("rates must be a list of requests per second, each more than 0 and at most " + (long) RATE_MAX);
        return List.of(1.0);
    }

    private Scenario.Target target(Scenario.Protocol protocol) {
        String text = text("target", protocol.usualTarget(System.getenv()));
        try {
            return Scenario.Target.parse(text);
        } catch (LoadProblem e) {
            problems.add(String.valueOf(e.getMessage()));
            return NO_TARGET;
        }
    }

    /** A relative name in the file counts from the folder of the scenario. */
    private Path inputFile() {
        Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElseThrow();
        return folder.resolve(text("input_file", null)).normalize();
    }
}
