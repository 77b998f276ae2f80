package io.bellwether.benchmark.run;

import io.bellwether.benchmark.judge.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Results as lines of semicolon-separated values, so that a long benchmark can be run in pieces. */
public final class ResultFile {
    private static final String HEADER =
            "scenario;seed;judge;verdict;second;candidate_requests;bad_requests;cost_micro_usd;sufficed_second";
    private static final int COLUMNS = 9;
    private static final String SUFFIX = ".csv";

    private ResultFile() {}

    /** Everything that was found in some seeds of one scenario. */
    public static Path write(Path folder, String scenario, long firstSeed, List<RolloutResult> results)
            throws IOException {
        Files.createDirectories(folder);
        Path file = folder.resolve(scenario + "-" + firstSeed + SUFFIX);
        return Files.writeString(file, text(results), StandardCharsets.UTF_8);
    }

    /** The same as text. */
    public static String text(List<RolloutResult> results) {
        StringBuilder out = new StringBuilder(HEADER).append('\n');
        for (RolloutResult result : results) {
            out.append(String.format(
                    Locale.ROOT,
                    "%s;%d;%s;%s;%d;%d;%d;%.3f;%d\n",
                    result.scenario(),
                    result.seed(),
                    result.judge(),
                    result.verdict(),
                    result.second(),
                    result.candidateRequests(),
                    result.badRequests(),
                    result.costMicroUsd(),
                    result.sufficedSecond()));
        }
        return out.toString();
    }

    /**
     * All results of a folder.
     *
     * @throws IOException if a file cannot be read or is not such a file
     */
    public static List<RolloutResult> readAll(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<RolloutResult> all = new ArrayList<>();
            files.filter(file -> file.toString().endsWith(SUFFIX)).sorted().forEach(file -> all.addAll(read(file)));
            return all;
        } catch (UncheckedIOException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static List<RolloutResult> read(Path file) {
        try {
            List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
            if (lines.isEmpty() || !lines.get(0).equals(HEADER)) {
                throw new UncheckedIOException(new IOException(file + " does not begin with the line " + HEADER
                        + ": it is no file of this benchmark, or of another version; remove it"));
            }
            return lines.stream()
                    .skip(1)
                    .map(line -> parse(file, line.split(";", -1)))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RolloutResult parse(Path file, String[] cells) {
        if (cells.length != COLUMNS) {
            throw new UncheckedIOException(new IOException(
                    file + " has a line with " + cells.length + " values instead of " + COLUMNS + "; write it anew"));
        }
        return new RolloutResult(
                cells[0],
                Long.parseLong(cells[1]),
                cells[2],
                Verdict.valueOf(cells[3]),
                Long.parseLong(cells[4]),
                Long.parseLong(cells[5]),
                Long.parseLong(cells[6]),
                Double.parseDouble(cells[7]),
                Long.parseLong(cells[8]));
    }
}
