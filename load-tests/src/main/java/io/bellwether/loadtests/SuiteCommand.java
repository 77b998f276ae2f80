package io.bellwether.loadtests;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code load suite}: throughput beside the engine, overload, and bad input, in one run with one result and its tables. */
@Command(
        name = "suite",
        description = "Measures throughput beside the engine, overload and bad input in one run.",
        mixinStandardHelpOptions = true)
final class SuiteCommand implements Callable<Integer> {
    private static final int ROWS = 32;
    private static final double CELL_WARMUP_SECONDS = 0.3;
    private static final double IDLE_SECONDS = 1;
    private static final int SATURATING = 64;
    private static final float POISON = 2e6f;
    private static final int BOMB_ITEMS = 1024;
    private static final double BOMB_RATE = 300;
    private static final long OBJECTIVE_MILLIS = 50;

    private static final List<String> PROCESSES = List.of("gateway", "worker", "monitoring", "kafka");

    @Mixin
    private final SuiteOptions options = new SuiteOptions();

    private final Ticker ticker = Ticker.SYSTEM;
    private final List<Sender> open = new ArrayList<>();
    private final Map<String, Object> result = new LinkedHashMap<>(Machine.describe());
    private final StringBuilder tables = new StringBuilder();

    @Override
    public Integer call() throws LoadProblem {
        System.setProperty("slf4j.internal.verbosity", "ERROR");
        result.put("command", "suite");
        result.put("seed", options.seed);
        result.put("rounds", options.rounds);
        result.put("cellSeconds", options.cellSeconds);
        result.put("overloadSeconds", options.overloadSeconds);
        try {
            if (options.parts.contains(SuiteOptions.Part.THROUGHPUT)) {
                for (String model : options.models) {
                    throughput(MeasuredModel.read(options.repository, model, options.tokens));
                }
            }
            if (options.parts.contains(SuiteOptions.Part.OVERLOAD) && options.peers.isEmpty()) {
                for (String model : options.overloadModels) {
                    overload(MeasuredModel.read(options.repository, model, options.tokens));
                }
            }
            if (options.parts.contains(SuiteOptions.Part.BAD_INPUT) && options.peers.isEmpty()) {
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
        Payloads payloads = model.payloads(ROWS, options.seed);
        Throughput throughput = new Throughput(ticker, ProcessorTime.of(options.processes, PROCESSES)::nanos);
        try (RawEngine engine = new RawEngine(ticker, model, payloads)) {
            List<Throughput.Way> ways = new ArrayList<>();
            ways.add(new Throughput.Way(Throughput.ENGINE, List.of(1, 32), engine::run));
            ways.addAll(options.peers.isEmpty() ? platform(model.name(), payloads) : peers(model.name(), payloads));
            for (int round = 0; round <= options.rounds; round++) {
                System.out.println(model.name() + (round == 0 ? ": warm-up" : ": round " + round));
                throughput.round(round, ways, options.cellSeconds);
            }
        }
        result.put(
                "throughput " + model.name(),
                throughput.measured().stream().map(Throughput.Measured::fields).toList());
        say("Throughput of " + model.name(), Markdown.table(Throughput.header(), throughput.table()));
    }

    private List<Throughput.Way> platform(String model, Payloads payloads) throws LoadProblem {
        List<Throughput.Way> all = List.of(
                way("worker gRPC", sender(model, Scenario.Protocol.GRPC, options.worker, payloads), payloads),
                way("gateway gRPC", sender(model, Scenario.Protocol.GRPC, options.gatewayGrpc, payloads), payloads),
                way("gateway binary", sender(model, Scenario.Protocol.BINARY, options.gatewayRest, payloads), payloads),
                way("gateway JSON", sender(model, Scenario.Protocol.REST, options.gatewayRest, payloads), payloads),
                // Read and checked wholly, then refused by the gateway itself: no such model.
                way(
                        Throughput.CEILING,
                        sender("no-such-" + model, Scenario.Protocol.REST, options.gatewayRest, payloads),
                        payloads));
        return options.wanted(all);
    }

    private List<Throughput.Way> peers(String model, Payloads payloads) throws LoadProblem {
        List<Throughput.Way> ways = new ArrayList<>();
        for (Map.Entry<String, String> peer : options.peers.entrySet()) {
            String target = peer.getValue().replace("{model}", model);
            ways.add(way(peer.getKey(), sender(model, Scenario.Protocol.REST, target, payloads), payloads));
        }
        return ways;
    }

    private Throughput.Way way(String name, Sender sender, Payloads payloads) {
        return new Throughput.Way(name, options.concurrencies, (concurrency, seconds) -> loop(sender, payloads)
                .run(concurrency, CELL_WARMUP_SECONDS, seconds));
    }

    private ClosedLoop loop(Sender sender, Rows rows) {
        return new ClosedLoop(ticker, sender, rows, Scenario.PATIENCE_MILLIS * 1_000_000);
    }

    private void overload(MeasuredModel model) throws LoadProblem {
        Payloads payloads = model.payloads(ROWS, options.seed);
        long objective = options.objectives.getOrDefault(model.name(), OBJECTIVE_MILLIS);
        Sender sender = sender(model.name(), Scenario.Protocol.GRPC, options.gatewayGrpc, payloads);
        loop(sender, payloads).run(SATURATING, 0, options.cellSeconds);
        double capacity = loop(sender, payloads)
                        .run(SATURATING, CELL_WARMUP_SECONDS, options.cellSeconds)
                        .count(Outcome.OK)
                / options.cellSeconds;
        double idle =
                loop(sender, payloads).run(1, CELL_WARMUP_SECONDS, IDLE_SECONDS).millis(50);
        Overload overload = new Overload(
                ticker,
                sender,
                payloads,
                new AtomicBoolean(),
                Scenario.PATIENCE_MILLIS,
                () -> WorkerWork.read(options.workerManagement, model.name()));
        List<Overload.Measured> measured = new ArrayList<>();
        for (double load : options.times) {
            System.out.println(model.name() + ": " + load + " times " + Markdown.number(capacity) + "/s");
            measured.add(overload.run(capacity, load, objective, idle, options.overloadSeconds, options.seed));
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
        Payloads poison = MeasuredModel.read(options.repository, "poison", options.tokens)
                .payloads(ROWS, options.seed)
                .withFirstElement(POISON);
        Map<String, Object> poisoned =
                badInput.poison(sender("poison", Scenario.Protocol.GRPC, options.gatewayGrpc, poison), poison);
        Payloads small =
                MeasuredModel.read(options.repository, "tiny", options.tokens).payloads(ROWS, options.seed);
        Map<String, Object> bombed = badInput.bomb(
                sender("tiny", Scenario.Protocol.GRPC, options.gatewayGrpc, small),
                sender("tiny", Scenario.Protocol.REST, options.gatewayRest, small),
                small,
                BOMB_RATE,
                options.overloadSeconds,
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
        Sender sender = LoadCommand.sender(Scenario.bare(model, protocol, target), payloads);
        open.add(sender);
        return sender;
    }

    private void say(String title, String text) {
        tables.append("### ").append(title).append("\n\n").append(text).append('\n');
        System.out.println(title + "\n" + text);
    }

    private void write() throws LoadProblem {
        Path given = options.out;
        Path folder = given == null ? Home.folder().resolve("target/runs/suite") : given;
        Path file = Results.write(folder, result, tables.toString());
        System.out.println("Result: " + file);
    }
}
