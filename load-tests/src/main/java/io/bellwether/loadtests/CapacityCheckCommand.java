package io.bellwether.loadtests;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code load capacity}: what the platform promises of a model and projects for it, beside what it then does: Poisson
 * arrivals at shares of the sustained rate, up to above it. Each projection is read before its load.
 */
@Command(
        name = "capacity",
        description = "Compares the published capacity of a model, and its projections, with measured loads.",
        mixinStandardHelpOptions = true)
final class CapacityCheckCommand implements Callable<Integer> {
    private static final int ROWS = 32;
    private static final int IN_FLIGHT_MAX = 1000;
    private static final int SATURATING = 64;
    private static final int LEARN_ROUNDS = 3;
    private static final double KEPT = 0.99;

    @Option(names = "--model", defaultValue = "cnn", description = "with one version (${DEFAULT-VALUE})")
    private String model = "";

    @Option(names = "--repository", description = "where its description comes from; default: models")
    private Path repository = Home.folder().resolve("models");

    @Option(
            names = "--shares",
            split = ",",
            defaultValue = "0.5,0.7,0.9,1.0,1.1,1.2",
            description = "of the rate that is said to be sustained (${DEFAULT-VALUE})")
    private List<Double> shares = List.of();

    @Option(names = "--rounds", defaultValue = "3", description = "(${DEFAULT-VALUE})")
    private int rounds;

    @Option(names = "--seconds", defaultValue = "15", description = "of each load (${DEFAULT-VALUE})")
    private int seconds;

    @Option(names = "--learn-seconds", defaultValue = "20", description = "before, for each rate (${DEFAULT-VALUE})")
    private int learnSeconds;

    @Option(names = "--gateway-grpc", defaultValue = "${env:BELLWETHER_GRPC:-127.0.0.1:8001}", description = "gRPC")
    private String gateway = "";

    @Option(
            names = "--control",
            defaultValue = "${env:BELLWETHER_CONTROL:-127.0.0.1:8003}",
            description = "control API (${DEFAULT-VALUE})")
    private String control = "";

    @Option(names = "--seed", defaultValue = "1", description = "of rows and schedules (${DEFAULT-VALUE})")
    private long seed;

    @Option(names = "--out", paramLabel = "FOLDER", description = "for run.json and tables.md; default: target/runs")
    private @Nullable Path out;

    private final Ticker ticker = Ticker.SYSTEM;

    /**
     * One load.
     *
     * @param promise what was said at the start of the round
     * @param said what was said, and projected for its rate, just before it
     */
    record Measured(
            int round,
            double share,
            double rate,
            PublishedCapacity promise,
            PublishedCapacity said,
            Counts counts,
            double seconds) {
        double onTimeShare() {
            return counts.total() == 0 ? 0 : onTime() / (double) counts.total();
        }

        double onTimePerSecond() {
            return onTime() / seconds;
        }

        /** Projected to measured p99. */
        double p99Ratio() {
            return counts.millis(99) == 0 ? 0 : said.p99Millis() / counts.millis(99);
        }

        private long onTime() {
            return counts.within(Math.round(promise.objectiveMillis()));
        }

        List<String> row() {
            return List.of(
                    String.valueOf(round),
                    String.valueOf(share),
                    Markdown.number(rate),
                    Markdown.number(promise.promised()),
                    Markdown.number(promise.sustained()),
                    Markdown.number(onTimePerSecond()),
                    Markdown.percent(said.onTimeShare()),
                    Markdown.percent(onTimeShare()),
                    Markdown.percent(said.utilisation()),
                    Markdown.number(said.p99Millis()),
                    Markdown.number(counts.millis(99)),
                    Markdown.number(p99Ratio()),
                    said.line());
        }

        Map<String, Object> fields() {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("round", round);
            fields.put("shareOfSustained", share);
            fields.put("requestsPerSecond", rate);
            fields.put("promisedRequestsPerSecond", promise.promised());
            fields.put("meanRequestsPerSecond", promise.mean());
            fields.put("sustainedRequestsPerSecond", promise.sustained());
            fields.put("bestItems", promise.bestItems());
            fields.put("latency", said.line());
            fields.put("projectionBasis", said.basis());
            fields.put("projectedP99Millis", said.p99Millis());
            fields.put("projectedOnTimeShare", said.onTimeShare());
            fields.put("projectedUtilisation", said.utilisation());
            fields.put("onTimeShare", onTimeShare());
            fields.put("onTimePerSecond", onTimePerSecond());
            fields.put("p99Ratio", p99Ratio());
            fields.putAll(Results.counts(counts));
            return fields;
        }
    }

    static List<String> header() {
        return List.of(
                "round",
                "of the sustained",
                "asked/s",
                "promised/s",
                "sustained/s",
                "on time/s",
                "on time, projected",
                "on time",
                "busy, projected",
                "p99 ms, projected",
                "p99 ms",
                "ratio",
                "a batch of b takes");
    }

    @Override
    public Integer call() throws LoadProblem {
        Payloads payloads = MeasuredModel.read(repository, model, 1).payloads(ROWS, seed);
        List<Measured> all = new ArrayList<>();
        try (Sender sender = LoadCommand.sender(Scenario.bare(model, Scenario.Protocol.GRPC, gateway), payloads)) {
            new ClosedLoop(ticker, sender, payloads, Scenario.PATIENCE_MILLIS * 1_000_000)
                    .run(SATURATING, 0, learnSeconds);
            PublishedCapacity first = PublishedCapacity.read(control, model, 1);
            for (int i = 1; i <= LEARN_ROUNDS; i++) {
                load(sender, payloads, first, first.promised() * i / LEARN_ROUNDS, learnSeconds, seed + i);
            }
            for (int round = 1; round <= rounds; round++) {
                PublishedCapacity promise = PublishedCapacity.read(control, model, 1);
                for (double share : shares) {
                    double rate = promise.sustained() * share;
                    PublishedCapacity said = PublishedCapacity.read(control, model, rate);
                    Measured measured = new Measured(
                            round,
                            share,
                            rate,
                            promise,
                            said,
                            load(sender, payloads, said, rate, seconds, seed + 100L * round),
                            seconds);
                    all.add(measured);
                    System.out.println(String.join(" | ", measured.row()));
                }
            }
        } finally {
            write(all);
        }
        return 0;
    }

    private Counts load(
            Sender sender, Payloads payloads, PublishedCapacity said, double rate, int loadSeconds, long loadSeed) {
        LoadDriver.Plan plan = new LoadDriver.Plan(
                Arrivals.Pattern.POISSON, rate, 0, loadSeconds, loadSeed, IN_FLIGHT_MAX, Scenario.PATIENCE_MILLIS);
        LoadDriver.Result result = new LoadDriver(ticker, sender, payloads, new AtomicBoolean())
                .run(
                        plan,
                        LoadDriver.dues(plan, payloads, Math.round(said.objectiveMillis())),
                        (second, tally, inFlight) -> {});
        return Tally.sum(result.tally().total());
    }

    /** Medians of the rounds: the promise beside the most that was on time, and p99 by load. */
    static String summary(List<Measured> all, List<Double> shares) {
        StringBuilder text = new StringBuilder();
        List<Double> ratios = new ArrayList<>();
        List<Double> meanRatios = new ArrayList<>();
        List<Double> sustainedRatios = new ArrayList<>();
        List<Double> keptShares = new ArrayList<>();
        for (int round : all.stream().map(Measured::round).distinct().toList()) {
            List<Measured> ofRound =
                    all.stream().filter(one -> one.round() == round).toList();
            double most = ofRound.stream()
                    .mapToDouble(Measured::onTimePerSecond)
                    .max()
                    .orElse(0);
            ratios.add(most == 0 ? 0 : ofRound.get(0).promise().promised() / most);
            meanRatios.add(most == 0 ? 0 : ofRound.get(0).promise().mean() / most);
            sustainedRatios.add(most == 0 ? 0 : ofRound.get(0).promise().sustained() / most);
            keptShares.add(ofRound.stream()
                    .filter(one -> one.onTimeShare() >= KEPT)
                    .mapToDouble(Measured::share)
                    .max()
                    .orElse(0));
        }
        text.append("- promise to the most that was on time: ")
                .append(spread(ratios))
                .append("\n- rate of best batches without a pause to the most that was on time: ")
                .append(spread(meanRatios))
                .append("\n- sustained rate to the most that was on time: ")
                .append(spread(sustainedRatios))
                .append("\n- highest share of the sustained rate with 99 % on time: ")
                .append(spread(keptShares))
                .append('\n');
        for (double share : shares) {
            List<Double> p99 = all.stream()
                    .filter(one -> one.share() == share)
                    .map(Measured::p99Ratio)
                    .toList();
            text.append("- p99 projected to measured at ")
                    .append(share)
                    .append(": ")
                    .append(spread(p99))
                    .append('\n');
        }
        return text.toString();
    }

    private static String spread(List<Double> values) {
        return Markdown.spread(Baseline.Spread.of(
                values.stream().mapToDouble(Double::doubleValue).toArray()));
    }

    private void write(List<Measured> all) throws LoadProblem {
        Map<String, Object> run = new LinkedHashMap<>(Machine.describe());
        run.put("command", "capacity");
        run.put("model", model);
        run.put("seed", seed);
        run.put("rounds", rounds);
        run.put("seconds", seconds);
        run.put("measured", all.stream().map(Measured::fields).toList());
        Path folder = out == null ? Home.folder().resolve("target/runs/capacity") : out;
        String text = all.isEmpty()
                ? ""
                : Markdown.table(header(), all.stream().map(Measured::row).toList()) + "\n" + summary(all, shares);
        Path file = Results.write(folder, run, text);
        System.out.println(text + "Result: " + file);
    }
}
