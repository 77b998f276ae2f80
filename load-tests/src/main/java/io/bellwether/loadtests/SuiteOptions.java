package io.bellwether.loadtests;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What {@code load suite} is told. */
final class SuiteOptions {
    /** What can be measured. */
    enum Part {
        THROUGHPUT,
        OVERLOAD,
        BAD_INPUT
    }

    @Option(
            names = "--parts",
            split = ",",
            defaultValue = "THROUGHPUT,OVERLOAD,BAD_INPUT",
            description = "${DEFAULT-VALUE}")
    List<Part> parts = List.of();

    @Option(
            names = "--models",
            split = ",",
            defaultValue = "tiny,cnn",
            description = "of --repository (${DEFAULT-VALUE})")
    List<String> models = List.of();

    @Option(names = "--overload-models", split = ",", defaultValue = "tiny,cnn", description = "(${DEFAULT-VALUE})")
    List<String> overloadModels = List.of();

    @Option(names = "--repository", description = "where the engine and the descriptions come from; default: models")
    Path repository = Home.folder().resolve("models");

    @Option(
            names = "--ways",
            split = ",",
            description = "of THROUGHPUT, besides the engine: worker-grpc, gateway-grpc, gateway-binary, gateway-json,"
                    + " ceiling; default: all")
    List<String> ways = List.of();

    @Option(names = "--rounds", defaultValue = "3", description = "after one that warms up (${DEFAULT-VALUE})")
    int rounds;

    @Option(names = "--cell-seconds", defaultValue = "4", description = "(${DEFAULT-VALUE})")
    double cellSeconds;

    @Option(names = "--overload-seconds", defaultValue = "8", description = "of each load (${DEFAULT-VALUE})")
    int overloadSeconds;

    @Option(names = "--concurrency", split = ",", defaultValue = "1,8,32,64", description = "(${DEFAULT-VALUE})")
    List<Integer> concurrencies = List.of();

    @Option(
            names = "--times",
            split = ",",
            defaultValue = "0.3,1.1,1.2,1.4,2",
            description = "the capacity (${DEFAULT-VALUE})")
    List<Double> times = List.of();

    @Option(
            names = "--objective",
            split = ",",
            defaultValue = "cnn=100",
            description = "ms; else 50 (${DEFAULT-VALUE})")
    Map<String, Long> objectives = Map.of();

    @Option(names = "--tokens", defaultValue = "16", description = "extent of open dimensions (${DEFAULT-VALUE})")
    long tokens;

    @Option(
            names = "--peer",
            paramLabel = "NAME=HOST:PORT[/PATH]",
            description = "another server, by REST JSON, instead of the platform; {model} in the path is replaced")
    Map<String, String> peers = Map.of();

    @Option(names = "--worker", defaultValue = "${env:BELLWETHER_WORKER:-127.0.0.1:8100}", description = "gRPC")
    String worker = "";

    @Option(
            names = "--worker-management",
            defaultValue = "${env:BELLWETHER_WORKER_MANAGEMENT:-127.0.0.1:8101}",
            description = "metrics (${DEFAULT-VALUE})")
    String workerManagement = "";

    @Option(
            names = "--gateway-grpc",
            defaultValue = "${env:BELLWETHER_GRPC:-127.0.0.1:8001}",
            description = "(${DEFAULT-VALUE})")
    String gatewayGrpc = "";

    @Option(
            names = "--gateway-rest",
            defaultValue = "${env:BELLWETHER_REST:-127.0.0.1:8000}",
            description = "(${DEFAULT-VALUE})")
    String gatewayRest = "";

    @Option(
            names = "--processes",
            defaultValue = "${env:BELLWETHER_HOME:-.bellwether}/run",
            description = "folder of the launcher's process ids, for processor time (${DEFAULT-VALUE})")
    Path processes = Path.of("");

    @Option(names = "--seed", defaultValue = "1", description = "of rows and schedules (${DEFAULT-VALUE})")
    long seed;

    @Option(
            names = "--out",
            paramLabel = "FOLDER",
            description = "for run.json and tables.md; default: target/runs/suite")
    @Nullable
    Path out;

    /** Those of these ways that were asked for. */
    List<Throughput.Way> wanted(List<Throughput.Way> all) throws LoadProblem {
        if (ways.isEmpty()) {
            return all;
        }
        List<String> names = all.stream().map(SuiteOptions::name).toList();
        for (String way : ways) {
            if (!names.contains(way)) {
                throw new LoadProblem("no such way: " + way + "; expected some of " + names);
            }
        }
        return all.stream().filter(way -> ways.contains(name(way))).toList();
    }

    private static String name(Throughput.Way way) {
        return way.name().toLowerCase(Locale.ROOT).replace(' ', '-');
    }
}
