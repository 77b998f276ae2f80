package io.bellwether.loadtests;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * What several ways to one model reach at several concurrencies, in rounds that alternate. Ratios are taken within a round,
 * to the best of the engine's batch sizes and to the ceiling at the same concurrency.
 */
final class Throughput {
    static final String ENGINE = "engine";
    static final String CEILING = "ceiling";

    private static final String PROCESSOR_MICROS = "processor us an answer";

    /** Measures one cell. */
    interface Cell {
        Counts measure(int concurrency, double seconds) throws LoadProblem;
    }

    /**
     * One way.
     *
     * @param concurrencies requests at once; for the engine rows in a batch
     */
    record Way(String name, List<Integer> concurrencies, Cell cell) {}

    /**
     * One way at one concurrency in one round.
     *
     * @param processorsBusy processors that each process kept busy, on average over the cell
     */
    record Measured(
            String way, int concurrency, int round, double seconds, Counts counts, Map<String, Double> processorsBusy) {
        /** Answers by second. The ceiling refuses all, by itself: its refusals are what is counted. */
        double perSecond() {
            return (way.equals(CEILING) ? counts.count(Outcome.INVALID) : counts.count(Outcome.OK)) / seconds;
        }

        /** Processor time of each process for one answer, in microseconds; empty where nothing was answered. */
        Map<String, Double> processorMicros() {
            Map<String, Double> micros = new LinkedHashMap<>();
            if (perSecond() > 0) {
                processorsBusy.forEach((process, busy) -> micros.put(process, busy * 1e6 / perSecond()));
            }
            return micros;
        }

        Map<String, Object> fields() {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("way", way);
            fields.put("concurrency", concurrency);
            fields.put("round", round);
            fields.put("answersPerSecond", perSecond());
            fields.put("processorMicrosPerAnswer", processorMicros());
            fields.putAll(Results.counts(counts));
            return fields;
        }
    }

    private final List<Measured> measured = new ArrayList<>();
    private final Ticker ticker;
    private final Supplier<Map<String, Long>> processorNanos;

    /**
     * @param processorNanos processor time of each process so far, read around each cell
     */
    Throughput(Ticker ticker, Supplier<Map<String, Long>> processorNanos) {
        this.ticker = ticker;
        this.processorNanos = processorNanos;
    }

    /** Round 0 warms up: each cell once, and none of them counts. */
    void round(int round, List<Way> ways, double seconds) throws LoadProblem {
        for (int i = 0; i < ways.size(); i++) {
            Way way = ways.get((i + round) % ways.size());
            for (int concurrency : way.concurrencies()) {
                Map<String, Long> before = processorNanos.get();
                long beforeNanos = ticker.nowNanos();
                Counts counts = way.cell().measure(concurrency, seconds);
                Measured one = new Measured(
                        way.name(),
                        concurrency,
                        round,
                        seconds,
                        counts,
                        busySince(before, ticker.nowNanos() - beforeNanos));
                if (one.perSecond() == 0) {
                    throw new LoadProblem(way.name() + " at concurrency " + concurrency + " answered nothing but "
                            + Results.counts(one.counts()).get("outcomes"));
                }
                if (round > 0) {
                    measured.add(one);
                }
            }
        }
    }

    private Map<String, Double> busySince(Map<String, Long> before, long wallNanos) {
        Map<String, Double> busy = new LinkedHashMap<>();
        processorNanos.get().forEach((process, used) -> {
            Long earlier = before.get(process);
            if (earlier != null) {
                busy.put(process, (double) (used - earlier) / wallNanos);
            }
        });
        return busy;
    }

    List<Measured> measured() {
        return List.copyOf(measured);
    }

    List<List<String>> table() {
        List<List<String>> rows = new ArrayList<>();
        measured.stream()
                .map(one -> List.of(one.way(), String.valueOf(one.concurrency())))
                .distinct()
                .forEach(key -> {
                    List<Measured> cells = measured.stream()
                            .filter(one -> one.way().equals(key.get(0))
                                    && String.valueOf(one.concurrency()).equals(key.get(1)))
                            .toList();
                    boolean isCeiling = key.get(0).equals(CEILING);
                    rows.add(List.of(
                            key.get(0),
                            key.get(1),
                            spread(cells, Measured::perSecond),
                            isCeiling ? "" : spread(cells, one -> one.counts().millis(50)),
                            isCeiling ? "" : spread(cells, one -> one.counts().millis(99)),
                            ratio(cells, this::engine),
                            ratio(cells, this::ceiling),
                            processorMicros(cells),
                            isCeiling
                                    ? ""
                                    : String.valueOf(cells.stream()
                                            .mapToLong(one -> one.counts().failures())
                                            .sum())));
                });
        return rows;
    }

    static List<String> header() {
        return List.of(
                "way",
                "at once",
                "answers/s",
                "p50 ms",
                "p99 ms",
                "of the engine",
                "of the ceiling",
                PROCESSOR_MICROS,
                "failures");
    }

    private static String spread(List<Measured> cells, ToDoubleFunction<Measured> value) {
        return Markdown.spread(
                Baseline.Spread.of(cells.stream().mapToDouble(value).toArray()));
    }

    private static String processorMicros(List<Measured> cells) {
        return cells.stream()
                .flatMap(one -> one.processorMicros().keySet().stream())
                .distinct()
                .map(process -> process + " "
                        + Markdown.number(Baseline.Spread.of(cells.stream()
                                        .mapToDouble(
                                                one -> one.processorMicros().getOrDefault(process, 0.0))
                                        .toArray())
                                .median()))
                .collect(Collectors.joining(", "));
    }

    private interface Reference {
        Optional<Double> of(Measured one);
    }

    private static String ratio(List<Measured> cells, Reference reference) {
        double[] ratios = cells.stream()
                .flatMap(one -> reference.of(one).map(base -> one.perSecond() / base).stream())
                .mapToDouble(Double::doubleValue)
                .toArray();
        return ratios.length == 0 ? "" : Markdown.spread(Baseline.Spread.of(ratios));
    }

    private Optional<Double> engine(Measured one) {
        return measured.stream()
                .filter(other -> other.way().equals(ENGINE) && other.round() == one.round())
                .map(Measured::perSecond)
                .max(Double::compare);
    }

    private Optional<Double> ceiling(Measured one) {
        return measured.stream()
                .filter(other -> other.way().equals(CEILING)
                        && other.round() == one.round()
                        && other.concurrency() == one.concurrency())
                .map(Measured::perSecond)
                .findFirst();
    }
}
