package io.bellwether.loadtests;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of the subcommands that measure ways in alternating rounds, and their common course. */
final class Rounds {
    @Option(names = "--rounds", defaultValue = "5", description = "rounds (default ${DEFAULT-VALUE})")
    private int rounds;

    @Option(names = "--round-seconds", defaultValue = "5", description = "of each measurement (${DEFAULT-VALUE})")
    private int roundSeconds;

    @Option(names = "--rate", defaultValue = "200", description = "requests per second, open-loop (${DEFAULT-VALUE})")
    private double rate;

    @Option(names = "--seed", defaultValue = "1", description = "of schedules and rows (${DEFAULT-VALUE})")
    private long seed;

    @Option(names = "--scenario", defaultValue = "01", description = "model and samples as in this scenario")
    private String scenario = "01";

    @Option(names = "--model-version", defaultValue = "1", description = "asked for by name (${DEFAULT-VALUE})")
    private String version = "";

    @Option(
            names = "--out",
            paramLabel = "FOLDER",
            description = "where run.json goes; default: target/runs/ and the name of the subcommand")
    private @Nullable Path out;

    @Option(names = "--allow-remote", description = "allow targets that are not this machine")
    private boolean allowRemote;

    /** The scenario that all ways have in common. */
    Scenario scenario() throws LoadProblem {
        return ScenarioFile.read(Home.scenario(scenario), Map.of("version", version, "seed", seed));
    }

    /** A way over the network. */
    Baseline.Way way(String name, Scenario base, Scenario.Protocol protocol, String target, Samples samples)
            throws LoadProblem {
        Scenario.Target parsed = Scenario.Target.parse(target);
        if (!allowRemote) {
            parsed.requireLoopback();
        }
        return new Baseline.Way(
                name, LoadCommand.sender(base.at(protocol, parsed), Payloads.of(samples, base.input())));
    }

    /**
     * Measures, prints and writes the result, also that of the rounds so far when it is stopped.
     *
     * @param command name of the subcommand
     * @param targets where each way leads, for the result
     * @return exit status: 0 when every request was answered
     */
    int measure(String command, Scenario base, Samples samples, List<Baseline.Way> ways, Map<String, String> targets)
            throws LoadProblem {
        AtomicBoolean stop = new AtomicBoolean();
        CountDownLatch written = new CountDownLatch(1);
        LoadCommand.stopOnSignal(stop, written);
        try {
            Baseline baseline = new Baseline(Ticker.SYSTEM, samples, base, stop);
            List<Baseline.Measured> measured =
                    baseline.run(ways, new Baseline.Settings(rounds, roundSeconds, rate), System.out);
            List<Baseline.Summary> summaries = Baseline.summarise(ways, measured);
            summaries.forEach(summary -> System.out.println(summary.text()));
            Map<String, Object> run = new LinkedHashMap<>(Machine.describe());
            run.put("command", command);
            run.put("targets", targets);
            run.put("seed", seed);
            run.put("rounds", rounds);
            run.put("roundSeconds", roundSeconds);
            run.put("requestsPerSecond", rate);
            run.put("stopped", stop.get());
            run.put("scenario", base.fields());
            run.put("summary", summaries.stream().map(Baseline.Summary::fields).toList());
            run.put("measured", measured.stream().map(Baseline.Measured::fields).toList());
            Path folder = out == null ? Home.folder().resolve("target/runs").resolve(command) : out;
            System.out.println("Result: " + Results.write(folder, run));
            return measured.stream().anyMatch(one -> one.counts().failures() > 0) ? 1 : 0;
        } finally {
            written.countDown();
        }
    }
}
