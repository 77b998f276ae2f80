package io.bellwether.loadtests;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code load cold}: ends processes of a running platform, one after the other, whose launcher starts them again, and
 * compares the first requests to the new process with later ones. All go by REST JSON through the gateway.
 */
@Command(
        name = "cold",
        description = "Compares the first requests after a start of worker and gateway with later ones.",
        mixinStandardHelpOptions = true)
final class ColdStartCommand implements Callable<Integer> {
    private static final long END_SECONDS_MAX = 20;
    private static final long READY_NANOS_MAX = 90_000_000_000L;
    private static final long LOOK_NANOS = 20_000_000L;

    @Mixin
    private OneModelOptions options = new OneModelOptions();

    @Option(
            names = "--restart",
            split = ",",
            defaultValue = "worker,gateway",
            description = "processes of the launcher, one after the other (${DEFAULT-VALUE})")
    private List<String> restart = List.of();

    @Option(
            names = "--rounds",
            defaultValue = "3",
            description = "the launcher allows three in five minutes (${DEFAULT-VALUE})")
    private int rounds;

    @Option(names = "--rate", defaultValue = "200", description = "requests/s (${DEFAULT-VALUE})")
    private double rate;

    @Option(names = "--first", defaultValue = "1000", description = "requests after ready (${DEFAULT-VALUE})")
    private int first;

    @Option(names = "--soak-seconds", defaultValue = "20", description = "until it counts as steady (${DEFAULT-VALUE})")
    private double soakSeconds;

    @Option(
            names = "--worker-management",
            defaultValue = "${env:BELLWETHER_WORKER_MANAGEMENT:-127.0.0.1:8101}",
            description = "health (${DEFAULT-VALUE})")
    private String workerManagement = "";

    @Option(
            names = "--out",
            paramLabel = "FOLDER",
            description = "for run.json and tables.md; default: target/runs/cold")
    private @Nullable Path out;

    private final Ticker ticker = Ticker.SYSTEM;

    @Override
    public Integer call() throws LoadProblem {
        Payloads payloads = options.payloads();
        List<ColdStart.Measured> all = new ArrayList<>();
        try (Sender sender = options.sender(payloads)) {
            ColdStart cold = new ColdStart(
                    ticker, sender, payloads, new ColdStart.Load(rate, first, soakSeconds, options.seed()));
            cold.soak(0);
            for (int round = 1; round <= rounds; round++) {
                for (String process : restart) {
                    ColdStart.Measured measured = cold.measure(round, process, () -> startAnew(process));
                    all.add(measured);
                    System.out.println(String.join(" | ", measured.row()));
                }
            }
        } finally {
            write(all);
        }
        return 0;
    }

    private double startAnew(String name) throws LoadProblem {
        ProcessHandle old = options.process(name);
        boolean unused = old.destroyForcibly();
        try {
            old.onExit().get(END_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LoadProblem("stopped while " + name + " ended", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new LoadProblem(name + " does not end", e);
        }
        long endedNanos = ticker.nowNanos();
        awaitReady(URI.create("http://" + workerManagement + "/health/ready"), endedNanos);
        // A gateway that warms up knows the model, but does not take requests yet.
        awaitReady(URI.create("http://" + options.gateway() + "/v2/health/ready"), endedNanos);
        awaitReady(URI.create("http://" + options.gateway() + "/v2/models/" + options.model() + "/ready"), endedNanos);
        return (ticker.nowNanos() - endedNanos) / 1e9;
    }

    private void awaitReady(URI uri, long sinceNanos) throws LoadProblem {
        while (!HttpText.answersWell(uri)) {
            if (ticker.nowNanos() - sinceNanos > READY_NANOS_MAX) {
                throw new LoadProblem(uri + " is not ready; does the launcher still run?");
            }
            ticker.sleepUntil(ticker.nowNanos() + LOOK_NANOS);
        }
    }

    /** How the ratios of the rounds lie, by process. */
    static String summary(List<ColdStart.Measured> all) {
        StringBuilder text = new StringBuilder();
        for (String process :
                all.stream().map(ColdStart.Measured::process).distinct().toList()) {
            double[] ratios = all.stream()
                    .filter(one -> one.process().equals(process))
                    .mapToDouble(ColdStart.Measured::p99Ratio)
                    .toArray();
            text.append("- p99 of the first requests to that of later ones, ")
                    .append(process)
                    .append(": ")
                    .append(Markdown.spread(Baseline.Spread.of(ratios)))
                    .append('\n');
        }
        return text.toString();
    }

    private void write(List<ColdStart.Measured> all) throws LoadProblem {
        Map<String, Object> run = new LinkedHashMap<>(Machine.describe());
        run.put("command", "cold");
        run.put("model", options.model());
        run.put("seed", options.seed());
        run.put("requestsPerSecond", rate);
        run.put("firstRequests", first);
        run.put("soakSeconds", soakSeconds);
        run.put("measured", all.stream().map(ColdStart.Measured::fields).toList());
        Path folder = out == null ? Home.folder().resolve("target/runs/cold") : out;
        String text = Markdown.table(
                        ColdStart.header(),
                        all.stream().map(ColdStart.Measured::row).toList())
                + "\n" + summary(all);
        Path file = Results.write(folder, run, text);
        System.out.println(text + "Result: " + file);
    }
}
