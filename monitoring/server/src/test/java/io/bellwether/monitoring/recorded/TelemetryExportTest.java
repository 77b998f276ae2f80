package io.bellwether.monitoring.recorded;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.controlapi.ControlTopics;
import io.bellwether.monitoring.ControlCommands;
import io.bellwether.monitoring.SimulatedFleet;
import io.bellwether.monitoring.SimulatedFleet.Behaviour;
import io.bellwether.monitoring.replay.Recorded;
import io.bellwether.monitoring.topology.MonitoringWorld;
import io.bellwether.telemetry.TelemetryTopics;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TelemetryExportTest {
    private static final long START_MILLIS = 1_800_000_000_000L;
    private static final int SECONDS = 30;

    @TempDir
    private Path folder;

    private final Topics topics = new Topics();
    private long deletedSnapshots;
    private final MonitoringWorld world = new MonitoringWorld(START_MILLIS);

    /** Kafka with what happened in a world, one partition a topic. */
    private static final class Topics extends MockConsumer<String, byte[]> {
        private final Map<TopicPartition, List<ConsumerRecord<String, byte[]>>> records = new HashMap<>();
        private final Map<TopicPartition, Long> deletedUntil = new HashMap<>();

        Topics() {
            super("none");
        }

        void fill(String topic, long deleted, List<ConsumerRecord<String, byte[]>> content) {
            TopicPartition partition = new TopicPartition(topic, 0);
            records.put(partition, content);
            updatePartitions(topic, List.of(new PartitionInfo(topic, 0, Node.noNode(), null, null)));
            deletedUntil.put(partition, deleted);
            updateBeginningOffsets(Map.of(partition, deleted));
            updateEndOffsets(Map.of(partition, (long) content.size()));
        }

        @Override
        public synchronized Map<TopicPartition, OffsetAndTimestamp> offsetsForTimes(Map<TopicPartition, Long> times) {
            Map<TopicPartition, OffsetAndTimestamp> found = new HashMap<>();
            times.forEach((partition, millis) -> found.put(
                    partition,
                    records.get(partition).stream()
                            .filter(record -> record.timestamp() >= millis
                                    && record.offset() >= deletedUntil.getOrDefault(partition, 0L))
                            .findFirst()
                            .map(record -> new OffsetAndTimestamp(record.offset(), record.timestamp()))
                            .orElse(null)));
            return found;
        }

        @Override
        public synchronized void seek(TopicPartition partition, long offset) {
            super.seek(partition, offset);
            records.get(partition).stream()
                    .filter(record -> record.offset() >= offset)
                    .forEach(this::addRecord);
        }
    }

    @BeforeEach
    void live() {
        SimulatedFleet fleet = new SimulatedFleet(41, Behaviour.FAILING, 50, START_MILLIS);
        world.run(fleet, 10);
        world.command(ControlCommands.create("r1", world.nowMillis(), true, 5));
        fleet.route("r1", 0.2);
        world.run(fleet, SECONDS);
        world.close();
    }

    @Test
    void whatLiesInKafkaComesIntoAFileThatIsJudgedTheSame() throws Exception {
        // When
        Path file = folder.resolve("t.jsonl.gz");
        TelemetryExport.Result result = export("", OptionalLong.of(0), file);

        // Then
        assertThat(result).isInstanceOfSatisfying(TelemetryExport.Result.Written.class, written -> {
            assertThat(written.commands()).isEqualTo(2);
            assertThat(written.verdicts()).isEqualTo(world.concluded().size());
            assertThat(written.cut()).isZero();
        });
        Recordings.Ran ran = Recordings.run("rollout", "replay", file.toString());
        assertThat(ran.out())
                .contains(world.concluded().size() + " verdicts are as published, byte for byte; 0 differ");
    }

    @Test
    void whatComesAfterTheEndOfTheRolloutIsLeftOut() throws Exception {
        // Given a rollout that was taken back within some seconds
        export("r1", OptionalLong.empty(), folder.resolve("one.jsonl"));
        export("", OptionalLong.of(0), folder.resolve("all.jsonl"));

        // Then
        assertThat(snapshots("one.jsonl")).isLessThan(snapshots("all.jsonl") - 8 * 5);
        assertThat(Recordings.run(
                                "rollout", "replay", folder.resolve("one.jsonl").toString())
                        .code())
                .isZero();
    }

    @Test
    void whatKafkaHasDeletedIsSaid() throws Exception {
        // Given Kafka without the first half of a minute
        deletedSnapshots = 120;

        // When
        TelemetryExport.Result result = export("", OptionalLong.of(0), folder.resolve("t.jsonl"));

        // Then the rollout began before the file
        assertThat(result)
                .isInstanceOfSatisfying(TelemetryExport.Result.Written.class, written -> assertThat(written.cut())
                        .isEqualTo(world.counted().get(120).place().atMillis()));
        assertThat(Recordings.run("rollout", "replay", folder.resolve("t.jsonl").toString())
                        .out())
                .contains("0 verdicts are as published, byte for byte; 0 differ");
    }

    @Test
    void aRolloutThatNobodyKnowsIsRefusedAndLeavesNoFile() throws Exception {
        assertThat(export("r9", OptionalLong.empty(), folder.resolve("t.jsonl")))
                .isInstanceOfSatisfying(TelemetryExport.Result.Refused.class, refused -> assertThat(refused.sentence())
                        .contains("knows no rollout 'r9' of model 'digits'"));
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aTimeThatIsNoneIsRefused() {
        Recordings.Ran ran = Recordings.run(
                "telemetry",
                "export",
                "--model",
                "m",
                "--since",
                "soon",
                folder.resolve("t").toString());

        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.err()).contains("--since is 'soon'; give a time like 2026-03-01T10:00:00Z");
    }

    private long snapshots(String name) {
        return ((TelemetryFile.Contents.Read) TelemetryFile.read(folder.resolve(name), recorded -> {})).snapshots();
    }

    private TelemetryExport.Result export(String rollout, OptionalLong since, Path file)
            throws IOException, TopicReader.Unread {
        topics.fill(
                TelemetryTopics.AGGREGATES,
                deletedSnapshots,
                world.counted().stream()
                        .map(entry -> inKafka(
                                TelemetryTopics.AGGREGATES,
                                SimulatedFleet.MODEL,
                                entry,
                                entry.snapshot().toByteArray()))
                        .toList());
        topics.fill(
                ControlTopics.CONTROL_LOG,
                0,
                world.commanded().stream()
                        .map(entry -> inKafka(
                                ControlTopics.CONTROL_LOG,
                                SimulatedFleet.MODEL,
                                entry,
                                entry.command().toByteArray()))
                        .toList());
        topics.fill(
                TelemetryTopics.VERDICTS,
                0,
                world.concluded().stream()
                        .map(entry -> inKafka(
                                TelemetryTopics.VERDICTS,
                                entry.verdict().getRolloutId(),
                                entry,
                                entry.verdict().toByteArray()))
                        .toList());
        return new TelemetryExport(
                        new TopicReader(topics, (topic, records, all) -> {}),
                        new TelemetryExport.Asked(SimulatedFleet.MODEL, rollout, since, world.nowMillis()))
                .write(file);
    }

    private static ConsumerRecord<String, byte[]> inKafka(String topic, String key, Recorded entry, byte[] value) {
        return new ConsumerRecord<>(
                topic,
                0,
                entry.place().offset(),
                entry.place().atMillis(),
                TimestampType.CREATE_TIME,
                key.length(),
                value.length,
                key,
                value,
                new RecordHeaders(),
                Optional.empty());
    }
}
