package io.bellwether.deploy.chaos;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** What was found, row by row: printed as it comes, and written as one JSON file at the end. */
final class Report {
    private final String name;
    private final Map<String, Map<String, Object>> rows = new LinkedHashMap<>();

    Report(String name) {
        this.name = name;
    }

    void row(String what, Map<String, Object> figures) {
        rows.put(what, new TreeMap<>(figures));
        System.out.println("  " + what + ": " + rows.get(what));
    }

    void write() throws IOException {
        Files.createDirectories(World.OUT);
        var file = World.OUT.resolve(name + ".json");
        new ObjectMapper()
                .writerWithDefaultPrettyPrinter()
                .writeValue(
                        file.toFile(),
                        Map.of(
                                "processors", Runtime.getRuntime().availableProcessors(),
                                "java", System.getProperty("java.version"),
                                "rows", rows));
        System.out.println("written: " + file.toAbsolutePath());
    }

    /** A quantile of the latencies of good answers, in ms, counted from when they were due; 0 without any. */
    static double quantile(Collection<Answer> answers, double share) {
        return quantile(
                answers.stream()
                        .filter(Answer::isOk)
                        .mapToDouble(Answer::latencyMillis)
                        .toArray(),
                share);
    }

    /** The smallest value that at least that share of the values does not exceed; 0 without any. */
    static double quantile(double[] values, double share) {
        if (values.length == 0) {
            return 0;
        }
        var sorted = values.clone();
        Arrays.sort(sorted);
        int rank = Math.max(1, (int) Math.ceil(share * sorted.length));
        return Math.round(sorted[rank - 1] * 100) / 100.0;
    }
}
