package io.bellwether.loadtests;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

    @Mixin
    private Rounds rounds = new Rounds();

    @Option(names = "--program", description = "the TorchScript file; default: version 1 of the sample model")
    private Path program =
            Home.folder().resolve("../deploy/samples/models/digits/1/model.pt").normalize();

    @Option(
            names = "--worker",
            paramLabel = "HOST:PORT",
            defaultValue = "${env:BELLWETHER_WORKER:-127.0.0.1:8100}",
            description = "worker gRPC (${DEFAULT-VALUE})")
    private String worker = "";

    @Option(
            names = "--gateway-grpc",
            paramLabel = "HOST:PORT",
            defaultValue = "${env:BELLWETHER_GRPC:-127.0.0.1:8001}",
            description = "(${DEFAULT-VALUE})")
    private String gatewayGrpc = "";

    @Option(
            names = "--gateway-rest",
            paramLabel = "HOST:PORT",
            defaultValue = "${env:BELLWETHER_REST:-127.0.0.1:8000}",
            description = "(${DEFAULT-VALUE})")
    private String gatewayRest = "";

    @Override
    public Integer call() throws LoadProblem {
        // The engine logs through SLF4J; this program prints its results and has no log.
        System.setProperty("slf4j.internal.verbosity", "ERROR");
        Scenario base = rounds.scenario();
        Samples samples = Samples.read(base.inputFile());
        Map<String, String> targets = new LinkedHashMap<>();
        targets.put("engine", String.valueOf(program.getFileName()));
        targets.put("worker gRPC", worker);
        targets.put("gateway gRPC", gatewayGrpc);
        targets.put("gateway REST", gatewayRest);
        List<Baseline.Way> ways = new ArrayList<>();
        try {
            ways.add(new Baseline.Way("engine", EngineSender.load(program, samples, CLASSES)));
            ways.add(rounds.way("worker gRPC", base, Scenario.Protocol.GRPC, worker, samples));
            ways.add(rounds.way("gateway gRPC", base, Scenario.Protocol.GRPC, gatewayGrpc, samples));
            ways.add(rounds.way("gateway REST", base, Scenario.Protocol.REST, gatewayRest, samples));
            return rounds.measure("baseline", base, samples, ways, targets);
        } finally {
            ways.forEach(way -> way.sender().close());
        }
    }
}
