package io.bellwether.deploy.chaos;

import io.bellwether.deploy.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A cluster that runs, the load on it, and who watches and steers it. */
final class World implements AutoCloseable {
    static final Path OUT = Path.of("target", "chaos");
    private static final Duration SETTLED_MAX = Duration.ofSeconds(60);

    final Cluster cluster;
    private final Path home;
    final Kafka kafka;
    final Control control;
    final Oracle oracle;
    final OpenLoad load;
    final Observer observer;

    private World(Path home, Cluster cluster, int requestsPerSecond) throws Exception {
        this.home = home;
        this.cluster = cluster;
        kafka = new Kafka(cluster);
        control = new Control(cluster);
        control.stable("1");
        oracle = Oracle.ask(cluster);
        load = new OpenLoad(cluster, oracle, requestsPerSecond);
        observer = new Observer(control);
    }

    /** Starts everything in a fresh folder and returns when the load is answered without an error. */
    static World start(String name, int requestsPerSecond) throws Exception {
        return start(name, requestsPerSecond, Cluster.Shape.PLAIN);
    }

    /** The same with a cluster that is special. */
    static World start(String name, int requestsPerSecond, Cluster.Shape shape) throws Exception {
        var home = OUT.resolve(name).toAbsolutePath();
        SmallDisk.unmountBelow(home);
        delete(home);
        Files.createDirectories(home);
        System.out.println("starting the cluster in " + home);
        var cluster = Cluster.start(home, shape);
        try {
            var world = new World(home, cluster, requestsPerSecond);
            Await.until("the load is answered for two seconds without an error", SETTLED_MAX, world::settled);
            Await.until("every partition has its copies", SETTLED_MAX, world.kafka::isWhole);
            return world;
        } catch (Exception | AssertionError e) {
            cluster.close();
            SmallDisk.unmountBelow(home);
            throw e;
        }
    }

    private boolean settled() throws InterruptedException {
        long from = load.due();
        TimeUnit.SECONDS.sleep(2);
        var some = load.answers(from, load.due());
        return !some.isEmpty() && some.stream().allMatch(Answer::isOk);
    }

    @Override
    public void close() throws Exception {
        load.close();
        observer.close();
        cluster.close();
        SmallDisk.unmountBelow(home);
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (var path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
