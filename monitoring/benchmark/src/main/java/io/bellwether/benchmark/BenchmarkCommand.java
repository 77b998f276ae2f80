package io.bellwether.benchmark;

import io.bellwether.benchmark.judge.Contestant;
import io.bellwether.benchmark.report.Board;
import io.bellwether.benchmark.report.JsonReport;
import io.bellwether.benchmark.report.MarkdownReport;
import io.bellwether.benchmark.report.SvgPlots;
import io.bellwether.benchmark.run.ResultFile;
import io.bellwether.benchmark.run.RolloutResult;
import io.bellwether.benchmark.run.Runner;
import io.bellwether.benchmark.trace.AfterPromotion;
import io.bellwether.benchmark.trace.Scenario;
import io.bellwether.benchmark.trace.Scenarios;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code benchmark}: plays the scenarios to all judges and writes the table and the plots. */
@Command(
        name = "benchmark",
        description =
                "Plays the same traces to all judges. Writes the results of each rollout, and of everything in the"
                        + " folder matrix.md, table.md, table.json, false-rollbacks.svg and detection.svg.",
        mixinStandardHelpOptions = true)
public final class BenchmarkCommand implements Callable<Integer> {
    private static final int EXIT_PROBLEM = 2;
    private static final int EQUAL_RUNS = 2_000;
    private static final int HARMFUL_RUNS = 300;
    private static final int FULL_WEIGHT_SECONDS = 60;

    @Option(names = "--scenario", paramLabel = "NAME", description = "only these; see --list")
    private List<String> names = new ArrayList<>();

    @Option(
            names = "--judge",
            paramLabel = "NAME",
            description = "only these judge, to be quick; their folder holds no others")
    private List<String> judges = new ArrayList<>();

    @Option(
            names = "--runs",
            description = "rollouts of each scenario, instead of " + EQUAL_RUNS + " with equal and " + HARMFUL_RUNS
                    + " with harmful candidates")
    private @Nullable Integer runs;

    @Option(names = "--first-seed", description = "the others follow it [${DEFAULT-VALUE}]", defaultValue = "1")
    private long firstSeed = 1;

    @Option(names = "--threads", description = "how many rollouts at once [${DEFAULT-VALUE}]", defaultValue = "2")
    private int threads = 2;

    @Option(
            names = "--out",
            description = "folder of the results [${DEFAULT-VALUE}]",
            defaultValue = "benchmark-results")
    private Path out = Path.of("benchmark-results");

    @Option(names = "--list", description = "list the scenarios and play none")
    private boolean list;

    @Option(names = "--report", description = "play none, only write table and plots of what is in the folder")
    private boolean reportOnly;

    private final PrintStream console;

    BenchmarkCommand(PrintStream console) {
        this.console = console;
    }

    public static void main(String[] args) {
        System.exit(run(System.out, args));
    }

    /** Runs the command; the exit status: 0 fine, 2 wrong arguments or a folder that cannot be used. */
    static int run(PrintStream console, String... args) {
        return new CommandLine(new BenchmarkCommand(console)).execute(args);
    }

    @Override
    public Integer call() throws InterruptedException {
        if (list) {
            for (Scenario scenario : Scenarios.all()) {
                console.printf("%-14s %s%n", scenario.name(), scenario.title());
            }
            return 0;
        }
        List<Scenario> chosen = new ArrayList<>();
        for (String name : names) {
            Optional<Scenario> scenario = Scenarios.named(name);
            if (scenario.isEmpty()) {
                console.println("no scenario is called " + name + "; --list shows them all");
                return EXIT_PROBLEM;
            }
            chosen.add(scenario.get());
        }
        if ((runs != null && runs < 1) || threads < 1) {
            console.println("--runs and --threads are at least 1");
            return EXIT_PROBLEM;
        }
        List<Contestant> contestants = Contestant.all().stream()
                .filter(contestant -> judges.isEmpty() || judges.contains(contestant.name()))
                .toList();
        if (!judges.isEmpty() && contestants.size() < judges.size()) {
            console.println("--judge takes these names: "
                    + String.join(
                            "; ",
                            Contestant.all().stream().map(Contestant::name).toList()));
            return EXIT_PROBLEM;
        }
        try {
            if (!reportOnly) {
                for (Scenario scenario : chosen.isEmpty() ? Scenarios.all() : chosen) {
                    play(scenario, contestants);
                }
            }
            report();
            return 0;
        } catch (IOException e) {
            console.println("the folder " + out + " cannot be used: " + e.getMessage() + "; name another with --out");
            return EXIT_PROBLEM;
        }
    }

    private void play(Scenario scenario, List<Contestant> contestants) throws IOException, InterruptedException {
        int full = scenario.truth() == Scenario.Truth.EQUAL ? EQUAL_RUNS : HARMFUL_RUNS;
        int count = runs == null ? full : runs;
        long tenth = Math.max(1, count / 10);
        List<RolloutResult> results = new Runner(threads, contestants).run(scenario, firstSeed, count, done -> {
            if (done % tenth == 0) {
                console.printf("%s: %d of %d%n", scenario.name(), done, count);
            }
        });
        Path file = ResultFile.write(out, scenario.name(), firstSeed, results);
        console.printf(
                Locale.ROOT,
                "%s: %s; with all the traffic, after %d s, the candidate's p99 is %,.0f ms%n",
                scenario.name(),
                file,
                FULL_WEIGHT_SECONDS,
                AfterPromotion.p99Millis(scenario, firstSeed, FULL_WEIGHT_SECONDS));
    }

    private void report() throws IOException {
        Board board = new Board(ResultFile.readAll(out));
        Files.writeString(out.resolve("matrix.md"), MarkdownReport.matrix(board));
        Files.writeString(out.resolve("table.md"), MarkdownReport.of(board));
        Files.writeString(out.resolve("table.json"), JsonReport.of(board));
        Files.writeString(out.resolve("false-rollbacks.svg"), SvgPlots.falseRollbacks(board));
        Files.writeString(out.resolve("detection.svg"), SvgPlots.detection(board));
        console.println("table and plots: " + out);
    }
}
