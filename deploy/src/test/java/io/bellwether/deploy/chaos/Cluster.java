package io.bellwether.deploy.chaos;

import io.bellwether.deploy.platform.Blueprint;
import io.bellwether.deploy.platform.ClassArchives;
import io.bellwether.deploy.platform.Layout;
import io.bellwether.deploy.platform.Port;
import io.bellwether.deploy.platform.Role;
import io.bellwether.deploy.platform.Settings;
import io.bellwether.deploy.platform.Settings.ProcessProperty;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Three gateways, two workers, three brokers and monitoring, each a process with its own ports and folder, and a link of the
 * fault proxy between any two that talk to each other.
 */
final class Cluster implements AutoCloseable {
    static final int GATEWAYS = 3;
    static final int WORKERS = 2;
    /** Whether gateways send what a worker was lost with to the other one. */
    static final boolean RETRY_LOST_WORK = Boolean.getBoolean("bellwether.chaos.retry-lost-work");

    /** As a platform that has run before: a process that starts again has what an archive saves. It stays for later runs. */
    private static final Path CLASS_DATA = World.OUT.resolve("class-data").toAbsolutePath();

    /** A start takes a third of the processor time, and everything after it more. */
    private static final List<String> QUICK = List.of("-XX:TieredStopAtLevel=1");

    /**
     * What is special about a cluster.
     *
     * @param smallDisks whether the state of some lies on disks that can be made full, where that is possible
     * @param quickWorkers whether workers are made to start quickly, and answer more slowly
     */
    record Shape(boolean smallDisks, boolean quickWorkers) {
        static final Shape PLAIN = new Shape(false, false);
    }

    private static final String MONITORING = "monitoring-1";
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final List<String> VERSIONS = List.of("1", "2", "4");
    private static final int PORTS = 80;

    /** Whose state may lie on a disk of its own, and its mebibytes. */
    private static final Map<String, Integer> SMALL_DISKS =
            Map.of("gateway-2", 4, "worker-2", 4, "monitoring-1", 4, "broker-3", 96);

    private static final Duration READY_MAX = Duration.ofSeconds(150);
    private static final long POLL_MILLIS = 100;

    private final FaultProxy proxy = new FaultProxy();
    private final Map<String, Node> nodes = new LinkedHashMap<>();
    private final List<FaultProxy.Link> links = new ArrayList<>();
    private final List<Settings> gateways = new ArrayList<>();
    private final List<FaultProxy.Link> doors = new ArrayList<>();
    private final Path home;
    private final FreePorts ports = new FreePorts(PORTS);
    private final Brokers brokers;
    private final ClassArchives archives;

    private Cluster(Path home, Shape shape) throws Exception {
        this.home = home;
        var classData = new Layout(ROOT, CLASS_DATA);
        Files.createDirectories(classData.log("class-archives").getParent());
        archives = ClassArchives.open(classData);
        if (shape.smallDisks()) {
            for (var name : SMALL_DISKS.keySet()) {
                var role = Role.of(name.substring(0, name.indexOf('-'))).orElse(Role.KAFKA);
                SmallDisk.mount(layout(name).state(role), SMALL_DISKS.get(name));
            }
        }
        var clients = new ArrayList<String>();
        for (int i = 1; i <= GATEWAYS; i++) {
            clients.add("gateway-" + i);
        }
        for (int i = 1; i <= WORKERS; i++) {
            clients.add("worker-" + i);
        }
        clients.add(MONITORING);
        brokers = new Brokers(proxy, clients, ports);
        links.addAll(brokers.links());
        for (int broker = 1; broker <= Brokers.COUNT; broker++) {
            var layout = layout(Brokers.name(broker));
            nodes.put(Brokers.name(broker), brokers.node(broker, layout));
        }
        var models = models();
        var workers = new ArrayList<Settings>();
        for (int i = 1; i <= WORKERS; i++) {
            workers.add(worker("worker-" + i, models, shape));
        }
        for (int i = 1; i <= GATEWAYS; i++) {
            gateway("gateway-" + i, models, workers);
        }
        monitoring(models);
    }

    /** Starts everything and waits until all of it is ready. */
    static Cluster start(Path home, Shape shape) throws Exception {
        var cluster = new Cluster(home, shape);
        try {
            for (var node : cluster.nodes.values()) {
                node.start();
            }
            cluster.awaitReady();
            cluster.archives.makeMissing();
            return cluster;
        } catch (Exception | AssertionError e) {
            cluster.close();
            throw e;
        }
    }

    /** Waits until every process is ready; says who is, and fails with the log of one that has ended. */
    void awaitReady() throws InterruptedException {
        long endNanos = System.nanoTime() + READY_MAX.toNanos();
        var waiting = new ArrayList<>(nodes.values());
        waiting.removeIf(Node::isReady);
        while (!waiting.isEmpty()) {
            for (var node : List.copyOf(waiting)) {
                if (!node.isAlive()) {
                    throw new AssertionError(node.name() + " has ended. The last lines of its log:\n" + node.log());
                }
                if (node.isReady()) {
                    waiting.remove(node);
                    System.out.printf("  %-13s ready, %.1f s old%n", node.name(), node.ageSeconds());
                }
            }
            if (System.nanoTime() > endNanos) {
                throw new AssertionError(waiting.get(0).name() + " is not ready within " + READY_MAX.toSeconds()
                        + " s. The last lines of its log:\n" + waiting.get(0).log());
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    Node node(String name) {
        return nodes.get(name);
    }

    List<Node> nodes() {
        return List.copyOf(nodes.values());
    }

    /** Those of a kind, in order. */
    List<Node> nodes(Role role) {
        return nodes.values().stream().filter(node -> node.role() == role).toList();
    }

    /** Every link that begins or ends at a process; that of clients to a gateway too. */
    List<FaultProxy.Link> links(String name) {
        return links.stream()
                .filter(link -> List.of(link.name().split(">")).contains(name))
                .toList();
    }

    /** The way of clients to each gateway. */
    List<FaultProxy.Link> doors() {
        return List.copyOf(doors);
    }

    /** Base address of the control API of a gateway, without a link between. */
    String control(int gateway) {
        return gateways.get(gateway).http(Port.CONTROL) + "/control/v1";
    }

    /** Base address of health and metrics of a gateway, without a link between. */
    String management(int gateway) {
        return gateways.get(gateway).http(Port.GATEWAY_MANAGEMENT);
    }

    /** Brokers for the tests themselves. */
    String bootstrap() {
        return brokers.bootstrapOfTests();
    }

    Layout layout() {
        return layout("tests");
    }

    @Override
    public void close() {
        for (var node : nodes.values()) {
            try {
                if (node.isAlive()) {
                    node.thaw();
                }
            } catch (Exception e) {
                System.out.println(node.name() + " cannot be woken: " + e.getMessage());
            }
        }
        for (var role : List.of(Role.GATEWAY, Role.MONITORING, Role.WORKER, Role.KAFKA)) {
            nodes(role).forEach(Node::askToStop);
            nodes(role).forEach(Node::stop);
        }
        try {
            proxy.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Layout layout(String name) {
        return new Layout(ROOT, home.resolve(name));
    }

    /** Three versions of the digits: the stable one, a good one, and one that throws on images with much ink. */
    private Path models() throws IOException {
        var from = layout().sampleModels().resolve("digits");
        var models = home.resolve("models");
        for (var version : VERSIONS) {
            var folder = Files.createDirectories(models.resolve("digits").resolve(version));
            Files.copy(from.resolve(version).resolve("model.pt"), folder.resolve("model.pt"));
        }
        Files.copy(from.resolve("model.yaml"), models.resolve("digits/model.yaml"));
        return models;
    }

    private Settings worker(String name, Path models, Shape shape) {
        var settings = settings(
                Role.WORKER,
                models,
                Map.of(
                        "worker.id",
                        name,
                        "worker.kafka.bootstrap",
                        brokers.bootstrap(name),
                        "worker.warm-up.first-time-max",
                        shape.quickWorkers() ? "300ms" : "1s",
                        "worker.warm-up.time-max",
                        shape.quickWorkers() ? "100ms" : "500ms"));
        add(name, Role.WORKER, settings, shape.quickWorkers() ? QUICK : List.of());
        return settings;
    }

    private void gateway(String name, Path models, List<Settings> workers) throws IOException {
        var ways = new ArrayList<String>();
        for (int i = 0; i < workers.size(); i++) {
            var link = proxy.link(name + ">worker-" + (i + 1), workers.get(i).port(Port.WORKER_GRPC));
            links.add(link);
            ways.add("127.0.0.1:" + link.port());
        }
        var settings = settings(
                Role.GATEWAY,
                models,
                Map.of(
                        "gateway.id",
                        name,
                        "gateway.workers",
                        String.join(",", ways),
                        "gateway.kafka.bootstrap",
                        brokers.bootstrap(name),
                        "gateway.kafka.replication-factor",
                        "3",
                        "gateway.kafka.call-timeout",
                        "1s",
                        "gateway.drain.delay",
                        "1s",
                        "gateway.worker-link.retry-lost-work",
                        Boolean.toString(RETRY_LOST_WORK),
                        "gateway.warm-up.duration-max",
                        "3s"));
        var door = proxy.link("clients>" + name, settings.port(Port.GATEWAY_HTTP));
        links.add(door);
        doors.add(door);
        gateways.add(settings);
        add(name, Role.GATEWAY, settings);
    }

    private void monitoring(Path models) {
        add(
                MONITORING,
                Role.MONITORING,
                settings(
                        Role.MONITORING,
                        models,
                        Map.of(
                                "monitoring.id",
                                MONITORING,
                                "monitoring.kafka.bootstrap",
                                brokers.bootstrap(MONITORING),
                                "monitoring.kafka.partitions",
                                "1")));
    }

    private Settings settings(Role role, Path models, Map<String, String> properties) {
        var numbers = new EnumMap<Port, Integer>(Port.class);
        for (var port : Port.values()) {
            if (port.role() == role) {
                numbers.put(port, ports.next());
            }
        }
        return new Settings(
                numbers,
                models.toString(),
                properties.entrySet().stream()
                        .map(property -> new ProcessProperty(role, property.getKey(), property.getValue()))
                        .toList());
    }

    private void add(String name, Role role, Settings settings) {
        add(name, role, settings, List.of());
    }

    private void add(String name, Role role, Settings settings, List<String> more) {
        var layout = layout(name);
        nodes.put(
                name,
                new Node(name, layout, Blueprint.of(role, layout, settings).with(more), () -> flags(name, role)));
    }

    /** While there is no archive the first of each kind writes down what one is made from. */
    private List<String> flags(String name, Role role) {
        var flags = archives.flags(role);
        boolean writes = flags.stream().anyMatch(flag -> flag.startsWith("-XX:DumpLoadedClassList"));
        return writes && !name.endsWith("-1") ? List.of() : flags;
    }
}
