package io.bellwether.telemetrypublisher;

import io.bellwether.telemetry.events.Snapshot;
import java.time.Duration;

/**
 * Who publishes, where to, and how much may wait.
 *
 * @param process gateway or worker
 * @param processId the name of this process, the same after a restart; written into every snapshot
 * @param bootstrapServers host:port list of Kafka brokers; blank: nothing is published
 * @param modelsMax models that may have something waiting; snapshots of further models are dropped and counted
 * @param cellsMax cells of all models that may wait while Kafka is away; beyond it those of the oldest slot are dropped
 *     and counted
 * @param cellsPerSnapshotMax cells in one Kafka record; more are split over several records
 * @param timing how long to pause and to wait
 */
public record PublisherSettings(
        Snapshot.Process process,
        String processId,
        String bootstrapServers,
        int modelsMax,
        int cellsMax,
        int cellsPerSnapshotMax,
        Timing timing) {

    /**
     * @param retryBackoff pause of a model after a failed send
     * @param sendTimeout after this long without an acknowledgement a send has failed
     */
    public record Timing(Duration retryBackoff, Duration sendTimeout) {
        public Timing {
            requirePositive("retryBackoff", retryBackoff);
            requirePositive("sendTimeout", sendTimeout);
        }

        private static void requirePositive(String name, Duration value) {
            if (value.isZero() || value.isNegative()) {
                throw new IllegalArgumentException(name + " must be more than zero, got " + value);
            }
        }
    }

    public PublisherSettings {
        if (process != Snapshot.Process.GATEWAY && process != Snapshot.Process.WORKER) {
            throw new IllegalArgumentException("process must be GATEWAY or WORKER, got " + process);
        }
        if (processId.isBlank()) {
            throw new IllegalArgumentException("processId must not be blank: monitoring tells processes apart by it");
        }
        requireAtLeastOne("modelsMax", modelsMax);
        requireAtLeastOne("cellsMax", cellsMax);
        requireAtLeastOne("cellsPerSnapshotMax", cellsPerSnapshotMax);
    }

    /** Settings with the usual limits: 1024 models, 20000 waiting cells, 200 cells a record, 500 ms, 3 s. */
    public static PublisherSettings of(Snapshot.Process process, String processId, String bootstrapServers) {
        return new PublisherSettings(
                process,
                processId,
                bootstrapServers,
                1024,
                20_000,
                200,
                new Timing(Duration.ofMillis(500), Duration.ofSeconds(3)));
    }

    private static void requireAtLeastOne(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be at least 1, got " + value);
        }
    }
}
