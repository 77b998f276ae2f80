package io.bellwether.deploy.broker;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * One real Kafka broker and its controller in this process, on loopback, with its data in one folder.
 *
 * <p>The folder is formatted when it is new and kept as it is afterwards, so that topics and the control log
 * outlive a restart. Topics are never created by accident: their owners create them.
 */
public final class EmbeddedBroker implements AutoCloseable {
    private static final String NODE_ID = "1";

    private final KafkaRaftServer server;

    private EmbeddedBroker(KafkaRaftServer server) {
        this.server = server;
    }

    /**
     * Starts the broker and returns when it takes requests.
     *
     * @param data folder for the log, created when absent
     * @param port of clients on 127.0.0.1
     * @param controllerPort of the KRaft controller on 127.0.0.1
     */
    public static EmbeddedBroker start(Path data, int port, int controllerPort) throws IOException {
        Files.createDirectories(data);
        if (!Files.exists(data.resolve("meta.properties"))) {
            format(data);
        }
        var server = new KafkaRaftServer(new KafkaConfig(properties(data, port, controllerPort), false), Time.SYSTEM);
        server.startup();
        return new EmbeddedBroker(server);
    }

    /** Blocks until the broker has stopped. */
    public void awaitShutdown() {
        server.awaitShutdown();
    }

    @Override
    public void close() {
        server.shutdown();
    }

    private static void format(Path data) throws IOException {
        var said = new ByteArrayOutputStream();
        var formatter = new Formatter();
        formatter
                .setPrintStream(new PrintStream(said, true, StandardCharsets.UTF_8))
                .setClusterId(Uuid.randomUuid().toString())
                .setNodeId(Integer.parseInt(NODE_ID))
                .setDirectories(List.of(data.toString()))
                .setMetadataLogDirectory(data.toString())
                .setControllerListenerName("CONTROLLER")
                .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION);
        try {
            formatter.run();
        } catch (Exception e) {
            throw new IOException("cannot format " + data + " for Kafka: " + said.toString(StandardCharsets.UTF_8), e);
        }
    }

    private static Properties properties(Path data, int port, int controllerPort) {
        var clients = "PLAINTEXT://127.0.0.1:" + port;
        var controller = "127.0.0.1:" + controllerPort;
        var properties = new Properties();
        properties.setProperty("process.roles", "broker,controller");
        properties.setProperty("node.id", NODE_ID);
        properties.setProperty("listeners", clients + ",CONTROLLER://" + controller);
        properties.setProperty("advertised.listeners", clients);
        properties.setProperty("controller.listener.names", "CONTROLLER");
        properties.setProperty("inter.broker.listener.name", "PLAINTEXT");
        properties.setProperty("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        properties.setProperty("controller.quorum.voters", NODE_ID + "@" + controller);
        properties.setProperty("log.dirs", data.toString());
        properties.setProperty("auto.create.topics.enable", "false");
        for (var internal : List.of("offsets.topic", "transaction.state.log", "share.coordinator.state.topic")) {
            properties.setProperty(internal + ".replication.factor", "1");
            properties.setProperty(internal + ".num.partitions", "1");
        }
        properties.setProperty("transaction.state.log.min.isr", "1");
        properties.setProperty("share.coordinator.state.topic.min.isr", "1");
        properties.setProperty("group.initial.rebalance.delay.ms", "0");
        // One user, one machine: few threads and small buffers keep the process small.
        properties.setProperty("num.network.threads", "2");
        properties.setProperty("num.io.threads", "2");
        properties.setProperty("num.recovery.threads.per.data.dir", "1");
        properties.setProperty("background.threads", "2");
        properties.setProperty("log.cleaner.dedupe.buffer.size", "8388608");
        properties.setProperty("controlled.shutdown.enable", "false");
        // A broker that starts again waits until its own last session has expired: nine seconds with the default.
        properties.setProperty("broker.session.timeout.ms", "3000");
        properties.setProperty("broker.heartbeat.interval.ms", "500");
        return properties;
    }
}
