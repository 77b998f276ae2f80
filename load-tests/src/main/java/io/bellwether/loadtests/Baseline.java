package io.bellwether.loadtests;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.ToDoubleFunction;

/**
 * Measures several ways to one model in alternating rounds, each way first with one request at a time and then at a rate.
 * The order moves by one place each round, so that a slow minute of the machine falls on all ways alike. Ratios are taken
 * within a round, against the first way.
 */
final class Baseline {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    /** A way and its name in results. */
    record Way(String name, Sender sender) {}

    /** How long, and how fast in the open-loop part. */
    record Settings(int rounds, int roundSeconds, double requestsPerSecond) {}

    /** How requests follow each other. */
    enum Mode {
        /** The next when the answer is there. */
        ONE_AT_A_TIME,
        /** By schedule. */
        OPEN_LOOP;

        String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    /** One way in one round and mode. */
    record Measured(String way, Mode mode, int round, double seconds, Counts counts) {
        double p50Millis() {
            return counts.millis(50);
        }

        double p99Millis() {
            return counts.millis(99);
        }

        /** Answers that were good, by second. */
        double requestsPerSecond() {
            return seconds > 0 ? counts.count(Outcome.OK) / seconds : 0;
        }

        Map<String, Object> fields() {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("way", way);
            fields.put("mode", mode.label());
            fields.put("round", round);
            fields.put("seconds", seconds);
            fields.put("requestsPerSecond", requestsPerSecond());
            fields.putAll(Results.counts(counts));
            return fields;
        }
    }

    /** The middle of the rounds, and the least and the most of them. */
    record Spread(double median, double least, double most) {
        static Spread of(double[] values) {
            double[] sorted = values.clone();
            Arrays.sort(sorted);
            int middle = sorted.length / 2;
            double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
            return new Spread(median, sorted[0], sorted[sorted.length - 1]);
        }

        String text() {
            return String.format(Locale.ROOT, "%8.3f [%.3f .. %.3f]", median, least, most);
        }
    }

    /** One round of a way against the same round of the first way. */
    record Ratio(int round, double p50, double p99, double requestsPerSecond) {
        static Ratio of(Measured one, Measured first) {
            return new Ratio(
                    one.round(),
                    one.p50Millis() / first.p50Millis(),
                    one.p99Millis() / first.p99Millis(),
                    one.requestsPerSecond() / first.requestsPerSecond());
        }
    }

    /** One way in one mode, over all rounds; ratios are to the first way. */
    record Summary(String way, String first, Mode mode, List<Measured> rounds, List<Ratio> ratios) {
        String text() {
            return String.format(
                    Locale.ROOT,
                    "%-14s %-14s p50 ms %s  p99 ms %s  ok/s %s  to %s: p50 %s  p99 %s  ok/s %s  failures %d",
                    mode.label(),
                    way,
                    spread(Measured::p50Millis).text(),
                    spread(Measured::p99Millis).text(),
                    spread(Measured::requestsPerSecond).text(),
                    first,
                    ratio(Ratio::p50).text(),
                    ratio(Ratio::p99).text(),
                    ratio(Ratio::requestsPerSecond).text(),
                    failures());
        }

        Map<String, Object> fields() {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("way", way);
            fields.put("mode", mode.label());
            fields.put("p50Millis", spread(Measured::p50Millis));
            fields.put("p99Millis", spread(Measured::p99Millis));
            fields.put("requestsPerSecond", spread(Measured::requestsPerSecond));
            fields.put("ratiosTo", first);
            fields.put("p50Ratio", ratio(Ratio::p50));
            fields.put("p99Ratio", ratio(Ratio::p99));
            fields.put("requestsPerSecondRatio", ratio(Ratio::requestsPerSecond));
            fields.put("ratioByRound", ratios);
            fields.put("failures", failures());
            return fields;
        }

        Spread spread(ToDoubleFunction<Measured> value) {
            return Spread.of(rounds.stream().mapToDouble(value).toArray());
        }

        Spread ratio(ToDoubleFunction<Ratio> value) {
            return Spread.of(ratios.stream().mapToDouble(value).toArray());
        }

        private long failures() {
            return rounds.stream().mapToLong(one -> one.counts().failures()).sum();
        }
    }

    private final Ticker ticker;
    private final Samples samples;
    private final Scenario scenario;
    private final AtomicBoolean stop;

    Baseline(Ticker ticker, Samples samples, Scenario scenario, AtomicBoolean stop) {
        this.ticker = ticker;
        this.samples = samples;
        this.scenario = scenario;
        this.stop = stop;
    }

    /**
     * Runs one round that is thrown away and then the rounds that count.
     *
     * @throws LoadProblem when a way answers nothing: there is nothing to compare then
     */
    List<Measured> run(List<Way> ways, Settings settings, PrintStream out) throws LoadProblem {
        List<Measured> all = new ArrayList<>();
        for (int round = 0; round <= settings.rounds() && !stop.get(); round++) {
            for (int i = 0; i < ways.size(); i++) {
                Way way = ways.get((i + round) % ways.size());
                for (Mode mode : Mode.values()) {
                    Measured one = measure(way, mode, round, settings);
                    if (one.counts().count(Outcome.OK) == 0 && !stop.get()) {
                        throw new LoadProblem(way.name() + " answered nothing but "
                                + Results.counts(one.counts()).get("outcomes")
                                + "; is the platform up? Start it with: deploy/bellwether up");
                    }
                    if (round > 0) {
                        all.add(one);
                    }
                    out.println(String.format(
                            Locale.ROOT,
                            "%s %-14s %-14s p50 %.3f ms  p99 %.3f ms  %d ok  %d failed",
                            round == 0 ? "warm-up" : "round " + round,
                            mode.label(),
                            way.name(),
                            one.p50Millis(),
                            one.counts().millis(99),
                            one.counts().count(Outcome.OK),
                            one.counts().failures()));
                }
            }
        }
        return all;
    }

    private Measured measure(Way way, Mode mode, int round, Settings settings) {
        if (mode == Mode.ONE_AT_A_TIME) {
            long startNanos = ticker.nowNanos();
            Counts counts = oneAtATime(way.sender(), startNanos + settings.roundSeconds() * NANOS_PER_SECOND);
            double seconds = (ticker.nowNanos() - startNanos) / (double) NANOS_PER_SECOND;
            return new Measured(way.name(), mode, round, seconds, counts);
        }
        LoadDriver.Plan plan = new LoadDriver.Plan(
                scenario.pattern(),
                settings.requestsPerSecond(),
                1,
                settings.roundSeconds(),
                scenario.seed() + round,
                scenario.inFlightMax(),
                scenario.timeoutMillis());
        LoadDriver.Result result =
                new LoadDriver(ticker, way.sender(), samples, stop).run(plan, (second, tally, inFlight) -> {});
        return new Measured(
                way.name(),
                mode,
                round,
                result.seconds(),
                Tally.sum(result.tally().total()));
    }

    private Counts oneAtATime(Sender sender, long endNanos) {
        Tally tally = new Tally();
        for (int row = 0; ticker.nowNanos() < endNanos && !stop.get(); row = (row + 1) % samples.rows()) {
            CountDownLatch done = new CountDownLatch(1);
            int label = samples.label(row);
            long startNanos = ticker.nowNanos();
            sender.send(Ask.of(row), answer -> {
                tally.add(answer, ticker.nowNanos() - startNanos, label);
                done.countDown();
            });
            try {
                if (!done.await(scenario.timeoutMillis() + 1000, TimeUnit.MILLISECONDS)) {
                    tally.add(Answer.failed(Outcome.TIMEOUT, ""), 0, -1);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                stop.set(true);
            }
        }
        return Tally.sum(tally.total());
    }

    /** What the rounds say together, in the order of the ways. A way without all rounds of the first is left out. */
    static List<Summary> summarise(List<Way> ways, List<Measured> measured) {
        List<Summary> summaries = new ArrayList<>();
        String firstWay = ways.get(0).name();
        for (Mode mode : Mode.values()) {
            List<Measured> first = of(firstWay, mode, measured);
            for (Way way : ways) {
                List<Measured> rounds = of(way.name(), mode, measured);
                if (rounds.isEmpty() || rounds.size() != first.size()) {
                    continue;
                }
                List<Ratio> ratios = new ArrayList<>();
                for (int i = 0; i < rounds.size(); i++) {
                    ratios.add(Ratio.of(rounds.get(i), first.get(i)));
                }
                summaries.add(new Summary(way.name(), firstWay, mode, rounds, ratios));
            }
        }
        return summaries;
    }

    private static List<Measured> of(String way, Mode mode, List<Measured> measured) {
        return measured.stream()
                .filter(one -> one.way().equals(way) && one.mode() == mode)
                .toList();
    }
}
