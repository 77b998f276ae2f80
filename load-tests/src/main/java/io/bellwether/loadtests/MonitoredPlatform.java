package io.bellwether.loadtests;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A broker and a monitoring of this checkout as processes, with a folder and ports of their own, and nothing else: whoever uses it
 * stands in for gateways and workers.
 */
final class MonitoredPlatform implements AutoCloseable {
    private static final long READY_NANOS_MAX = 90_000_000_000L;
    private static final long LOOK_NANOS = 100_000_000L;
    private static final long END_SECONDS_MAX = 20;

    private final Path checkout;
    private final Path folder;
    private final int port;
    private final Ticker ticker;
    private final Map<String, Process> processes = new LinkedHashMap<>();

    /**
     * @param checkout that was built
     * @param folder for logs and state; nobody else's
     * @param port of the broker; the next two are used, too
     */
    MonitoredPlatform(Path checkout, Path folder, int port, Ticker ticker) {
        this.checkout = checkout;
        this.folder = folder;
        this.port = port;
        this.ticker = ticker;
        Runtime.getRuntime().addShutdownHook(new Thread(this::end, "end-platform"));
    }

    String bootstrap() {
        return "127.0.0.1:" + port;
    }

    /** With the broker of the launcher, compiled as far as it takes: here its throughput counts and not its start. */
    void startBroker(int heapMebibytes) throws LoadProblem {
        start(
                "kafka",
                List.of(
                        "-Xmx" + heapMebibytes + "m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        built("deploy/target/deploy.jar").toString(),
                        "io.bellwether.deploy.broker.BrokerMain",
                        folder.resolve("kafka").toString(),
                        Integer.toString(port),
                        Integer.toString(port + 1)));
    }

    /**
     * Returns when its topology runs.
     *
     * @param flags further ones of the JVM
     */
    void startMonitoring(int heapMebibytes, List<String> flags) throws LoadProblem {
        List<String> arguments = new ArrayList<>(List.of("-Xmx" + heapMebibytes + "m", "-XX:+UseSerialGC"));
        arguments.addAll(flags);
        arguments.addAll(List.of(
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                "-Dquarkus.management.port=" + (port + 2),
                "-Dmonitoring.kafka.bootstrap=" + bootstrap(),
                "-Dmonitoring.state-dir=" + folder.resolve("monitoring"),
                "-jar",
                built("monitoring/server/target/quarkus-app/quarkus-run.jar").toString()));
        start("monitoring", arguments);
        URI ready = URI.create("http://127.0.0.1:" + (port + 2) + "/health/ready");
        long sinceNanos = ticker.nowNanos();
        while (!HttpText.answersWell(ready)) {
            if (!process("monitoring").isAlive() || ticker.nowNanos() - sinceNanos > READY_NANOS_MAX) {
                throw new LoadProblem("monitoring is not ready; see " + folder.resolve("monitoring.log"));
            }
            ticker.sleepUntil(ticker.nowNanos() + LOOK_NANOS);
        }
    }

    private Path built(String archive) throws LoadProblem {
        Path file = checkout.resolve(archive);
        if (!Files.exists(file)) {
            throw new LoadProblem(file + " is missing; build it with ./mvnw -Dquick package");
        }
        return file;
    }

    private void start(String name, List<String> arguments) throws LoadProblem {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(arguments);
        try {
            Files.createDirectories(folder);
            processes.put(
                    name,
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(folder.resolve(name + ".log").toFile())
                            .start());
        } catch (IOException e) {
            throw new LoadProblem("cannot start " + name + " in " + folder, e);
        }
    }

    private Process process(String name) throws LoadProblem {
        Process process = processes.get(name);
        if (process == null) {
            throw new LoadProblem(name + " was not started");
        }
        return process;
    }

    /** What was started. */
    Map<String, ProcessHandle> handles() {
        Map<String, ProcessHandle> handles = new LinkedHashMap<>();
        processes.forEach((name, process) -> handles.put(name, process.toHandle()));
        return handles;
    }

    /** Monitoring first: it says farewell to the broker. */
    @Override
    public void close() {
        List<Process> newestFirst = new ArrayList<>(processes.values());
        Collections.reverse(newestFirst);
        for (Process process : newestFirst) {
            process.destroy();
            try {
                if (!process.waitFor(END_SECONDS_MAX, TimeUnit.SECONDS)) {
                    Process unused = process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                Process unused = process.destroyForcibly();
            }
        }
    }

    private void end() {
        processes.values().forEach(process -> {
            Process unused = process.destroyForcibly();
        });
    }
}
