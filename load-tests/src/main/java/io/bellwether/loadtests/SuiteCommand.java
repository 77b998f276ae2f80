package io.bellwether.loadtests;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
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

/** {@code load suite}: throughput beside the engine, overload, and bad input, in one run with one result and its tables. */
@Command(
        name = "suite",
        description = "Measures throughput beside the engine, overload and bad input in one run.",
        mixinStandardHelpOptions = true)
final class SuiteCommand implements Callable<Integer> {
    private static final int ROWS = 32;
    private static final long PATIENCE_MILLIS = 5000;
    private static final int IN_FLIGHT_MAX = 4096;
    private static final int CONNECTIONS = 64;
    private static final double CELL_WARMUP_SECONDS = 0.3;
    private static final double IDLE_SECONDS = 1;
    private static final int SATURATING = 64;
    private static final float POISON = 2e6f;
    private static final int BOMB_ITEMS = 1024;
    private static final double BOMB_RATE = 300;
    private static final long OBJECTIVE_MILLIS = 50;

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
    private List<Part> parts = List.of();

    @Option(
            names = "--models",
            split = ",",
            defaultValue = "tiny,cnn",
            description = "of --repository (${DEFAULT-VALUE})")
    private List<String> models = List.of();

    @Option(names = "--overload-models", split = ",", defaultValue = "tiny,cnn", description = "(${DEFAULT-VALUE})")
    private List<String> overloadModels = List.of();

    @Option(names = "--repository", description = "where the engine and the descriptions come from; default: models")
    private Path repository = Home.folder().resolve("models");

    @Option(names = "--rounds", defaultValue = "3", description = "after one that warms up (${DEFAULT-VALUE})")
    private int rounds;

    @Option(names = "--cell-seconds", defaultValue = "4", description = "(${DEFAULT-VALUE})")
    private double cellSeconds;

    @Option(names = "--overload-seconds", defaultValue = "8", description = "of each load (${DEFAULT-VALUE})")
    private int overloadSeconds;

    @Option(names = "--concurrency", split = ",", defaultValue = "1,8,32,64", description = "(${DEFAULT-VALUE})")
    private List<Integer> concurrencies = List.of();

    @Option(
            names = "--times",
            split = ",",
            defaultValue = "0.3,1.1,1.2,1.4,2",
            description = "the capacity (${DEFAULT-VALUE})")
    private List<Double> times = List.of();

    @Option(
            names = "--objective",
            split = ",",
            defaultValue = "cnn=100",
            description = "ms; else 50 (${DEFAULT-VALUE})")
    private Map<String, Long> objectives = Map.of();

    @Option(names = "--tokens", defaultValue = "16", description = "extent of open dimensions (${DEFAULT-VALUE})")
    private long tokens;

    @Option(
            names = "--peer",
            paramLabel = "NAME=HOST:PORT[/PATH]",
            description = "another server, by REST JSON, instead of the platform; {model} in the path is replaced")
    private Map<String, String> peers = Map.of();

    @Option(names = "--worker", defaultValue = "${env:BELLWETHER_WORKER:-127.0.0.1:8100}", description = "gRPC")
    private String worker = "";

    @Option(
            names = "--worker-management",
            defaultValue = "${env:BELLWETHER_WORKER_MANAGEMENT:-127.0.0.1:8101}",
            description = "metrics (${DEFAULT-VALUE})")
    private String workerManagement = "";

    @Option(
            names = "--gateway-grpc",
            defaultValue = "${env:BELLWETHER_GRPC:-127.0.0.1:8001}",
            description = "(${DEFAULT-VALUE})")
    private String gatewayGrpc = "";

    @Option(
            names = "--gateway-rest",
            defaultValue = "${env:BELLWETHER_REST:-127.0.0.1:8000}",
            description = "(${DEFAULT-VALUE})")
    private String gatewayRest = "";

    @Option(names = "--seed", defaultValue = "1", description = "of rows and schedules (${DEFAULT-VALUE})")
    private long seed;

    @Option(
            names = "--out",
            paramLabel = "FOLDER",
            description = "for run.json and tables.md; default: target/runs/suite")
    private @Nullable Path out;

    private final Ticker ticker = Ticker.SYSTEM;
    private final List<Sender> open = new ArrayList<>();
    private final Map<String, Object> result = new LinkedHashMap<>(Machine.describe());
    private final StringBuilder tables = new StringBuilder();

    @Override
    public Integer call() throws LoadProblem {
        System.setProperty("slf4j.internal.verbosity", "ERROR");
        result.put("command", "suite");
        result.put("seed", seed);
        result.put("rounds", rounds);
        result.put("cellSeconds", cellSeconds);
        result.put("overloadSeconds", overloadSeconds);
        try {
            if (parts.contains(Part.THROUGHPUT)) {
                for (String model : models) {
                    throughput(MeasuredModel.read(repository, model, tokens));
                }
            }
            if (parts.contains(Part.OVERLOAD) && peers.isEmpty()) {
                for (String model : overloadModels) {
                    overload(MeasuredModel.read(repository, model, tokens));
                }
            }
            if (parts.contains(Part.BAD_INPUT) && peers.isEmpty()) {
                badInput();
            }
        } finally {
            // What was measured before a problem is worth keeping too.
            write();
            open.forEach(Sender::close);
        }
        return 0;
    }

    private void throughput(MeasuredModel model) throws LoadProblem {
        Payloads payloads = model.payloads(ROWS, seed);
        Throughput throughput = new Throughput();
        try (RawEngine engine = new RawEngine(ticker, model, payloads)) {
            List<Throughput.Way> ways = new ArrayList<>();
            ways.add(new Throughput.Way(Throughput.ENGINE, List.of(1, 32), engine::run));
            ways.addAll(peers.isEmpty() ? platform(model.name(), payloads) : peers(model.name(), payloads));
            for (int round = 0; round <= rounds; round++) {
                System.out.println(model.name() + (round == 0 ? ": warm-up" : ": round " + round));
                throughput.round(round, ways, cellSeconds);
            }
        }
        result.put(
                "throughput " + model.name(),
                throughput.measured().stream().map(Throughput.Measured::fields).toList());
        say("Throughput of " + model.name(), Markdown.table(Throughput.header(), throughput.table()));
    }

    private List<Throughput.Way> platform(String model, Payloads payloads) throws LoadProblem {
        return List.of(
                way("worker gRPC", sender(model, Scenario.Protocol.GRPC, worker, payloads), payloads),
                way("gateway gRPC", sender(model, Scenario.Protocol.GRPC, gatewayGrpc, payloads), payloads),
                way("gateway binary", sender(model, Scenario.Protocol.BINARY, gatewayRest, payloads), payloads),
                way("gateway JSON", sender(model, Scenario.Protocol.REST, gatewayRest, payloads), payloads),
                // Read and checked wholly, then refused by the gateway itself: no such model.
                way(
                        Throughput.CEILING,
                        sender("no-such-" + model, Scenario.Protocol.REST, gatewayRest, payloads),
                        payloads));
    }

    private List<Throughput.Way> peers(String model, Payloads payloads) throws LoadProblem {
        List<Throughput.Way> ways = new ArrayList<>();
        for (Map.Entry<String, String> peer : peers.entrySet()) {
            String target = peer.getValue().replace("{model}", model);
            ways.add(way(peer.getKey(), sender(model, Scenario.Protocol.REST, target, payloads), payloads));
        }
        return ways;
    }

    private Throughput.Way way(String name, Sender sender, Payloads payloads) {
        return new Throughput.Way(name, concurrencies, (concurrency, seconds) -> loop(sender, payloads)
                .run(concurrency, CELL_WARMUP_SECONDS, seconds));
    }

    private ClosedLoop loop(Sender sender, Rows rows) {
        return new ClosedLoop(ticker, sender, rows, PATIENCE_MILLIS * 1_000_000);
    }

    private void overload(MeasuredModel model) throws LoadProblem {
        Payloads payloads = model.payloads(ROWS, seed);
        long objective = objectives.getOrDefault(model.name(), OBJECTIVE_MILLIS);
        Sender sender = sender(model.name(), Scenario.Protocol.GRPC, gatewayGrpc, payloads);
        loop(sender, payloads).run(SATURATING, 0, cellSeconds);
        double capacity = loop(sender, payloads)
                        .run(SATURATING, CELL_WARMUP_SECONDS, cellSeconds)
                        .count(Outcome.OK)
                / cellSeconds;
        double idle =
                loop(sender, payloads).run(1, CELL_WARMUP_SECONDS, IDLE_SECONDS).millis(50);
        Overload overload = new Overload(
                ticker,
                sender,
                payloads,
                new AtomicBoolean(),
                PATIENCE_MILLIS,
                () -> WorkerWork.read(workerManagement, model.name()));
        List<Overload.Measured> measured = new ArrayList<>();
        for (double load : times) {
            System.out.println(model.name() + ": " + load + " times " + Markdown.number(capacity) + "/s");
            measured.add(overload.run(capacity, load, objective, idle, overloadSeconds, seed));
        }
        result.put("capacity " + model.name(), capacity);
        result.put("idleP50Millis " + model.name(), idle);
        result.put(
                "overload " + model.name(),
                measured.stream().map(Overload.Measured::fields).toList());
        say(
                "Overload of " + model.name() + ": objective " + objective + " ms, capacity "
                        + Markdown.number(capacity) + "/s, idle p50 " + Markdown.number(idle) + " ms",
                Markdown.table(
                        Overload.header(),
                        measured.stream().map(Overload.Measured::row).toList()));
    }

    private void badInput() throws LoadProblem {
        BadInput badInput = new BadInput(ticker);
        Payloads poison = MeasuredModel.read(repository, "poison", tokens)
                .payloads(ROWS, seed)
                .withFirstElement(POISON);
        Map<String, Object> poisoned =
                badInput.poison(sender("poison", Scenario.Protocol.GRPC, gatewayGrpc, poison), poison);
        Payloads small = MeasuredModel.read(repository, "tiny", tokens).payloads(ROWS, seed);
        Map<String, Object> bombed = badInput.bomb(
                sender("tiny", Scenario.Protocol.GRPC, gatewayGrpc, small),
                sender("tiny", Scenario.Protocol.REST, gatewayRest, small),
                small,
                BOMB_RATE,
                overloadSeconds,
                BOMB_ITEMS);
        result.put("poison", poisoned);
        result.put("sizeBomb", bombed);
        say("A poisonous row in a burst of 32", lines(poisoned));
        say("A request of " + BOMB_ITEMS + " rows each second among small ones", lines(bombed));
    }

    private static String lines(Map<String, Object> fields) {
        StringBuilder lines = new StringBuilder();
        fields.forEach((name, value) ->
                lines.append("- ").append(name).append(": ").append(value).append('\n'));
        return lines.toString();
    }

    private Sender sender(String model, Scenario.Protocol protocol, String target, Payloads payloads)
            throws LoadProblem {
        Scenario.Target parsed = Scenario.Target.parse(target);
        parsed.requireLoopback();
        Sender sender = LoadCommand.sender(
                new Scenario(
                        "suite",
                        model,
                        "",
                        protocol,
                        parsed,
                        Arrivals.Pattern.POISSON,
                        List.of(),
                        0,
                        0,
                        seed,
                        IN_FLIGHT_MAX,
                        CONNECTIONS,
                        PATIENCE_MILLIS,
                        "",
                        repository),
                payloads);
        open.add(sender);
        return sender;
    }

    private void say(String title, String text) {
        tables.append("### ").append(title).append("\n\n").append(text).append('\n');
        System.out.println(title + "\n" + text);
    }

    private void write() throws LoadProblem {
        Path folder = out == null ? Home.folder().resolve("target/runs/suite") : out;
        Path file = Results.write(folder, result);
        try {
            Files.writeString(folder.resolve("tables.md"), tables.toString(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new LoadProblem("cannot write the tables to " + folder, e);
        }
        System.out.println("Result: " + file);
    }
}
