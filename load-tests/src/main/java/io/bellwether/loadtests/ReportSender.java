package io.bellwether.loadtests;

import io.bellwether.controlapi.ControlTopics;
import io.bellwether.controlapi.log.Command;
import io.bellwether.controlapi.log.CreateRollout;
import io.bellwether.controlapi.log.Step;
import io.bellwether.telemetry.TelemetryTopics;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Writes what gateways, workers and a person would write. Settings of the producer are those of the publisher of telemetry. */
final class ReportSender implements AutoCloseable {
    private static final int STEP_BASIS_POINTS_LAST = 5_000;

    private final KafkaProducer<String, byte[]> producer;
    private final FleetReports reports;
    private final Clock clock;
    private final AtomicLong failed = new AtomicLong();
    private long sent;

    ReportSender(String bootstrap, FleetReports reports, Clock clock) {
        this.reports = reports;
        this.clock = clock;
        this.producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrap,
                        ProducerConfig.ACKS_CONFIG,
                        "all",
                        ProducerConfig.LINGER_MS_CONFIG,
                        5,
                        ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                        false,
                        ProducerConfig.BUFFER_MEMORY_CONFIG,
                        64L << 20,
                        ProducerConfig.BATCH_SIZE_CONFIG,
                        64 << 10),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    /** A live rollout of each model, which a person steers, so that it stays where it is whatever the verdicts say. */
    void createRollouts(FleetReports.Traffic traffic) {
        for (int model = 0; model < traffic.models(); model++) {
            Command create = Command.newBuilder()
                    .setId(FleetReports.rollout(model) + "/create")
                    .setModel(FleetReports.model(model))
                    .setRolloutId(FleetReports.rollout(model))
                    .setActor("person:load")
                    .setAtMillis(clock.millis())
                    .setCreate(CreateRollout.newBuilder()
                            .setStableVersion("1")
                            .setCandidateVersion("2")
                            .addSteps(Step.newBuilder().setWeightBasisPoints(traffic.basisPoints()))
                            .addSteps(Step.newBuilder().setWeightBasisPoints(STEP_BASIS_POINTS_LAST)))
                    .build();
            send(ControlTopics.CONTROL_LOG, create.getModel(), create.toByteArray());
        }
        producer.flush();
    }

    /** What one process says about all of its models, as if it were then. */
    void report(ReportSchedule.Due due, long nowMillis) {
        ReportSchedule.Reporter reporter = due.reporter();
        for (int model = reporter.fromModel(); model < reporter.toModel(); model++) {
            byte[] value = reports.report(
                            reporter.process(), reporter.id(), model, due.slot(), due.quarter(), nowMillis)
                    .toByteArray();
            send(TelemetryTopics.AGGREGATES, FleetReports.model(model), value);
            sent++;
        }
    }

    private void send(String topic, String key, byte[] value) {
        var unused = producer.send(new ProducerRecord<>(topic, key, value), (written, failure) -> {
            if (failure != null) {
                failed.incrementAndGet();
            }
        });
    }

    void flush() {
        producer.flush();
    }

    /** Snapshots so far. */
    long sent() {
        return sent;
    }

    /** Records that Kafka did not take. */
    long failed() {
        return failed.get();
    }

    @Override
    public void close() {
        producer.close();
    }
}
