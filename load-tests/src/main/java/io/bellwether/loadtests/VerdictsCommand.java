package io.bellwether.loadtests;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code load verdicts}: starts a broker and monitoring, reports about many models with a live rollout each, and measures how
 * soon verdicts come and how fast a backlog of snapshots is taken in.
 */
@Command(
        name = "verdicts",
        description = "Measures monitoring with many models: verdict delay, and snapshots/s from a backlog.",
        mixinStandardHelpOptions = true)
final class VerdictsCommand implements Callable<Integer> {
    private static final long MILLIS_PER_SLOT = 1_000;
    private static final long GRACE_MILLIS = 10_000;
    private static final int SECONDS_PER_LINE = 10;
    private static final long LOOK_MILLIS = 100;
    private static final double NANOS_PER_SECOND = 1e9;

    @Option(names = "--models", defaultValue = "1000", description = "each with a live rollout (${DEFAULT-VALUE})")
    private int models;

    @Option(names = "--requests", defaultValue = "100", description = "a second and model (${DEFAULT-VALUE})")
    private int requests;

    @Option(names = "--basis-points", defaultValue = "2000", description = "of the candidate (${DEFAULT-VALUE})")
    private int basisPoints;

    @Option(names = "--models-of-gateway", defaultValue = "250", description = "of one gateway (${DEFAULT-VALUE})")
    private int modelsOfGateway;

    @Option(names = "--models-of-worker", defaultValue = "100", description = "of one worker (${DEFAULT-VALUE})")
    private int modelsOfWorker;

    @Option(
            names = "--only-passed",
            description = "each process reports once a second, when it is over, instead of five times")
    private boolean onlyPassed;

    @Option(names = "--warm-seconds", defaultValue = "40", description = "not counted (${DEFAULT-VALUE})")
    private int warmSeconds;

    @Option(names = "--seconds", defaultValue = "90", description = "counted (${DEFAULT-VALUE})")
    private int seconds;

    @Option(
            names = "--backlog-seconds",
            defaultValue = "15",
            description = "of reports, written as fast as can be; 0: none (${DEFAULT-VALUE})")
    private int backlogSeconds;

    @Option(names = "--heap", defaultValue = "1024", description = "MiB, of monitoring (${DEFAULT-VALUE})")
    private int heapMebibytes;

    @Option(names = "--broker-heap", defaultValue = "512", description = "MiB (${DEFAULT-VALUE})")
    private int brokerHeapMebibytes;

    @Option(names = "--monitoring-flag", description = "one more flag of the JVM of monitoring")
    private List<String> flags = new ArrayList<>();

    @Option(names = "--port", defaultValue = "18500", description = "the first of three (${DEFAULT-VALUE})")
    private int port;

    @Option(names = "--seed", defaultValue = "1", description = "(${DEFAULT-VALUE})")
    private long seed;

    @Option(names = "--state", paramLabel = "FOLDER", description = "logs and Kafka's data; default: target/verdicts")
    private @Nullable Path state;

    @Option(
            names = "--out",
            paramLabel = "FOLDER",
            description = "for run.json and tables.md; default: target/runs/verdicts")
    private @Nullable Path out;

    private final Clock clock = Clock.systemUTC();
    private final Ticker ticker = Ticker.SYSTEM;
    private final Map<String, Object> run = new LinkedHashMap<>();
    private final StringBuilder text = new StringBuilder();

    @Override
    public Integer call() throws LoadProblem, InterruptedException {
        FleetReports.Traffic traffic = new FleetReports.Traffic(models, requests, basisPoints);
        ReportSchedule schedule = ReportSchedule.of(models, modelsOfGateway, modelsOfWorker, seed);
        Path module = Home.folder().toAbsolutePath();
        Path checkout = module.getParent() == null ? module : module.getParent();
        Path folder = state == null ? module.resolve("target/verdicts") : state;
        describe();
        try (MonitoredPlatform platform = new MonitoredPlatform(checkout, folder, port, ticker)) {
            platform.startBroker(brokerHeapMebibytes);
            try (PlatformTopics topics = new PlatformTopics(platform.bootstrap());
                    ReportSender sender = new ReportSender(
                            platform.bootstrap(), new FleetReports(traffic, seed, clock.millis()), clock)) {
                topics.createControlLog();
                sender.createRollouts(traffic);
                long sinceNanos = ticker.nowNanos();
                platform.startMonitoring(heapMebibytes, flags);
                say("monitoring is ready after " + Markdown.number((ticker.nowNanos() - sinceNanos) / NANOS_PER_SECOND)
                        + " s");
                long nextSlot = live(platform, topics, schedule, sender);
                if (backlogSeconds > 0) {
                    backlog(platform, topics, schedule, sender, nextSlot);
                }
                run.put("recordsFailed", sender.failed());
            }
        }
        Path file = Results.write(out == null ? module.resolve("target/runs/verdicts") : out, run, text.toString());
        say("Result: " + file);
        return 0;
    }

    private void describe() {
        run.putAll(Machine.describe());
        run.put("command", "verdicts");
        run.put("seed", seed);
        run.put("models", models);
        run.put("requestsPerSecondAndModel", requests);
        run.put("candidateBasisPoints", basisPoints);
        run.put("onlyPassed", onlyPassed);
        run.put("monitoringHeapMebibytes", heapMebibytes);
        run.put("monitoringFlags", flags);
        run.put("loadAverageBefore", loadAverage());
    }

    /** Reports in real time. The slot after the last one. */
    private long live(MonitoredPlatform platform, PlatformTopics topics, ReportSchedule schedule, ReportSender sender)
            throws LoadProblem, InterruptedException {
        long begin = clock.millis() / MILLIS_PER_SLOT + 1;
        long first = begin + warmSeconds;
        long end = first + seconds;
        VerdictDelays delays = new VerdictDelays(
                IntStream.range(0, models).mapToObj(FleetReports::rollout).toList(), first, end);
        try (VerdictReader reader = new VerdictReader(platform.bootstrap(), clock, delays)) {
            for (long slot = begin; slot < first; slot++) {
                progress(topics, slot - begin, report(schedule, sender, slot));
            }
            ProcessorTime time = ProcessorTime.of(platform.handles());
            Map<String, Long> before = time.nanos();
            long startNanos = ticker.nowNanos();
            long sentBefore = sender.sent();
            long readBefore = reader.read();
            long behindMillisMax = 0;
            for (long slot = first; slot <= end; slot++) {
                long behindMillis = report(schedule, sender, slot);
                behindMillisMax = Math.max(behindMillisMax, behindMillis);
                progress(topics, slot - begin, behindMillis);
            }
            double tookSeconds = (ticker.nowNanos() - startNanos) / NANOS_PER_SECOND;
            Map<String, Object> measured = new LinkedHashMap<>();
            measured.put("snapshotsPerSecond", (sender.sent() - sentBefore) / tookSeconds);
            measured.put("verdictsPerSecond", (reader.read() - readBefore) / tookSeconds);
            measured.put("driverBehindMillisMax", behindMillisMax);
            measured.put("loadAverage", loadAverage());
            measured.put("cores", cores(before, time.nanos(), tookSeconds));
            await(delays);
            measured.putAll(delays.fields());
            run.put("live", measured);
            tell(measured, delays);
        }
        return end + 1;
    }

    /** What is still to come, for some seconds. */
    private void await(VerdictDelays delays) throws InterruptedException {
        for (int i = 0; i < GRACE_MILLIS / LOOK_MILLIS && !delays.isComplete(); i++) {
            Thread.sleep(LOOK_MILLIS);
        }
        delays.close(clock.millis());
    }

    private static void progress(PlatformTopics topics, long second, long behindMillis) throws LoadProblem {
        if (second % SECONDS_PER_LINE == 0) {
            PlatformTopics.Progress progress = topics.progress();
            say("second " + second + ": " + (progress.written() - progress.taken()) + " snapshots behind, driver "
                    + behindMillis + " ms behind, load average " + Markdown.number(loadAverage()));
        }
    }

    private void tell(Map<String, Object> measured, VerdictDelays delays) {
        text.append(Markdown.table(VerdictDelays.header(), delays.rows()))
                .append("\nmissing: ")
                .append(delays.missing())
                .append("; ")
                .append(Results.line(measured))
                .append("\n\n");
        System.out.print(text);
    }

    /** All that is due within a second, or what came of the one before alone. */
    private List<ReportSchedule.Due> dues(ReportSchedule schedule, long slot) {
        return schedule.within(slot).stream()
                .filter(due -> !onlyPassed || due.quarter() == FleetReports.QUARTERS)
                .toList();
    }

    /** Reports what is due within a second. By how much the driver was late at most. */
    private long report(ReportSchedule schedule, ReportSender sender, long slot) throws InterruptedException {
        long behindMillisMax = 0;
        for (ReportSchedule.Due due : dues(schedule, slot)) {
            for (long left = due.atMillis() - clock.millis(); left > 0; left = due.atMillis() - clock.millis()) {
                Thread.sleep(left);
            }
            long nowMillis = clock.millis();
            behindMillisMax = Math.max(behindMillisMax, nowMillis - due.atMillis());
            sender.report(due, nowMillis);
        }
        return behindMillisMax;
    }

    /** Writes reports of some seconds at once, and waits until all are taken in. What counts is the time after the writing. */
    private void backlog(
            MonitoredPlatform platform,
            PlatformTopics topics,
            ReportSchedule schedule,
            ReportSender sender,
            long fromSlot)
            throws LoadProblem, InterruptedException {
        long untilSlot = fromSlot + backlogSeconds;
        // So that none of it is ahead of the clock when it is written.
        Thread.sleep(Math.max(0, untilSlot * MILLIS_PER_SLOT - clock.millis()));
        for (long slot = fromSlot; slot < untilSlot; slot++) {
            for (ReportSchedule.Due due : dues(schedule, slot)) {
                sender.report(due, due.atMillis());
            }
        }
        sender.flush();
        ProcessorTime time = ProcessorTime.of(platform.handles());
        Map<String, Long> before = time.nanos();
        PlatformTopics.Progress begun = topics.progress();
        long startNanos = ticker.nowNanos();
        PlatformTopics.Progress now = begun;
        while (!now.isDone()) {
            Thread.sleep(LOOK_MILLIS);
            now = topics.progress();
        }
        double tookSeconds = (ticker.nowNanos() - startNanos) / NANOS_PER_SECOND;
        Map<String, Object> measured = new LinkedHashMap<>();
        measured.put("snapshots", now.taken() - begun.taken());
        measured.put("seconds", tookSeconds);
        measured.put("snapshotsPerSecond", (now.taken() - begun.taken()) / tookSeconds);
        measured.put("cores", cores(before, time.nanos(), tookSeconds));
        measured.put("loadAverage", loadAverage());
        run.put("backlog", measured);
        text.append("backlog: ").append(Results.line(measured)).append('\n');
        System.out.println(Results.line(measured));
    }

    /** Processors that each process had on average. */
    private static Map<String, Double> cores(Map<String, Long> before, Map<String, Long> after, double seconds) {
        Map<String, Double> cores = new LinkedHashMap<>();
        after.forEach(
                (name, nanos) -> cores.put(name, (nanos - before.getOrDefault(name, 0L)) / NANOS_PER_SECOND / seconds));
        return cores;
    }

    private static double loadAverage() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    private static void say(String line) {
        System.out.println(line);
    }
}
