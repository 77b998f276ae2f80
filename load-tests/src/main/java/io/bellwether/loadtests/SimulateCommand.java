package io.bellwether.loadtests;

import io.bellwether.batching.BatchingPolicy;
import io.bellwether.batching.LatencyFit;
import io.bellwether.batching.Priorities;
import io.bellwether.batching.simulation.Request;
import io.bellwether.batching.simulation.Result;
import io.bellwether.batching.simulation.RunTime;
import io.bellwether.batching.simulation.Scenario;
import io.bellwether.batching.simulation.Simulation;
import io.bellwether.batching.simulation.Study.Policy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code load simulate}: batching policies side by side in virtual time, on the arrivals of the design study or on a trace.
 * No platform runs; a run takes what the line and the noise say.
 */
@Command(
        name = "simulate",
        description = "Plays batching policies in virtual time: the table of the design study, or a trace.",
        mixinStandardHelpOptions = true)
final class SimulateCommand implements Callable<Integer> {
    private static final double NANOS_PER_MILLI = 1e6;
    private static final int QUEUE_MAX = 1000;

    @Option(
            names = "--seeds",
            defaultValue = "10",
            description = "runs of each cell, from seed 1 on (${DEFAULT-VALUE})")
    private int seeds;

    @Option(names = "--requests", defaultValue = "12000", description = "of each run (${DEFAULT-VALUE})")
    private int requests;

    @Option(
            names = "--trace",
            paramLabel = "CSV",
            description =
                    "recorded arrivals (" + Trace.HEADER + ") instead of the study's; the next options are for it")
    private @Nullable Path trace;

    @Option(
            names = "--alpha-millis",
            defaultValue = "2.2",
            description = "of a run, whatever its size (${DEFAULT-VALUE})")
    private double alphaMillis;

    @Option(names = "--beta-millis", defaultValue = "0.77", description = "of each item (${DEFAULT-VALUE})")
    private double betaMillis;

    @Option(names = "--sigma", defaultValue = "0.04", description = "noise of runs, as a share (${DEFAULT-VALUE})")
    private double sigma;

    @Option(names = "--slow-share", defaultValue = "0.002", description = "of the runs, slow ones (${DEFAULT-VALUE})")
    private double slowShare;

    @Option(names = "--slow-times", defaultValue = "3", description = "how much longer they take (${DEFAULT-VALUE})")
    private double slowTimes;

    @Option(names = "--batch-max", defaultValue = "64", description = "items of a batch (${DEFAULT-VALUE})")
    private int batchMax;

    @Option(names = "--instances", defaultValue = "1", description = "each on its processor (${DEFAULT-VALUE})")
    private int instances;

    @Option(names = "--objective", defaultValue = "50", paramLabel = "MILLIS", description = "(${DEFAULT-VALUE})")
    private long objectiveMillis;

    @Option(names = "--out", paramLabel = "FOLDER", description = "for run.json and tables.md; default: target/runs")
    private @Nullable Path out;

    @Override
    public Integer call() throws LoadProblem {
        if (seeds < 1 || requests < 1) {
            throw new LoadProblem("--seeds and --requests must be at least 1");
        }
        Map<String, Object> run = new LinkedHashMap<>(Machine.describe());
        run.put("command", "simulate");
        run.put("seeds", "1 to " + seeds);
        List<SimulatedCell> cells;
        if (trace == null) {
            run.put("requests", requests);
            cells = SimulatedCell.study(seeds, requests);
        } else {
            run.put("trace", String.valueOf(trace.getFileName()));
            cells = replay(Trace.read(trace));
        }
        run.put("cells", cells.stream().map(SimulatedCell::fields).toList());
        Path folder = out == null ? Home.folder().resolve("target/runs/simulate") : out;
        String tables = trace == null ? SimulatedCell.comparison(cells) : SimulatedCell.details(cells);
        Path file = Results.write(folder, run);
        try {
            Files.writeString(folder.resolve("tables.md"), tables, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new LoadProblem("cannot write the tables to " + folder + "; choose another folder with --out", e);
        }
        System.out.println(tables + "Result: " + file);
        return 0;
    }

    private List<SimulatedCell> replay(Trace recorded) throws LoadProblem {
        LatencyFit line = LatencyFit.exact(alphaMillis * NANOS_PER_MILLI, betaMillis * NANOS_PER_MILLI, sigma);
        BatchingPolicy limits = limits();
        List<Request> arrivals = recorded.requests(Priorities.DEFAULT, limits.objectiveNanos());
        List<SimulatedCell> cells = new ArrayList<>();
        for (Policy policy : Policy.values()) {
            List<List<Result>> results = new ArrayList<>();
            for (int seed = 1; seed <= seeds; seed++) {
                Scenario.Version version = new Scenario.Version(
                        "trace",
                        policy.on(line, limits, limits.objectiveNanos()),
                        policy.bounds(limits),
                        RunTime.of(line).slow(slowShare, slowTimes),
                        arrivals);
                results.add(Simulation.run(Scenario.of(version, seed)));
            }
            cells.add(SimulatedCell.of("trace", recorded.rate(), policy, results));
        }
        return cells;
    }

    private BatchingPolicy limits() throws LoadProblem {
        if (alphaMillis < 0 || betaMillis < 0 || alphaMillis + betaMillis <= 0 || sigma < 0 || slowShare < 0) {
            throw new LoadProblem(
                    "a run must take some time: --alpha-millis, --beta-millis, --sigma and --slow-share are 0"
                            + " or more, and not both of the first 0");
        }
        try {
            return BatchingPolicy.of(batchMax, QUEUE_MAX, instances, TimeUnit.MILLISECONDS.toNanos(objectiveMillis));
        } catch (IllegalArgumentException e) {
            throw new LoadProblem(
                    "--batch-max, --instances and --objective must be within the planner's limits: " + e.getMessage(),
                    e);
        }
    }
}
