package io.bellwether.deploy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bellwether.deploy.platform.Port;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Models change under load and nobody notices. The numbers are small in the build; {@code -Dbellwether.swaps=100
 * -Dbellwether.swaps.rate=300 -Dbellwether.swaps.pause-millis=1000 -Dbellwether.swaps.warm-up-seconds=60} makes it the long
 * run. What it saw is in {@code target/model-swaps.json}.
 */
@Timeout(1_800)
class ModelSwapIT {
    private static final int SWAPS = Integer.getInteger("bellwether.swaps", 6);
    private static final int RATE = Integer.getInteger("bellwether.swaps.rate", 60);
    /** Quiet time between two changes, only to have latencies to compare with. */
    private static final int PAUSE_MILLIS = Integer.getInteger("bellwether.swaps.pause-millis", 0);

    /** Load before the first change, for processes that are to be measured warm. */
    private static final int WARM_UP_SECONDS = Integer.getInteger("bellwether.swaps.warm-up-seconds", 0);

    private static final int FAILURE_EVERY = Math.max(1, Math.min(5, SWAPS / 3));
    private static final String LOAD = "/v2/repository/models/digits/load";
    private static final int KILLS_MAX = 20;
    private static final long TRIAL_POLL_MILLIS = 5;

    @TempDir
    private static Path folder;

    private static Path models;
    private static Path programs;
    private static Platform platform;
    private static Client client;

    @BeforeAll
    static void startPlatform() throws Exception {
        Path samples = Path.of("samples", "models", "digits");
        models = folder.resolve("models");
        programs = samples;
        Path digits = Files.createDirectories(models.resolve("digits"));
        Files.copy(samples.resolve("model.yaml"), digits.resolve("model.yaml"));
        for (String version : List.of("1", "2")) {
            Files.createDirectories(digits.resolve(version));
            Files.copy(program(version), digits.resolve(version).resolve("model.pt"));
        }
        platform = Platform.start(folder.resolve("home"), models);
        client = platform.client();
    }

    @AfterAll
    static void stopPlatform() {
        if (platform != null) {
            platform.close();
        }
    }

    @Test
    void swapsAndFailedLoadsUnderLoadLoseNoRequestAndGiveNoWrongAnswer() throws Exception {
        // Given
        Map<Digit, Set<Integer>> right = predictions("1", "2");
        List<Span> changes = new ArrayList<>();
        try (var load = SteadyLoad.settled(
                client, RATE, (digit, body) -> right.get(digit).contains(client.predicted(body)))) {
            TimeUnit.SECONDS.sleep(WARM_UP_SECONDS);
            long sinceNanos = System.nanoTime();
            for (int swap = 0; swap < SWAPS; swap++) {
                // When
                byte[] next = Files.readAllBytes(program(swap % 2 == 0 ? "2" : "1"));
                var loaded = timed(changes, () -> load(next));

                // Then
                assertThat(loaded.statusCode()).as(loaded.body()).isEqualTo(200);
                if (swap % FAILURE_EVERY == FAILURE_EVERY - 1) {
                    failToLoad(swap, changes);
                }
            }
            report(load, sinceNanos, changes);
            assertThat(load.answers()).containsOnlyKeys("200");
        }
    }

    /** No program, a program that ends in the middle, and a process killed while it tries one: nothing changes. */
    private static void failToLoad(int swap, List<Span> changes) throws Exception {
        byte[] whole = Files.readAllBytes(program("1"));
        Callable<HttpResponse<String>> change =
                switch (swap / FAILURE_EVERY % 3) {
                    case 0 -> () -> load("not a program".getBytes(StandardCharsets.UTF_8));
                    case 1 -> () -> load(Arrays.copyOf(whole, whole.length / 2));
                    default -> () -> loadAndKill(whole);
                };
        var loaded = timed(changes, change);
        assertThat(loaded.statusCode()).as(loaded.body()).isEqualTo(400);
        assertThat(client.parse(loaded.body()).path("error").asText()).contains("load failed for model 'digits'");
        assertThat(client.get(Port.GATEWAY_HTTP, "/v2/models/digits/versions/1/ready")
                        .statusCode())
                .isEqualTo(200);
    }

    private static HttpResponse<String> load(byte[] program) throws Exception {
        write("1", program);
        return client.post(Port.GATEWAY_HTTP, LOAD);
    }

    /** The process that tries a version is killed as soon as it is there; one that was done sooner is tried again. */
    private static HttpResponse<String> loadAndKill(byte[] program) throws Exception {
        for (int attempt = 0; attempt < KILLS_MAX; attempt++) {
            write("1", program);
            var loading = client.postLater(Port.GATEWAY_HTTP, LOAD);
            boolean killed = false;
            while (!killed && !loading.isDone()) {
                killed = killTrial();
                TimeUnit.MILLISECONDS.sleep(TRIAL_POLL_MILLIS);
            }
            if (loading.get().statusCode() != 200) {
                return loading.get();
            }
        }
        throw new AssertionError("no process that tries a version was there to be killed in " + KILLS_MAX + " loads");
    }

    private static boolean killTrial() {
        return ProcessHandle.allProcesses()
                .filter(ModelSwapIT::isTrialHere)
                .map(ProcessHandle::destroyForcibly)
                .reduce(false, Boolean::logicalOr);
    }

    private static boolean isTrialHere(ProcessHandle process) {
        String command = commandLine(process);
        return command.contains("TrialMain") && command.contains(models.toString());
    }

    /** All of it: the process handle of Java knows the first 4,096 bytes, which the class path alone can fill. */
    private static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"), StandardCharsets.UTF_8);
        } catch (IOException e) {
            // It has ended, or this is no Linux.
            return process.info().commandLine().orElse("");
        }
    }

    private static HttpResponse<String> timed(List<Span> changes, Callable<HttpResponse<String>> change)
            throws Exception {
        TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        long sinceNanos = System.nanoTime();
        var answer = change.call();
        changes.add(new Span(sinceNanos, System.nanoTime()));
        return answer;
    }

    /** What the requests took that were due during changes, and the others. */
    private static void report(SteadyLoad load, long sinceNanos, List<Span> changes) throws IOException {
        List<Long> during = new ArrayList<>();
        List<Long> between = new ArrayList<>();
        for (var latency : load.latencies()) {
            if (latency.dueNanos() - sinceNanos >= 0) {
                boolean isDuring = changes.stream().anyMatch(span -> span.overlaps(latency));
                (isDuring ? during : between).add(latency.nanos());
            }
        }
        var report = new ObjectMapper()
                .createObjectNode()
                .put("swaps", SWAPS)
                .put("failedLoads", changes.size() - SWAPS)
                .put("requestsPerSecond", RATE)
                .put("answers", load.answers().toString())
                .put("requestsDuringChanges", during.size())
                .put("requestsBetweenChanges", between.size())
                .put("p50MillisDuring", quantileMillis(during, 0.5))
                .put("p50MillisBetween", quantileMillis(between, 0.5))
                .put("p99MillisDuring", quantileMillis(during, 0.99))
                .put("p99MillisBetween", quantileMillis(between, 0.99));
        var parts = report.putArray("p99MillisByTenthOfChange");
        for (int tenth = 0; tenth < 10; tenth++) {
            int part = tenth;
            List<Long> some = new ArrayList<>();
            for (var latency : load.latencies()) {
                if (changes.stream().anyMatch(span -> span.tenth(latency) == part)) {
                    some.add(latency.nanos());
                }
            }
            parts.add(quantileMillis(some, 0.99));
        }
        report.put(
                "changeMillisMedian",
                quantileMillis(changes.stream().map(Span::nanos).toList(), 0.5));
        Files.writeString(Path.of("target", "model-swaps.json"), report.toPrettyString());
    }

    private static double quantileMillis(List<Long> nanos, double share) {
        var sorted = nanos.stream().sorted().toList();
        return sorted.isEmpty() ? Double.NaN : sorted.get((int) (share * (sorted.size() - 1))) / 1e6;
    }

    /** When a change of the model was under way. */
    private record Span(long fromNanos, long toNanos) {
        long nanos() {
            return toNanos - fromNanos;
        }

        /** Of ten equal parts of the change, the one in which the request was due; below 0 or above 9 if in none. */
        long tenth(SteadyLoad.Latency latency) {
            return Math.floorDiv((latency.dueNanos() - fromNanos) * 10, toNanos - fromNanos);
        }

        boolean overlaps(SteadyLoad.Latency latency) {
            return latency.dueNanos() - toNanos <= 0 && latency.dueNanos() + latency.nanos() - fromNanos >= 0;
        }
    }

    /** As a deployment does it: the new file is complete when it appears. */
    private static void write(String version, byte[] program) throws Exception {
        Path target = models.resolve("digits").resolve(version).resolve("model.pt");
        Path next = Files.write(models.resolve("next.pt"), program);
        Files.move(next, target, StandardCopyOption.ATOMIC_MOVE);
    }

    private static Map<Digit, Set<Integer>> predictions(String... versions) throws Exception {
        Map<Digit, Set<Integer>> right = new HashMap<>();
        for (Digit digit : Digit.all()) {
            for (String version : versions) {
                var answer = client.infer("/models/digits/versions/" + version + "/infer", digit.json());
                right.computeIfAbsent(digit, unused -> new HashSet<>()).add(client.predicted(answer.body()));
            }
        }
        return right;
    }

    private static Path program(String version) {
        return programs.resolve(version).resolve("model.pt");
    }
}
