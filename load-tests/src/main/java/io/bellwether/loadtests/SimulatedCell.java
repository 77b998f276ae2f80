package io.bellwether.loadtests;

import io.bellwether.batching.simulation.Outcome;
import io.bellwether.batching.simulation.Result;
import io.bellwether.batching.simulation.Study;
import io.bellwether.batching.simulation.Study.Arrivals;
import io.bellwether.batching.simulation.Study.Policy;
import java.util.ArrayList;
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
 * @param onTime the share on time over the seeds
 * @param times latencies and the use of the device
 */
record SimulatedCell(
        String arrivals, double load, Policy policy, Map<Outcome, Double> shares, Spread onTime, Times times) {
    private static final List<Double> LOADS = List.of(0.3, 0.7, 0.9, 1.1, 1.4);
    private static final List<Double> LOADS_BURSTY = List.of(0.7, 1.1);
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double PERCENT = 100;

    /** Percent on time over the seeds: mean and standard deviation. */
    record Spread(double mean, double deviation) {}

    /** Latencies of what was answered, device time that was for nobody, items of a run. */
    record Times(double p50Millis, double p99Millis, double wastedPercent, double batchMean) {}

    /** One cell from the results of some seeds, each with those of its versions. */
    static SimulatedCell of(String arrivals, double load, Policy policy, List<List<Result>> bySeed) {
        List<Double> onTime = bySeed.stream()
                .map(results -> PERCENT * mean(results, Result::onTimeShare))
                .toList();
        double mean = onTime.stream().mapToDouble(Double::doubleValue).average().orElse(0);
        double square =
                onTime.stream().mapToDouble(one -> (one - mean) * (one - mean)).sum();
        List<Result> all = bySeed.stream().flatMap(List::stream).toList();
        Map<Outcome, Double> shares = new LinkedHashMap<>();
        for (Outcome outcome : Outcome.values()) {
            shares.put(outcome, PERCENT * mean(all, one -> one.count(outcome) / (double) Math.max(1, one.requests())));
        }
        return new SimulatedCell(
                arrivals,
                load,
                policy,
                shares,
                new Spread(mean, onTime.size() < 2 ? 0 : Math.sqrt(square / (onTime.size() - 1))),
                new Times(
                        mean(all, one -> one.latencies().p50Nanos() / NANOS_PER_MILLI),
                        mean(all, one -> one.latencies().p99Nanos() / NANOS_PER_MILLI),
                        PERCENT * mean(all, Result::wastedShare),
                        mean(all, Result::batchItemsMean)));
    }

    private static double mean(List<Result> results, ToDoubleFunction<Result> figure) {
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
        Map<String, List<SimulatedCell>> rows = cells.stream()
                .collect(Collectors.groupingBy(
                        cell -> cell.arrivals() + " " + cell.load(), LinkedHashMap::new, Collectors.toList()));
        List<List<String>> lines = new ArrayList<>();
        rows.forEach((name, row) -> {
            List<String> line = new ArrayList<>(List.of(name));
            row.forEach(cell -> line.add(String.format(
                    Locale.ROOT,
                    "%.1f ± %.1f (%.0f)",
                    cell.onTime().mean(),
                    cell.onTime().deviation(),
                    cell.times().p50Millis())));
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
        fields.put("onTimePercent", onTime.mean());
        fields.put("onTimePercentDeviation", onTime.deviation());
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
