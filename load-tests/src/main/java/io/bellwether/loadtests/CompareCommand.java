package io.bellwether.loadtests;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code load compare}: what one difference between running platforms costs, for instance telemetry. The same rows go to
 * each in rounds that alternate, and each round gives a ratio of its own.
 */
@Command(
        name = "compare",
        description = "Compares running platforms in alternating rounds of one run.",
        mixinStandardHelpOptions = true)
final class CompareCommand implements Callable<Integer> {
    private static final int WAYS_MIN = 2;

    @Mixin
    private Rounds rounds = new Rounds();

    @Option(
            names = "--way",
            paramLabel = "NAME=HOST:PORT",
            required = true,
            description = "a gateway and a name for it; repeat it, the first is what the others are compared with")
    private Map<String, String> ways = new LinkedHashMap<>();

    @Option(names = "--protocol", defaultValue = "REST", description = "rest or grpc (default ${DEFAULT-VALUE})")
    private Scenario.Protocol protocol = Scenario.Protocol.REST;

    @Override
    public Integer call() throws LoadProblem {
        if (ways.size() < WAYS_MIN) {
            throw new LoadProblem("give two ways to compare, as in --way off=127.0.0.1:9000 --way on=127.0.0.1:8000");
        }
        Scenario base = rounds.scenario();
        Samples samples = Samples.read(base.inputFile());
        List<Baseline.Way> senders = new ArrayList<>();
        try {
            for (Map.Entry<String, String> way : ways.entrySet()) {
                senders.add(rounds.way(way.getKey(), base, protocol, way.getValue(), samples));
            }
            return rounds.measure("compare", base, samples, senders, ways);
        } finally {
            senders.forEach(way -> way.sender().close());
        }
    }
}
