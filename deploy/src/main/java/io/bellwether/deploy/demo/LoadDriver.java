package io.bellwether.deploy.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bellwether.deploy.platform.Child;
import io.bellwether.deploy.platform.Layout;
import io.bellwether.deploy.platform.Port;
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
    private static final long STOP_SECONDS_MAX = 10;

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

    /** The driver's account of the last second, in its own words; empty at first. */
    String progress() {
        var line = latest.get();
        return line == null ? "" : line.toString();
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
        command.add("-javaagent:" + layout.lifelineAgent());
        command.addAll(List.of(
                "-Xmx128m", "-XX:+UseSerialGC", "-jar", layout.loadDriver().toString()));
        command.add("run");
        command.addAll(List.of("--rest", settings.http(Port.GATEWAY_HTTP)));
        command.addAll(List.of("--rate", Integer.toString(requestsPerSecond)));
        command.addAll(List.of("--digits", layout.heldOutDigits().toString()));
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
