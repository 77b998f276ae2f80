package io.bellwether.deploy.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.deploy.Await;
import io.bellwether.deploy.platform.Role;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/** How long it takes until no gateway gives anything to a candidate, from a person's command or from its first failure on. */
@Timeout(600)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RollbackChaos {
    private static final int REQUESTS_PER_SECOND = 200;
    /** Nine processes that have just started compete for the processor with their compilers: reported, not asserted. */
    private static final int COLD = 24;

    private static final int HEALTHY = 60;
    private static final int LEADERS = 3;
    private static final int GUARDS = 3;
    private static final double HEALTHY_P99_MILLIS_MAX = 500;
    private static final double LEADER_MILLIS_MAX = 5_000;
    private static final double GUARD_MILLIS_MAX = 500;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Report report = new Report("rollbacks");
    private World world;
    private int rollouts;

    @BeforeAll
    void start() throws Exception {
        world = World.start("rollbacks", REQUESTS_PER_SECOND);
    }

    @AfterAll
    void stop() throws Exception {
        report.write();
        if (world != null) {
            world.close();
        }
    }

    @Test
    @Order(1)
    void withAHealthyBroker() throws Exception {
        long from = world.load.due();
        report("healthy broker, the first ones after the start", rollBacks(COLD));
        var millis = rollBacks(HEALTHY);
        report("healthy broker", millis);
        assertThat(broken(from)).isEmpty();
        assertThat(Report.quantile(millis, 0.99)).isLessThanOrEqualTo(HEALTHY_P99_MILLIS_MAX);
    }

    private double[] rollBacks(int count) throws Exception {
        var millis = new double[count];
        for (int i = 0; i < count; i++) {
            var id = create("2", 30);
            millis[i] = millisToZero(id, i);
            awaitEnded(id);
        }
        return millis;
    }

    @Test
    @Order(2)
    void withTheLeaderKilled() throws Exception {
        withoutTheLeader("leader killed", Node::kill, Node::start);
    }

    @Test
    @Order(3)
    void withTheLeaderFrozen() throws Exception {
        withoutTheLeader("leader frozen", Node::freeze, Node::thaw);
    }

    @Test
    @Order(4)
    void byTheGuardOfEachGatewayWithoutAnyBroker() throws Exception {
        var millis = new ArrayList<Double>();
        for (int i = 0; i < GUARDS; i++) {
            // Given: a candidate that is well for some seconds
            var id = create("4", 50);
            TimeUnit.SECONDS.sleep(4);
            for (var broker : world.cluster.nodes(Role.KAFKA)) {
                broker.kill();
            }

            // When: it begins to fail
            long from = world.load.due();
            world.load.send(world.oracle.inky());
            TimeUnit.SECONDS.sleep(3);
            long to = world.load.due();
            world.load.send(world.oracle.plain());

            // Then
            var answers = world.load.answers(from, to).stream()
                    .filter(answer ->
                            answer.isOfCandidate() && answer.trace().rollout().equals(id))
                    .toList();
            for (int gateway = 0; gateway < Cluster.GATEWAYS; gateway++) {
                millis.add(millisOfGuard(answers, gateway));
            }
            for (var broker : world.cluster.nodes(Role.KAFKA)) {
                broker.start();
            }
            world.cluster.awaitReady();
            awaitEnded(id);
            Await.until("every partition has its copies", LIMIT, world.kafka::isWhole);
        }
        var all = millis.stream().mapToDouble(Double::doubleValue).toArray();
        report("guard, no broker", all);
        // the guard needs failures, not time: the slower half of a few gateways waits for the next ones of a candidate
        assertThat(Report.quantile(all, 0.5)).isLessThanOrEqualTo(GUARD_MILLIS_MAX);
    }

    private interface Blow {
        void to(Node node) throws Exception;
    }

    private void withoutTheLeader(String what, Blow blow, Blow mend) throws Exception {
        long from = world.load.due();
        var millis = new double[LEADERS];
        for (int i = 0; i < LEADERS; i++) {
            var id = create("2", 30);
            var leader = world.kafka.leader();
            blow.to(leader);
            millis[i] = millisToZero(id, i);
            mend.to(leader);
            world.cluster.awaitReady();
            awaitEnded(id);
            Await.until("every partition has its copies", LIMIT, world.kafka::isWhole);
        }
        report(what, millis);
        assertThat(broken(from)).isEmpty();
        assertThat(Report.quantile(millis, 1)).isLessThanOrEqualTo(LEADER_MILLIS_MAX);
    }

    /** Gateways give a candidate nothing before the log knows why. */
    private void awaitEnded(String id) throws Exception {
        Await.until("the log has ended " + id, LIMIT, () -> {
            var rollout = world.control.rollout(0, id);
            return rollout != null && "ROLLED_BACK".equals(rollout.path("state").asText());
        });
    }

    private String create(String candidate, int weightPercent) throws Exception {
        var id = "rollback-" + ++rollouts;
        world.control.create(id, candidate, weightPercent, false);
        world.control.awaitWeight(id, weightPercent, LIMIT);
        return id;
    }

    /** From before the command until the last gateway says 0. */
    private double millisToZero(String id, int first) throws Exception {
        var watchers = Executors.newFixedThreadPool(Cluster.GATEWAYS);
        try {
            long startNanos = System.nanoTime();
            List<Future<Long>> zeros = new ArrayList<>();
            for (int i = 0; i < Cluster.GATEWAYS; i++) {
                int gateway = i;
                Callable<Long> watch = () -> zeroNanos(gateway, id);
                zeros.add(watchers.submit(watch));
            }
            int attempts = world.control.rollBack(id, first);
            System.out.printf(
                    "  %s taken after %d attempts and %d ms%n",
                    id, attempts, (System.nanoTime() - startNanos) / 1_000_000);
            long lastNanos = 0;
            for (var zero : zeros) {
                lastNanos = Math.max(lastNanos, zero.get() - startNanos);
            }
            return lastNanos / 1e6;
        } finally {
            watchers.shutdownNow();
        }
    }

    private long zeroNanos(int gateway, String id) throws Exception {
        long endNanos = System.nanoTime() + LIMIT.toNanos();
        while (System.nanoTime() < endNanos) {
            var rollout = world.control.rollout(gateway, id);
            if (rollout != null && rollout.path("weightPercent").asDouble(-1) == 0) {
                return System.nanoTime();
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
        throw new AssertionError("gateway-" + (gateway + 1) + " still gives something to " + id);
    }

    /** From the first failed answer of the candidate until the last request that this gateway routed to it. */
    private static double millisOfGuard(List<Answer> answers, int gateway) {
        var own = answers.stream().filter(answer -> answer.gateway() == gateway).toList();
        long firstNanos = own.stream()
                .filter(answer -> !answer.isOk())
                .mapToLong(Answer::endNanos)
                .min()
                .orElseThrow(() -> new AssertionError("gateway " + gateway + " sent nothing to the candidate"));
        return (own.stream().mapToLong(Answer::sentNanos).max().orElse(firstNanos) - firstNanos) / 1e6;
    }

    private List<String> broken(long from) throws Exception {
        long to = world.load.due();
        var answers = world.load.answers(from, to);
        var broken = new ArrayList<>(HistoryCheck.outcomes(from, to, answers));
        broken.addAll(HistoryCheck.errors(answers, new HistoryCheck.Allowance(0, 0, 0, Set.of())));
        return broken;
    }

    private void report(String what, double[] millis) {
        report.row(
                what,
                Map.of(
                        "count", millis.length,
                        "p50Millis", Report.quantile(millis, 0.5),
                        "p99Millis", Report.quantile(millis, 0.99),
                        "leastMillis", Report.quantile(millis, 0),
                        "mostMillis", Report.quantile(millis, 1),
                        "allMillis",
                                Arrays.toString(Arrays.stream(millis)
                                        .mapToLong(Math::round)
                                        .toArray())));
    }
}
