package io.bellwether.loadtests;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code load baseline}: what each part of the way costs. In one run, in rounds that alternate, the same rows go to the
 * engine in this process, to the worker, to the gateway by gRPC and to the gateway by REST.
 */
@Command(
        name = "baseline",
        description = "Measures engine, worker, gateway gRPC and gateway REST in alternating rounds of one run.",
        mixinStandardHelpOptions = true)
final class BaselineCommand implements Callable<Integer> {
    private static final int CLASSES = 10;

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

    @Option(names = "--program", description = "the TorchScript file; default: version 1 of the sample model")
    private Path program =
            Home.folder().resolve("../deploy/samples/models/digits/1/model.pt").normalize();

    @Option(
            names = "--worker",
            defaultValue = "127.0.0.1:${env:BELLWETHER_WORKER_GRPC_PORT:-8100}",
            description = "worker gRPC (${DEFAULT-VALUE})")
    private String worker = "";

    @Option(
            names = "--gateway-grpc",
            defaultValue = "127.0.0.1:${env:BELLWETHER_GATEWAY_GRPC_PORT:-8001}",
            description = "(${DEFAULT-VALUE})")
    private String gatewayGrpc = "";

    @Option(
            names = "--gateway-rest",
            defaultValue = "127.0.0.1:${env:BELLWETHER_GATEWAY_HTTP_PORT:-8000}",
            description = "(${DEFAULT-VALUE})")
    private String gatewayRest = "";

    @Option(names = "--model-version", defaultValue = "1", description = "asked of worker and gateway")
    private String version = "";

    @Option(names = "--out", paramLabel = "FOLDER", description = "where run.json goes; default: target/runs/baseline")
    private Path out = Home.folder().resolve("target/runs/baseline");

    @Option(names = "--allow-remote", description = "allow targets that are not this machine")
    private boolean allowRemote;

    @Override
    public Integer call() throws LoadProblem {
        // The engine logs through SLF4J; this program prints its results and has no log.
        System.setProperty("slf4j.internal.verbosity", "ERROR");
        Scenario base = ScenarioFile.read(Home.scenario(scenario), Map.of("version", version, "seed", seed));
        Samples samples = Samples.read(base.inputFile());
        List<Baseline.Way> ways = new ArrayList<>();
        try {
            ways.add(new Baseline.Way("engine", EngineSender.load(program, samples, CLASSES)));
            ways.add(way("worker gRPC", base, Scenario.Protocol.GRPC, worker, samples));
            ways.add(way("gateway gRPC", base, Scenario.Protocol.GRPC, gatewayGrpc, samples));
            ways.add(way("gateway REST", base, Scenario.Protocol.REST, gatewayRest, samples));
            return measure(base, samples, ways);
        } finally {
            ways.forEach(way -> way.sender().close());
        }
    }

    private int measure(Scenario base, Samples samples, List<Baseline.Way> ways) throws LoadProblem {
        AtomicBoolean stop = new AtomicBoolean();
        Baseline baseline = new Baseline(Ticker.SYSTEM, samples, base, stop);
        Baseline.Settings settings = new Baseline.Settings(rounds, roundSeconds, rate);
        List<Baseline.Measured> measured = baseline.run(ways, settings, System.out);
        List<Baseline.Summary> summaries = Baseline.summarise(ways, measured);
        summaries.forEach(summary -> System.out.println(summary.text()));
        Map<String, Object> run = new LinkedHashMap<>(Machine.describe());
        run.put("seed", seed);
        run.put("rounds", rounds);
        run.put("roundSeconds", roundSeconds);
        run.put("requestsPerSecond", rate);
        run.put("scenario", base.fields());
        run.put("summary", summaries.stream().map(Baseline.Summary::fields).toList());
        run.put("measured", measured.stream().map(Baseline.Measured::fields).toList());
        System.out.println("Result: " + Results.write(out, run));
        return measured.stream().anyMatch(one -> one.counts().failures() > 0) ? 1 : 0;
    }

    private Baseline.Way way(String name, Scenario base, Scenario.Protocol protocol, String text, Samples samples)
            throws LoadProblem {
        Scenario.Target target = Scenario.Target.parse(text);
        if (!allowRemote) {
            target.requireLoopback();
        }
        return new Baseline.Way(name, LoadCommand.sender(base.at(protocol, target), samples));
    }
}
