package io.bellwether.deploy.chaos;

import io.bellwether.deploy.lifeline.Lifeline;
import io.bellwether.deploy.platform.Blueprint;
import io.bellwether.deploy.platform.Layout;
import io.bellwether.deploy.platform.Readiness;
import io.bellwether.deploy.platform.Role;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * Three brokers that are controllers too, each a process with Kafka's own main class. A broker has a listener for each client
 * process, so that each such pair has a link of its own; a further one is for the tests and has no link. Between two brokers
 * what one of them begins as a member of the quorum (its heartbeats, its votes) has a link of its own; what else goes to a
 * broker from the two others shares a link.
 */
final class Brokers {
    static final int COUNT = 3;

    private static final String CLUSTER = Uuid.randomUuid().toString();

    private final FaultProxy proxy;
    private final List<String> clients;
    private final Map<String, Integer> ports = new LinkedHashMap<>();
    private final Map<String, FaultProxy.Link> links = new LinkedHashMap<>();

    /**
     * @param clients names of the processes that speak to brokers
     * @param ports free ports
     */
    Brokers(FaultProxy proxy, List<String> clients, FreePorts ports) throws IOException {
        this.proxy = proxy;
        this.clients = List.copyOf(clients);
        for (int broker = 1; broker <= COUNT; broker++) {
            for (var listener : listeners()) {
                int port = ports.next();
                this.ports.put(place(listener, broker), port);
                if (!listener.equals("TESTS")) {
                    links.put(place(listener, broker), link(listener, broker, port));
                }
            }
        }
        for (int from = 1; from <= COUNT; from++) {
            for (int to = 1; to <= COUNT; to++) {
                if (from != to) {
                    links.put(
                            voterPlace(from, to),
                            proxy.link(name(from) + ">" + name(to), this.ports.get(place("CONTROLLER", to))));
                }
            }
        }
    }

    static String name(int broker) {
        return "broker-" + broker;
    }

    /** All links to brokers. */
    List<FaultProxy.Link> links() {
        return List.copyOf(links.values());
    }

    /** Where a process finds the brokers. */
    String bootstrap(String client) {
        return IntStream.rangeClosed(1, COUNT)
                .mapToObj(broker -> "127.0.0.1:"
                        + links.get(place(listener(client), broker)).port())
                .collect(Collectors.joining(","));
    }

    /** Where the tests find them, without a link between. */
    String bootstrapOfTests() {
        return IntStream.rangeClosed(1, COUNT)
                .mapToObj(broker -> "127.0.0.1:" + ports.get(place("TESTS", broker)))
                .collect(Collectors.joining(","));
    }

    /** Formats the folder of a new broker and says how to start it. */
    Node node(int broker, Layout layout) throws IOException {
        var data = layout.state(Role.KAFKA).resolve("data");
        Files.createDirectories(data);
        format(broker, data);
        var file = layout.home().resolve("server.properties");
        try (var out = Files.newOutputStream(file)) {
            properties(broker, data).store(out, null);
        }
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx224m",
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "-Xss512k",
                "-XX:TieredStopAtLevel=1",
                "-Djava.util.logging.config.file="
                        + layout.root().resolve("deploy/src/test/resources/logging.properties"),
                "-cp",
                layout.lifeline() + File.pathSeparator + layout.archive(Role.KAFKA),
                Lifeline.class.getName(),
                "kafka.Kafka"));
        command.add(file.toString());
        return new Node(
                name(broker),
                layout,
                new Blueprint(Role.KAFKA, command, new Readiness.BrokerAnswers(ports.get(place("TESTS", broker)))),
                List::of);
    }

    private FaultProxy.Link link(String listener, int broker, int port) throws IOException {
        var from = clients.stream()
                .filter(client -> listener(client).equals(listener))
                .findFirst()
                .orElse("brokers");
        return proxy.link(from + ">" + name(broker), port);
    }

    private List<String> listeners() {
        var names = new ArrayList<>(List.of("CONTROLLER", "INTERNAL", "TESTS"));
        clients.forEach(client -> names.add(listener(client)));
        return names;
    }

    private static String listener(String client) {
        return client.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    private static String place(String listener, int broker) {
        return listener + "/" + broker;
    }

    private static String voterPlace(int from, int to) {
        return "voter " + from + ">" + to;
    }

    private static void format(int broker, Path data) throws IOException {
        var said = new ByteArrayOutputStream();
        var formatter = new Formatter();
        formatter
                .setPrintStream(new PrintStream(said, true, StandardCharsets.UTF_8))
                .setClusterId(CLUSTER)
                .setNodeId(broker)
                .setDirectories(List.of(data.toString()))
                .setMetadataLogDirectory(data.toString())
                .setControllerListenerName("CONTROLLER")
                .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION);
        try {
            formatter.run();
        } catch (Exception e) {
            throw new IOException("cannot format " + data + ": " + said.toString(StandardCharsets.UTF_8), e);
        }
    }

    private Properties properties(int broker, Path data) {
        var properties = new Properties();
        properties.putAll(Map.of(
                "process.roles", "broker,controller",
                "node.id", Integer.toString(broker),
                "log.dirs", data.toString(),
                "controller.listener.names", "CONTROLLER",
                "inter.broker.listener.name", "INTERNAL",
                "auto.create.topics.enable", "false"));
        properties.put(
                "listeners",
                listeners().stream()
                        .map(listener -> listener + "://127.0.0.1:" + ports.get(place(listener, broker)))
                        .collect(Collectors.joining(",")));
        properties.put(
                "advertised.listeners",
                listeners().stream()
                        .map(listener -> listener + "://127.0.0.1:" + advertised(listener, broker))
                        .collect(Collectors.joining(",")));
        properties.put(
                "listener.security.protocol.map",
                listeners().stream().map(listener -> listener + ":PLAINTEXT").collect(Collectors.joining(",")));
        properties.put(
                "controller.quorum.voters",
                IntStream.rangeClosed(1, COUNT)
                        .mapToObj(voter -> voter + "@127.0.0.1:"
                                + (voter == broker
                                        ? ports.get(place("CONTROLLER", voter))
                                        : links.get(voterPlace(broker, voter)).port()))
                        .collect(Collectors.joining(",")));
        // three copies, of which two must have what is acknowledged
        properties.put("default.replication.factor", "3");
        properties.put("min.insync.replicas", "2");
        for (var internal : List.of("offsets.topic", "transaction.state.log", "share.coordinator.state.topic")) {
            properties.put(internal + ".replication.factor", "3");
            properties.put(internal + ".num.partitions", "1");
        }
        properties.put("transaction.state.log.min.isr", "2");
        properties.put("share.coordinator.state.topic.min.isr", "2");
        properties.put("group.initial.rebalance.delay.ms", "0");
        // another leader within seconds, where Kafka's own settings take nine and more
        properties.put("broker.session.timeout.ms", "2000");
        properties.put("broker.heartbeat.interval.ms", "300");
        properties.put("controller.quorum.fetch.timeout.ms", "1000");
        properties.put("controller.quorum.election.timeout.ms", "500");
        properties.put("controller.quorum.request.timeout.ms", "1000");
        // small processes, small files
        properties.put("num.network.threads", "1");
        properties.put("num.io.threads", "4");
        properties.put("background.threads", "2");
        properties.put("num.recovery.threads.per.data.dir", "1");
        properties.put("log.cleaner.dedupe.buffer.size", "8388608");
        properties.put("log.index.size.max.bytes", "1048576");
        return properties;
    }

    private int advertised(String listener, int broker) {
        var link = links.get(place(listener, broker));
        return link == null ? ports.get(place(listener, broker)) : link.port();
    }
}
