package io.bellwether.loadtests;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code load soak}: a long steady load by REST JSON, and each minute what each process of the platform holds. */
@Command(
        name = "soak",
        description = "Loads a running platform for long and looks whether its processes grow.",
        mixinStandardHelpOptions = true)
final class SoakCommand implements Callable<Integer> {
    private static final int IN_FLIGHT_MAX = 1000;
    private static final long NANOS_PER_MINUTE = 60_000_000_000L;

    @Mixin
    private OneModelOptions options = new OneModelOptions();

    @Option(names = "--minutes", defaultValue = "60", description = "(${DEFAULT-VALUE})")
    private int minutes;

    @Option(names = "--rate", defaultValue = "500", description = "requests/s (${DEFAULT-VALUE})")
    private double rate;

    @Option(
            names = "--names",
            split = ",",
            defaultValue = "gateway,worker,monitoring",
            description = "processes of the launcher that are looked at (${DEFAULT-VALUE})")
    private List<String> names = List.of();

    @Option(
            names = "--out",
            paramLabel = "FOLDER",
            description = "for run.json and tables.md; default: target/runs/soak")
    private @Nullable Path out;

    private final Soak soak = new Soak();
    private final Ticker ticker = Ticker.SYSTEM;

    @Override
    public Integer call() throws LoadProblem, InterruptedException {
        Payloads payloads = options.payloads();
        look(0);
        AtomicBoolean stop = new AtomicBoolean();
        long startNanos = ticker.nowNanos();
        Thread looking = new Thread(() -> lookEachMinute(startNanos, stop), "look");
        LoadDriver.Result result;
        try (Sender sender = options.sender(payloads)) {
            looking.start();
            LoadDriver.Plan plan = new LoadDriver.Plan(
                    Arrivals.Pattern.POISSON,
                    rate,
                    0,
                    60L * minutes,
                    options.seed(),
                    IN_FLIGHT_MAX,
                    Scenario.PATIENCE_MILLIS);
            result = new LoadDriver(ticker, sender, payloads, stop).run(plan, (second, tally, inFlight) -> {});
        } finally {
            stop.set(true);
            looking.interrupt();
            looking.join();
        }
        write(result);
        return 0;
    }

    /** A process that starts anew meanwhile is another one: what it held is told, the load goes on. */
    private void lookEachMinute(long startNanos, AtomicBoolean stop) {
        for (int minute = 1; !stop.get(); minute++) {
            try {
                long waitNanos = startNanos + minute * NANOS_PER_MINUTE - ticker.nowNanos();
                Thread.sleep(Math.max(0, waitNanos / 1_000_000));
                look(minute);
            } catch (InterruptedException e) {
                return;
            } catch (LoadProblem e) {
                System.out.println("minute " + minute + ": " + e.getMessage());
            }
        }
    }

    private void look(int minute) throws LoadProblem {
        StringBuilder line = new StringBuilder("minute ").append(minute);
        for (String name : names) {
            ProcessMemory memory = ProcessMemory.of(options.process(name));
            soak.add(new Soak.Sample(minute, name, memory));
            line.append("  ")
                    .append(name)
                    .append(" live ")
                    .append(memory.liveBytes() >> 10)
                    .append(" KiB, resident ")
                    .append(memory.residentBytes() >> 20)
                    .append(" MiB");
        }
        System.out.println(line);
    }

    private void write(LoadDriver.Result result) throws LoadProblem {
        Map<String, Object> run = new LinkedHashMap<>(Machine.describe());
        run.put("command", "soak");
        run.put("model", options.model());
        run.put("seed", options.seed());
        run.put("load", Results.stretch(rate, result));
        run.put("samples", soak.samples().stream().map(Soak.Sample::fields).toList());
        String text = Markdown.table(Soak.header(), soak.rows()) + Progress.summary(rate, result) + "\n";
        Path folder = out == null ? Home.folder().resolve("target/runs/soak") : out;
        Path file = Results.write(folder, run, text);
        System.out.println(text + "Result: " + file);
    }
}
