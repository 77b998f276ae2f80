package io.bellwether.deploy.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bellwether.deploy.Await;
import io.bellwether.deploy.chaos.Fault.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One fault after another under load, each with a rollout that a person takes back while it lasts. What must hold is looked
 * at after each.
 */
@Timeout(600)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FaultsChaos {
    private static final int REQUESTS_PER_SECOND = 120;
    private static final int WEIGHT_PERCENT = 30;
    private static final long BEFORE_COMMAND_MILLIS = 1_500;
    private static final long AFTER_COMMAND_MILLIS = 2_000;
    private static final long CALM_MILLIS = 1_500;
    private static final int ERRORS_SHOWN = 10;
    private static final Duration HEALED_MAX = Duration.ofSeconds(60);
    private static final String ONLY = System.getProperty("bellwether.chaos.only", "");

    private final Report report = new Report("faults");
    private World world;
    private boolean smallDisks;
    private String rollout = "";
    private boolean fresh = true;

    @BeforeAll
    void start() throws Exception {
        smallDisks = SmallDisk.isPossible(World.OUT.resolve("mount").toAbsolutePath());
        world = World.start("faults", REQUESTS_PER_SECOND, new Cluster.Shape(smallDisks, false));
    }

    @AfterAll
    void stop() throws Exception {
        report.write();
        if (world != null) {
            world.close();
        }
    }

    static List<Fault> faults() {
        var all = new ArrayList<Fault>();
        for (var kind :
                List.of(Kind.KILL, Kind.FREEZE, Kind.PARTITION, Kind.ONE_WAY, Kind.CUT, Kind.SLOW, Kind.RESTART)) {
            all.add(new Fault("gateway-1", kind, errorsMax("gateway", kind)));
            all.add(new Fault("worker-1", kind, errorsMax("worker", kind)));
            all.add(new Fault("leader", kind, 0));
            all.add(new Fault("monitoring-1", kind, 0));
        }
        for (var victim : List.of("gateway-2", "worker-2", "broker-3", "monitoring-1")) {
            all.add(new Fault(victim, Kind.DISK_FULL, 0));
        }
        return all.stream()
                .filter(fault -> fault.name().matches(".*(" + ONLY + ").*"))
                .toList();
    }

    /** What the balancer of the clients sends to a gateway before it finds out, and what a worker had begun. */
    private static int errorsMax(String victim, Kind kind) {
        return switch (kind) {
            case SLOW, RESTART -> 0;
            case KILL, CUT -> 30;
            case FREEZE, PARTITION, ONE_WAY -> victim.equals("gateway") ? 40 : 200;
            case DISK_FULL -> 0;
        };
    }

    @ParameterizedTest
    @MethodSource("faults")
    void whatMustHoldHolds(Fault fault) throws Exception {
        // Given
        assumeTrue(
                smallDisks || fault.kind() != Kind.DISK_FULL,
                "a disk of its own for a process needs the right to mount, which this user has not");
        var node = fault.victim().equals("leader") ? world.kafka.leader() : world.cluster.node(fault.victim());
        var id = "r-" + fault.name().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "-");
        long from = world.load.due();
        rollout = id;
        fresh = false;
        world.control.create(id, "2", WEIGHT_PERCENT, false);
        world.observer.watch(id);
        world.control.awaitWeight(id, WEIGHT_PERCENT, Duration.ofSeconds(10));

        // When
        System.out.println("  " + fault.name() + " " + node.name());
        long beginNanos = System.nanoTime();
        fault.begin(world, node);
        TimeUnit.MILLISECONDS.sleep(BEFORE_COMMAND_MILLIS);
        var command = new FutureTask<>(() -> rollBack(id));
        new Thread(command, "person").start();
        TimeUnit.MILLISECONDS.sleep(AFTER_COMMAND_MILLIS);
        fault.heal(world, node);
        long healNanos = System.nanoTime();
        var taken = command.get();
        world.cluster.awaitReady();
        world.control.awaitWeight(id, 0, HEALED_MAX);
        Await.until("every partition has its copies", HEALED_MAX, world.kafka::isWhole);
        long wholeNanos = System.nanoTime();
        TimeUnit.MILLISECONDS.sleep(CALM_MILLIS);

        // Then
        long to = world.load.due();
        var answers = world.load.answers(from, to);
        var errors = answers.stream().filter(answer -> !answer.isOk()).toList();
        report.row(
                fault.name(),
                Map.of(
                        "node", node.name(),
                        "requests", to - from,
                        "errors", errors.size(),
                        "errorKinds", HistoryCheck.count(errors).toString(),
                        "errorsAtMillis",
                                errors.stream()
                                        .limit(ERRORS_SHOWN)
                                        .map(error -> (error.sentNanos() - beginNanos) / 1_000_000 + "-"
                                                + (error.endNanos() - beginNanos) / 1_000_000)
                                        .toList(),
                        "commandAttempts", taken.attempts(),
                        "commandMillis", taken.millis(),
                        "wholeMillis", (wholeNanos - healNanos) / 1_000_000,
                        "p99Millis", Report.quantile(answers, 0.99)));
        var allowance = new HistoryCheck.Allowance(beginNanos, wholeNanos, fault.errorsMax(), fault.gateways());
        var broken = new ArrayList<>(HistoryCheck.outcomes(from, to, answers));
        broken.addAll(HistoryCheck.errors(answers, allowance));
        broken.addAll(HistoryCheck.kills(answers, world.observer.sightings()));
        broken.addAll(HistoryCheck.weights(world.observer.sightings(), world.kafka.raises()));
        broken.addAll(HistoryCheck.convergence(world.control.routeVersions()));
        fresh = true;
        assertThat(broken).as(fault.name()).isEmpty();
    }

    private record Taken(int attempts, long millis) {}

    private Taken rollBack(String id) throws Exception {
        long startNanos = System.nanoTime();
        int attempts = world.control.rollBack(id, 1);
        return new Taken(attempts, (System.nanoTime() - startNanos) / 1_000_000);
    }

    /** After a failure too, the next fault shall find a whole cluster without a rollout. */
    @AfterEach
    void mend() throws Exception {
        if (!fresh) {
            for (var node : world.cluster.nodes()) {
                world.cluster.links(node.name()).forEach(link -> link.set(LinkMode.PASS));
                SmallDisk.empty(node);
                if (node.isAlive()) {
                    node.thaw();
                } else {
                    node.start();
                }
            }
            world.cluster.awaitReady();
            try {
                world.control.rollBack(rollout, 0);
            } catch (AssertionError e) {
                System.out.println("  " + rollout + " is over already: " + e.getMessage());
            }
        }
    }
}
