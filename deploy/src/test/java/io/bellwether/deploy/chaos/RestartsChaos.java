package io.bellwether.deploy.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.deploy.Await;
import io.bellwether.deploy.platform.Role;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/** What clients must not notice at all: a restart of every process, one after the other, and all brokers away. */
@Timeout(value = 3, unit = TimeUnit.HOURS)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RestartsChaos {
    private static final int REQUESTS_PER_SECOND = 120;
    private static final long WINDOW_SECONDS = Long.getLong("bellwether.chaos.broker-away-seconds", 20);
    private static final int ROUNDS = 2;
    private static final int ROLLING_RESTARTS = Integer.getInteger("bellwether.chaos.rolling-restarts", 1);
    private static final int GATEWAY_RESTARTS = Integer.getInteger("bellwether.chaos.gateway-restarts", 6);
    private static final int WORKER_RESTARTS = Integer.getInteger("bellwether.chaos.worker-restarts", 4);
    private static final long READY_SECONDS_MIN = 3;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Report report = new Report("restarts");
    private World world;

    @BeforeAll
    void start() throws Exception {
        world = World.start("restarts", REQUESTS_PER_SECOND);
    }

    @AfterAll
    void stop() throws Exception {
        report.write();
        if (world != null) {
            world.close();
        }
    }

    @Test
    @Order(2)
    void aRestartOfEverythingInTurnCostsNoRequest() throws Exception {
        long from = world.load.due();
        long movedBefore = world.load.moved();
        for (int round = 0; round < ROLLING_RESTARTS; round++) {
            restartEverything();
        }
        long to = world.load.due();
        var answers = world.load.answers(from, to);
        var errors = answers.stream().filter(answer -> !answer.isOk()).toList();
        report.row(
                ROLLING_RESTARTS + " rolling restarts",
                Map.of(
                        "requests", to - from,
                        "errors", errors.size(),
                        "errorKinds", HistoryCheck.count(errors).toString(),
                        "moved", world.load.moved() - movedBefore,
                        "p99Millis", Report.quantile(answers, 0.99)));
        assertThat(broken(from, to, answers)).isEmpty();
    }

    private void restartEverything() throws Exception {
        for (var role : List.of(Role.MONITORING, Role.GATEWAY, Role.WORKER, Role.KAFKA)) {
            for (var node : world.cluster.nodes(role)) {
                node.stop();
                node.start();
                world.cluster.awaitReady();
                Await.until("every partition has its copies", LIMIT, world.kafka::isWhole);
                // a gateway asks workers once a second; the next one must not go before all know that this one is back
                TimeUnit.SECONDS.sleep(READY_SECONDS_MIN);
            }
        }
    }

    @Test
    @Order(1)
    void withoutAnyBrokerRequestsAreAsFastAndEachIsCountedOnceLater() throws Exception {
        var ratios = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            // Given
            var before = window();

            // When
            for (var broker : world.cluster.nodes(Role.KAFKA)) {
                broker.kill();
            }
            var without = window();

            // Then
            ratios[round] = without.p99Millis() / before.p99Millis();
            report.row(
                    "no broker, round " + (round + 1),
                    Map.of(
                            "p99MillisBefore", before.p99Millis(),
                            "p99MillisWithout", without.p99Millis(),
                            "p50MillisBefore", before.p50Millis(),
                            "p50MillisWithout", without.p50Millis(),
                            "gatewayResidentMebibytesBefore", before.residentMebibytes(),
                            "gatewayResidentMebibytesWithout", without.residentMebibytes(),
                            "ratio", ratios[round]));
            for (var broker : world.cluster.nodes(Role.KAFKA)) {
                broker.start();
            }
            world.cluster.awaitReady();
            Await.until("every partition has its copies", LIMIT, world.kafka::isWhole);
        }
        for (int gateway = 0; gateway < Cluster.GATEWAYS; gateway++) {
            assertThat(world.control.metric(gateway, "bellwether_gateway_snapshots_dropped_total"))
                    .as("cells dropped by gateway-" + (gateway + 1))
                    .isZero();
        }
    }

    @Test
    @Order(3)
    void restartsOfGatewaysCostNoRequest() throws Exception {
        restart(Role.GATEWAY, GATEWAY_RESTARTS);
    }

    @Test
    @Order(4)
    void restartsOfWorkersCostNoRequest() throws Exception {
        restart(Role.WORKER, WORKER_RESTARTS);
    }

    private void restart(Role role, int times) throws Exception {
        long from = world.load.due();
        long movedBefore = world.load.moved();
        var nodes = world.cluster.nodes(role);
        for (int i = 0; i < times; i++) {
            var node = nodes.get(i % nodes.size());
            long since = world.load.due();
            long termNanos = System.nanoTime();
            node.stop();
            node.start();
            world.cluster.awaitReady();
            TimeUnit.SECONDS.sleep(READY_SECONDS_MIN);
            world.load.answers(since, world.load.due()).stream()
                    .filter(answer -> !answer.isOk())
                    .forEach(error -> System.out.printf(
                            "  sent %d and failed %d ms after SIGTERM to %s: %s%n",
                            (error.sentNanos() - termNanos) / 1_000_000,
                            (error.endNanos() - termNanos) / 1_000_000,
                            node.name(),
                            error));
        }
        long to = world.load.due();
        var answers = world.load.answers(from, to);
        long errors = answers.stream().filter(answer -> !answer.isOk()).count();
        report.row(
                times + " restarts, " + role,
                Map.of(
                        "requests",
                        to - from,
                        "errors",
                        errors,
                        "moved",
                        world.load.moved() - movedBefore,
                        "p99Millis",
                        Report.quantile(answers, 0.99)));
        assertThat(broken(from, to, answers)).isEmpty();
    }

    /** The load ends here. */
    @Test
    @Order(5)
    void eachRequestIsCountedOnce() throws Exception {
        CountCheck.endsWithEachRequestCountedOnce(world, report);
    }

    private record Window(double p50Millis, double p99Millis, long residentMebibytes) {}

    private Window window() throws Exception {
        long from = world.load.due();
        TimeUnit.SECONDS.sleep(WINDOW_SECONDS);
        long to = world.load.due();
        var answers = world.load.answers(from, to);
        assertThat(broken(from, to, answers)).isEmpty();
        return new Window(
                Report.quantile(answers, 0.5),
                Report.quantile(answers, 0.99),
                world.cluster.node("gateway-1").residentBytes() >> 20);
    }

    private static List<String> broken(long from, long to, List<Answer> answers) {
        var broken = new ArrayList<>(HistoryCheck.outcomes(from, to, answers));
        broken.addAll(HistoryCheck.errors(answers, new HistoryCheck.Allowance(0, 0, 0, Set.of())));
        return broken;
    }
}
