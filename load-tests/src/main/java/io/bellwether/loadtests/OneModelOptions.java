package io.bellwether.loadtests;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Options of what asks one model of a launched platform by REST JSON. */
final class OneModelOptions {
    private static final int ROWS = 32;

    @Option(names = "--model", defaultValue = "tiny", description = "(${DEFAULT-VALUE})")
    private String model = "";

    @Option(names = "--repository", description = "where its description comes from; default: models")
    private Path repository = Home.folder().resolve("models");

    @Option(
            names = "--gateway-rest",
            defaultValue = "${env:BELLWETHER_REST:-127.0.0.1:8000}",
            description = "(${DEFAULT-VALUE})")
    private String gateway = "";

    @Option(
            names = "--processes",
            defaultValue = "${env:BELLWETHER_HOME:-.bellwether}/run",
            description = "folder of the launcher's process ids (${DEFAULT-VALUE})")
    private Path processes = Path.of("");

    @Option(names = "--seed", defaultValue = "1", description = "of rows and schedules (${DEFAULT-VALUE})")
    private long seed;

    String model() {
        return model;
    }

    String gateway() {
        return gateway;
    }

    long seed() {
        return seed;
    }

    /** Rows for the model, drawn by the seed. */
    Payloads payloads() throws LoadProblem {
        return MeasuredModel.read(repository, model, 1).payloads(ROWS, seed);
    }

    Sender sender(Payloads payloads) throws LoadProblem {
        return LoadCommand.sender(Scenario.bare(model, Scenario.Protocol.REST, gateway), payloads);
    }

    /** A process of the launcher, which must run. */
    ProcessHandle process(String name) throws LoadProblem {
        return new LaunchedProcess(processes, name)
                .running()
                .orElseThrow(() -> new LoadProblem("no process " + name + " in " + processes
                        + "; give the folder of the launcher with --processes"));
    }
}
