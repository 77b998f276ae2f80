package io.bellwether.worker.config;

import io.bellwether.telemetry.EmbeddingSketch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Settings that must stop a worker before it opens a port. Each problem names the property and the way out. */
public final class StartupChecks {
    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "::1", "[::1]");
    private static final String OVERRIDE = "worker.insecure-allow-unauthenticated-remote-access";

    private StartupChecks() {}

    /**
     * The problems of a configuration; empty when the worker may start.
     *
     * @param config the settings
     * @param bindHosts addresses to bind to, by the property that sets them
     */
    public static List<String> problems(WorkerConfig config, Map<String, String> bindHosts) {
        List<String> problems = new ArrayList<>();
        bindHosts.forEach((property, host) -> {
            if (!LOOPBACK.contains(host) && !config.insecureAllowUnauthenticatedRemoteAccess()) {
                problems.add(
                        property + " is '" + host + "', which other machines can reach, and nobody is authenticated;"
                                + " bind to 127.0.0.1 or set " + OVERRIDE + "=true");
            }
        });
        if (config.id().isBlank()) {
            problems.add("worker.id is blank; give this worker a name");
        }
        positive(problems, "worker.versions-max", config.versionsMax());
        positive(problems, "worker.requests.in-flight-max", config.requests().inFlightMax());
        positive(
                problems,
                "worker.requests.in-flight-bytes-max",
                config.requests().inFlightBytesMax());
        positive(problems, "worker.requests.bytes-max", config.requests().bytesMax());
        positive(
                problems,
                "worker.requests.deadline-max",
                config.requests().deadlineMax().toMillis());
        positive(problems, "worker.engine.warm-up-repeats", config.engine().warmUpRepeats());
        positive(problems, "worker.warm-up.round-requests", config.warmUp().roundRequests());
        positive(problems, "worker.warm-up.concurrency", config.warmUp().concurrency());
        positive(
                problems,
                "worker.telemetry.interval",
                config.telemetry().interval().toMillis());
        positive(problems, "worker.telemetry.cells-max", config.telemetry().cellsMax());
        int sketches = config.telemetry().embeddingSketchesMax();
        if (sketches < 0 || sketches > EmbeddingSketch.SAMPLED_MAX) {
            problems.add("worker.telemetry.embedding-sketches-max is " + sketches + "; use 0 to "
                    + EmbeddingSketch.SAMPLED_MAX + ", 0 for none");
        }
        if (config.telemetry().cellRetention().compareTo(config.requests().deadlineMax()) <= 0) {
            problems.add(
                    "worker.telemetry.cell-retention is " + config.telemetry().cellRetention()
                            + "; make it longer than worker.requests.deadline-max, "
                            + config.requests().deadlineMax());
        }
        return problems;
    }

    private static void positive(List<String> problems, String property, long value) {
        if (value < 1) {
            problems.add(property + " is " + value + "; use at least 1");
        }
    }
}
