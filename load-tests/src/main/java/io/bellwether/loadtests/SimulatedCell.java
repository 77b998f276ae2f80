package io.bellwether.loadtests;

import io.bellwether.batching.simulation.Outcome;
import io.bellwether.batching.simulation.Result;
import io.bellwether.batching.simulation.Study;
import io.bellwether.batching.simulation.Study.Arrivals;
import io.bellwether.batching.simulation.Study.Policy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * What one policy made of some arrivals: means over the seeds, and over the versions where there are several.
 *
 * @param load as a multiple of the rate of best batches; requests per second for a trace
 * @param shares percent of the requests by outcome
 * @param onTime percent on time, by seed
 * @param times latencies and the use of the device
 */
record SimulatedCell(
        String arrivals, double load, Policy policy, Map<Outcome, Double> shares, List<Double> onTime, Times times) {
    private static final List<Double> LOADS = List.of(0.3, 0.7, 0.9, 1.1, 1.4);
    private static final List<Double> LOADS_BURSTY = List.of(0.7, 1.1);
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double PERCENT = 100;

    SimulatedCell {
        shares = Collections.unmodifiableMap(new LinkedHashMap<>(shares));
        onTime = List.copyOf(onTime);
    }

    /** Latencies of what was answered, device time that was for nobody, items of a run. */
    record Times(double p50Millis, double p99Millis, double wastedPercent, double batchMean) {}

    /** One cell from the results of some seeds, each with those of its versions. */
    static SimulatedCell of(String arrivals, double load, Policy policy, List<List<Result>> bySeed) {
        List<Double> onTime = bySeed.stream()
                .map(results -> PERCENT * meanOf(results, Result::onTimeShare))
                .toList();
        List<Result> all = bySeed.stream().flatMap(List::stream).toList();
        Map<Outcome, Double> shares = new LinkedHashMap<>();
        for (Outcome outcome : Outcome.values()) {
            shares.put(
                    outcome, PERCENT * meanOf(all, one -> one.count(outcome) / (double) Math.max(1, one.requests())));
        }
        return new SimulatedCell(
                arrivals,
                load,
                policy,
                shares,
                onTime,
                new Times(
                        meanOf(all, one -> one.latencies().p50Nanos() / NANOS_PER_MILLI),
                        meanOf(all, one -> one.latencies().p99Nanos() / NANOS_PER_MILLI),
                        PERCENT * meanOf(all, Result::wastedShare),
                        meanOf(all, Result::batchItemsMean)));
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).average().orElse(0);
    }

    /** Standard deviation; 0 of a single value. */
    private static double deviation(List<Double> values) {
        double mean = mean(values);
        double square =
                values.stream().mapToDouble(one -> (one - mean) * (one - mean)).sum();
        return values.size() < 2 ? 0 : Math.sqrt(square / (values.size() - 1));
    }

    private static SimulatedCell of(Policy policy, List<SimulatedCell> row) {
        return row.stream().filter(cell -> cell.policy() == policy).findFirst().orElseThrow();
    }

    /** How far this is ahead on the same arrivals, in points: the mean over the seeds and its standard error. */
    private String ahead(SimulatedCell other) {
        List<Double> differences = new ArrayList<>();
        for (int i = 0; i < onTime.size(); i++) {
            differences.add(onTime.get(i) - other.onTime.get(i));
        }
        return String.format(
                Locale.ROOT,
                "%+.1f ± %.1f",
                mean(differences),
                deviation(differences) / Math.sqrt(Math.max(1, differences.size())));
    }

    private static double meanOf(List<Result> results, ToDoubleFunction<Result> figure) {
        return results.stream().mapToDouble(figure).average().orElse(0);
    }

    /** Every cell of the design study. */
    static List<SimulatedCell> study(int seeds, int requests) {
        List<SimulatedCell> cells = new ArrayList<>();
        for (Arrivals arrivals : Arrivals.values()) {
            for (double load : arrivals.name().startsWith("BURSTY") ? LOADS_BURSTY : LOADS) {
                for (Policy policy : Policy.values()) {
                    List<List<Result>> results = new ArrayList<>();
                    for (int seed = 1; seed <= seeds; seed++) {
                        results.add(Study.play(policy, arrivals, load, requests, seed));
                    }
                    cells.add(of(words(arrivals.name()), load, policy, results));
                }
            }
        }
        return cells;
    }

    private static String words(String name) {
        return name.toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** A row for each kind and load, a column for each policy: percent on time, its deviation, the p50. */
    static String comparison(List<SimulatedCell> cells) {
        List<String> header = new ArrayList<>(List.of("arrivals, load"));
        for (Policy policy : Policy.values()) {
            header.add(words(policy.name()));
        }
        header.add("ours to early drop");
        Map<String, List<SimulatedCell>> rows = cells.stream()
                .collect(Collectors.groupingBy(
                        cell -> cell.arrivals() + " " + cell.load(), LinkedHashMap::new, Collectors.toList()));
        List<List<String>> lines = new ArrayList<>();
        rows.forEach((name, row) -> {
            List<String> line = new ArrayList<>(List.of(name));
            row.forEach(cell -> line.add(String.format(
                    Locale.ROOT,
                    "%.1f ± %.1f (%.0f)",
                    mean(cell.onTime()),
                    deviation(cell.onTime()),
                    cell.times().p50Millis())));
            line.add(of(Policy.OURS, row).ahead(of(Policy.EARLY_DROP, row)));
            lines.add(line);
        });
        return Markdown.table(header, lines);
    }

    /** A row for each policy with all that is known. */
    static String details(List<SimulatedCell> cells) {
        List<String> header = new ArrayList<>(List.of("policy"));
        for (Outcome outcome : Outcome.values()) {
            header.add(words(outcome.name()) + " %");
        }
        header.addAll(List.of("p50 ms", "p99 ms", "device time for nobody %", "items of a run"));
        return Markdown.table(
                header,
                cells.stream()
                        .map(cell -> {
                            List<String> line =
                                    new ArrayList<>(List.of(words(cell.policy().name())));
                            cell.shares().values().forEach(share -> line.add(Markdown.number(share)));
                            line.add(Markdown.number(cell.times().p50Millis()));
                            line.add(Markdown.number(cell.times().p99Millis()));
                            line.add(Markdown.number(cell.times().wastedPercent()));
                            line.add(Markdown.number(cell.times().batchMean()));
                            return line;
                        })
                        .toList());
    }

    /** As it goes into a result. */
    Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("arrivals", arrivals);
        fields.put("load", load);
        fields.put("policy", words(policy.name()));
        fields.put("onTimePercent", mean(onTime));
        fields.put("onTimePercentBySeed", onTime);
        shares.forEach((outcome, share) -> {
            if (outcome != Outcome.ON_TIME) {
                fields.put(words(outcome.name()) + "Percent", share);
            }
        });
        fields.put("p50Millis", times.p50Millis());
        fields.put("p99Millis", times.p99Millis());
        fields.put("wastedPercent", times.wastedPercent());
        fields.put("batchItemsMean", times.batchMean());
        return fields;
    }
}
