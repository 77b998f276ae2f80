package io.bellwether.loadtests;

import io.bellwether.protocol.WireNames;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code load}: runs one scenario against a running platform. */
@Command(
        name = "load",
        description = "Runs a load scenario, open-loop, with live progress, and writes its result to run.json.",
        mixinStandardHelpOptions = true,
        subcommands = {
            BaselineCommand.class,
            CompareCommand.class,
            SuiteCommand.class,
            CapacityCheckCommand.class,
            ColdStartCommand.class,
            SoakCommand.class,
            VerdictsCommand.class,
            SimulateCommand.class
        })
public final class LoadCommand implements Callable<Integer> {
    private static final int EXIT_PROBLEM = 2;
    private static final int EXIT_NOTHING_ANSWERED = 1;
    private static final long STOP_SECONDS_MAX = 15;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "SCENARIO",
            description = "a YAML file, or the name of a scenario")
    private @Nullable String scenario;

    @Option(names = "--rate", description = "requests per second, instead of the scenario's rates")
    private @Nullable Double rate;

    @Option(names = "--duration", paramLabel = "SECONDS", description = "counted seconds; 0: until stopped")
    private @Nullable Integer duration;

    @Option(names = "--warmup", paramLabel = "SECONDS", description = "seconds before, not counted")
    private @Nullable Integer warmup;

    @Option(names = "--seed", description = "of the schedule and the rows")
    private @Nullable Long seed;

    @Option(names = "--target", paramLabel = "HOST:PORT", description = "where requests go")
    private @Nullable String target;

    @Option(names = "--protocol", description = "rest or grpc")
    private @Nullable String protocol;

    @Option(names = "--model", description = "the model asked for")
    private @Nullable String model;

    @Option(names = "--model-version", description = "a fixed version, instead of the one that the route gives")
    private @Nullable String version;

    @Option(names = "--tenant", description = "whom requests belong to, in the header " + WireNames.HEADER_TENANT)
    private @Nullable String tenant;

    @Option(names = "--input-file", paramLabel = "CSV", description = "samples: features, the label last")
    private @Nullable Path inputFile;

    @Option(
            names = "--trace",
            paramLabel = "CSV",
            description = "recorded arrivals (" + Trace.HEADER + ") instead of rates and durations")
    private @Nullable Path trace;

    @Option(names = "--out", paramLabel = "FOLDER", description = "where run.json goes; default: target/runs/SCENARIO")
    private @Nullable Path out;

    @Option(names = "--json-lines", description = "one JSON object a second on standard output, instead of text")
    private boolean jsonLines;

    @Option(names = "--allow-remote", description = "allow a target that is not this machine")
    private boolean allowRemote;

    /** Ends the process with 0 when requests were answered, 1 when none was, 2 when the run could not start. */
    public static void main(String[] arguments) {
        CommandLine line = new CommandLine(new LoadCommand());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionExceptionHandler((problem, command, parsed) -> {
            if (problem instanceof LoadProblem) {
                command.getErr().println(problem.getMessage());
                return EXIT_PROBLEM;
            }
            throw problem;
        });
        System.exit(line.execute(arguments));
    }

    @Override
    public Integer call() throws LoadProblem {
        if (scenario == null) {
            throw new LoadProblem("name a scenario, for instance 01-digits-rest-200; --help shows the options");
        }
        Scenario chosen = ScenarioFile.read(Home.scenario(scenario), overrides());
        if (!allowRemote) {
            chosen.target().requireLoopback();
        }
        Samples samples = Samples.read(chosen.inputFile());
        Path folder = out == null ? Home.folder().resolve("target/runs").resolve(chosen.name()) : out;
        AtomicBoolean stop = new AtomicBoolean();
        CountDownLatch written = new CountDownLatch(1);
        stopOnSignal(stop, written);
        try (Sender sender = sender(chosen, Payloads.of(samples, chosen.input()))) {
            return run(chosen, samples, sender, stop, folder);
        } finally {
            written.countDown();
        }
    }

    private int run(Scenario chosen, Samples samples, Sender sender, AtomicBoolean stop, Path folder)
            throws LoadProblem {
        PrintStream lines = System.out;
        PrintStream words = jsonLines ? System.err : System.out;
        words.println(chosen.name() + ": " + chosen.model() + " by " + chosen.protocol() + " at " + chosen.target()
                + ", seed " + chosen.seed());
        LoadDriver driver = new LoadDriver(Ticker.SYSTEM, sender, samples, stop);
        List<Map<String, Object>> stretches = new ArrayList<>();
        long answered = 0;
        Trace recorded = trace == null ? null : Trace.read(trace);
        for (double stretchRate : recorded == null ? chosen.rates() : List.of(recorded.rate())) {
            if (stop.get()) {
                break;
            }
            Progress progress = new Progress(lines, jsonLines, stretchRate);
            LoadDriver.Result result = recorded == null
                    ? driver.run(chosen.plan(stretchRate), progress)
                    : driver.run(replay(chosen, recorded), recorded.dues(samples, chosen.seed()), progress);
            answered += Tally.sum(result.tally().total()).count(Outcome.OK);
            stretches.add(Results.stretch(stretchRate, result));
            words.println(Progress.summary(stretchRate, result));
        }
        Path file = Results.write(folder, Results.run(chosen, stop.get(), stretches));
        words.println("Result: " + file);
        return answered > 0 ? 0 : EXIT_NOTHING_ANSWERED;
    }

    /** All of a trace, without warm-up. */
    private static LoadDriver.Plan replay(Scenario chosen, Trace trace) {
        return new LoadDriver.Plan(
                chosen.pattern(),
                trace.rate(),
                0,
                trace.seconds(),
                chosen.seed(),
                chosen.inFlightMax(),
                chosen.timeoutMillis());
    }

    private Map<String, Object> overrides() {
        Map<String, Object> overrides = new LinkedHashMap<>();
        put(overrides, "rates", rate == null ? null : List.of(rate));
        put(overrides, "duration_seconds", duration);
        put(overrides, "warmup_seconds", warmup);
        put(overrides, "seed", seed);
        put(overrides, "target", target);
        put(overrides, "protocol", protocol);
        put(overrides, "model", model);
        put(overrides, "version", version);
        put(overrides, "tenant", tenant);
        put(
                overrides,
                "input_file",
                inputFile == null ? null : inputFile.toAbsolutePath().toString());
        return overrides;
    }

    private static void put(Map<String, Object> overrides, String key, @Nullable Object value) {
        if (value != null) {
            overrides.put(key, value);
        }
    }

    static Sender sender(Scenario scenario, Payloads payloads) {
        return switch (scenario.protocol()) {
            case REST, BINARY -> new RestSender(scenario, payloads);
            case GRPC -> new GrpcSender(scenario, payloads);
        };
    }

    /** On SIGTERM or Ctrl-C the run ends, its result is written, and then the process ends. */
    static void stopOnSignal(AtomicBoolean stop, CountDownLatch written) {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            stop.set(true);
                            try {
                                if (!written.await(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
                                    System.err.println("the run did not end in time; its result is not written");
                                }
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        },
                        "stop"));
    }
}
