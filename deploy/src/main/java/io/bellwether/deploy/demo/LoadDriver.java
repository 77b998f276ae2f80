package io.bellwether.deploy.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bellwether.deploy.platform.Child;
import io.bellwether.deploy.platform.Layout;
import io.bellwether.deploy.platform.Port;
import io.bellwether.deploy.platform.Program;
import io.bellwether.deploy.platform.Settings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** The load driver as a process of its own, which ends with this one. Keeps its latest progress line. */
final class LoadDriver implements AutoCloseable {
    private static final String SCENARIO = "01-digits-rest-200";
    private static final String UNTIL_STOPPED = "0";
    private static final long STOP_SECONDS_MAX = 20;

    private final Process process;
    private final Path log;
    private final AtomicReference<JsonNode> latest;

    private LoadDriver(Process process, Path log, AtomicReference<JsonNode> latest) {
        this.process = process;
        this.log = log;
        this.latest = latest;
    }

    /** Starts sending held-out digits at that rate over REST, until closed. */
    static LoadDriver start(Layout layout, Settings settings, int requestsPerSecond) throws IOException {
        var log = layout.log("load");
        Files.createDirectories(layout.logs());
        var process = new ProcessBuilder(Child.inSessionOfItsOwn(command(layout, settings, requestsPerSecond)))
                .redirectError(log.toFile())
                .start();
        var latest = new AtomicReference<JsonNode>();
        var reader = new Thread(() -> read(process, latest), "load-progress");
        reader.setDaemon(true);
        reader.start();
        return new LoadDriver(process, log, latest);
    }

    /** Fails with the driver's own words when it has ended. */
    void check() throws IOException {
        if (!process.isAlive()) {
            throw new IOException("the load driver ended with exit status " + process.exitValue() + "; see " + log);
        }
    }

    /** What the clients saw in the last second, in one line; empty at first. */
    String lastSecond() {
        var line = latest.get();
        if (line == null) {
            return "";
        }
        var interval = line.path("interval");
        return String.format(
                "clients: %d/s, %d failed, p50 %.1f ms, p99 %.1f ms",
                interval.path("total").asLong(),
                interval.path("failures").asLong(),
                interval.path("p50Millis").asDouble(),
                interval.path("p99Millis").asDouble());
    }

    /** Whether in the last second every request was answered, and 99 of 100 within the limit. */
    boolean isSteady(double p99MillisMax) {
        var line = latest.get();
        if (line == null) {
            return false;
        }
        var interval = line.path("interval");
        return interval.path("total").asLong() > 0
                && interval.path("failures").asLong() == 0
                && interval.path("p99Millis").asDouble() < p99MillisMax;
    }

    /** What the clients saw of each version since the start, one line each. */
    String versions() {
        var text = new StringBuilder();
        var line = latest.get();
        if (line != null) {
            for (var version : line.path("total").path("versions").properties()) {
                var counts = version.getValue();
                text.append(String.format(
                        "  version %-5s %8d requests, %5d failed, p50 %6.1f ms, p99 %6.1f ms%s%n",
                        version.getKey(),
                        counts.path("total").asLong(),
                        counts.path("failures").asLong(),
                        counts.path("p50Millis").asDouble(),
                        counts.path("p99Millis").asDouble(),
                        correct(counts)));
            }
        }
        return text.toString();
    }

    private static String correct(JsonNode counts) {
        long labelled = counts.path("labelled").asLong();
        return labelled == 0
                ? ""
                : String.format(
                        ", %.1f %% correct", 100.0 * counts.path("correct").asLong() / labelled);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private static List<String> command(Layout layout, Settings settings, int requestsPerSecond) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx128m", "-XX:+UseSerialGC"));
        command.addAll(Program.loadDriver(layout).arguments());
        command.add(SCENARIO);
        command.addAll(List.of("--target", "127.0.0.1:" + settings.port(Port.GATEWAY_HTTP)));
        command.addAll(List.of("--rate", Integer.toString(requestsPerSecond), "--warmup", "0"));
        command.addAll(List.of("--duration", UNTIL_STOPPED));
        command.addAll(List.of("--out", layout.home().resolve("load/demo").toString()));
        command.add("--json-lines");
        return command;
    }

    private static void read(Process process, AtomicReference<JsonNode> latest) {
        var json = new ObjectMapper();
        try (var lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line;
            while ((line = lines.readLine()) != null) {
                try {
                    latest.set(json.readTree(line));
                } catch (JsonProcessingException e) {
                    // words for people between the lines of JSON
                }
            }
        } catch (IOException e) {
            if (process.isAlive()) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
