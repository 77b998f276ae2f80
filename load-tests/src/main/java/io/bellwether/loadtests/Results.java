package io.bellwether.loadtests;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The words in which results are written: to {@code run.json} at the end, and as lines while a run goes on. */
final class Results {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Results() {}

    /** Counts, percentiles and accuracy of some requests. */
    static Map<String, Object> counts(Counts counts) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("total", counts.total());
        fields.put("failures", counts.failures());
        Map<String, Object> outcomes = new LinkedHashMap<>();
        counts.outcomes().forEach((outcome, count) -> outcomes.put(outcome.label(), count));
        fields.put("outcomes", outcomes);
        fields.put("p50Millis", counts.millis(50));
        fields.put("p90Millis", counts.millis(90));
        fields.put("p99Millis", counts.millis(99));
        fields.put("p999Millis", counts.millis(99.9));
        fields.put("maxMillis", counts.millis(100));
        if (counts.labelled() > 0) {
            fields.put("labelled", counts.labelled());
            fields.put("correct", counts.correct());
        }
        return fields;
    }

    /** The same for each model version; requests without a known version under {@code none}. */
    static Map<String, Object> byVersion(Map<String, Counts> byVersion) {
        Map<String, Object> fields = new LinkedHashMap<>();
        byVersion.forEach((version, counts) -> fields.put(version.isEmpty() ? "none" : version, counts(counts)));
        return fields;
    }

    /** One stretch at one rate. */
    static Map<String, Object> stretch(double rate, LoadDriver.Result result) {
        Map<String, Counts> byVersion = result.tally().total();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("requestsPerSecond", rate);
        fields.put("seconds", result.seconds());
        fields.put("driverLagMillisMax", result.lagNanosMax() / 1_000_000.0);
        fields.putAll(counts(Tally.sum(byVersion)));
        fields.put("versions", byVersion(byVersion));
        return fields;
    }

    /** A whole run, with where and with what it was measured. */
    static Map<String, Object> run(Scenario scenario, boolean stopped, List<Map<String, Object>> stretches) {
        Map<String, Object> run = new LinkedHashMap<>(Machine.describe());
        run.put("seed", scenario.seed());
        run.put("scenario", scenario.fields());
        run.put("stopped", stopped);
        run.put("stretches", new ArrayList<>(stretches));
        return run;
    }

    static String line(Map<String, Object> fields) {
        try {
            return JSON.writeValueAsString(fields);
        } catch (IOException e) {
            throw new IllegalStateException("plain values are always written", e);
        }
    }

    /** Writes {@code run.json} into a folder, which is made if it is missing. */
    static Path write(Path folder, Map<String, Object> run) throws LoadProblem {
        Path file = folder.resolve("run.json");
        try {
            Files.createDirectories(folder);
            Files.writeString(
                    file, JSON.writer(SerializationFeature.INDENT_OUTPUT).writeValueAsString(run) + "\n");
        } catch (IOException e) {
            throw new LoadProblem("cannot write the result to " + file + "; choose another folder with --out", e);
        }
        return file;
    }

    /** The same, and {@code tables.md} beside it. */
    static Path write(Path folder, Map<String, Object> run, String tables) throws LoadProblem {
        Path file = write(folder, run);
        try {
            Files.writeString(folder.resolve("tables.md"), tables, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new LoadProblem("cannot write the tables to " + folder, e);
        }
        return file;
    }
}
