package io.bellwether.deploy.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.deploy.Await;
import io.bellwether.deploy.platform.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/**
 * Workers are killed, one after the other, each time while all of them serve. Clients may lose what the killed one had, and
 * nothing where a gateway may send that again; nobody gets an answer twice, or somebody else's.
 */
@Timeout(value = 5, unit = TimeUnit.HOURS)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class KillsChaos {
    private static final int REQUESTS_PER_SECOND = 120;
    private static final int KILLS = Integer.getInteger("bellwether.chaos.worker-kills", 6);
    private static final int PROGRESS_KILLS = 20;
    /** What one worker may have of a load that needs a few milliseconds a request; the machine may have halted for a moment. */
    private static final int ERRORS_OF_A_KILL_MAX = 60;

    private static final long AFTER_A_KILL_NANOS_MAX = 2_000_000_000L;
    private static final Duration LIMIT = Duration.ofSeconds(60);
    /** A gateway asks workers once a second what they serve. */
    private static final long ASKED_MILLIS = 1_200;

    private final Report report = new Report("kills");
    private World world;

    @BeforeAll
    void start() throws Exception {
        world = World.start("kills", REQUESTS_PER_SECOND, new Cluster.Shape(false, true));
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
    void aKilledWorkerCostsAtMostWhatItHad() throws Exception {
        var broken = new ArrayList<String>();
        var kinds = new TreeMap<String, Integer>();
        var workers = world.cluster.nodes(Role.WORKER);
        long begin = world.load.due();
        double retriesBefore = retries();
        int errors = 0;
        int killsThatCost = 0;
        for (int i = 0; i < KILLS; i++) {
            // Given
            awaitAllServe();
            var worker = workers.get(i % workers.size());
            long from = world.load.due();

            // When
            long killNanos = System.nanoTime();
            worker.kill();
            forgetWhatRan(worker);
            worker.start();
            world.cluster.awaitReady();

            // Then
            long to = world.load.due();
            var answers = world.load.answers(from, to);
            broken.addAll(HistoryCheck.outcomes(from, to, answers));
            broken.addAll(HistoryCheck.errors(answers, allowance(killNanos)));
            var failed = answers.stream().filter(answer -> !answer.isOk()).toList();
            failed.forEach(answer -> kinds.merge(answer.outcome(), 1, Integer::sum));
            if (!failed.isEmpty()) {
                System.out.printf("  kill %d of %s: %s%n", i + 1, worker.name(), HistoryCheck.count(failed));
            }
            errors += failed.size();
            killsThatCost += failed.isEmpty() ? 0 : 1;
            if ((i + 1) % PROGRESS_KILLS == 0) {
                System.out.printf("%d kills, %d errors%n", i + 1, errors);
            }
        }
        report.row(
                KILLS + " kills",
                Map.of(
                        "requests",
                        world.load.due() - begin,
                        "errors",
                        errors,
                        "errorKinds",
                        kinds,
                        "killsThatCost",
                        killsThatCost,
                        "retries",
                        Math.round(retries() - retriesBefore),
                        "retryLostWork",
                        Cluster.RETRY_LOST_WORK,
                        "broken",
                        broken.size()));
        assertThat(broken).isEmpty();
    }

    @Test
    @Order(2)
    void eachRequestIsCountedOnce() throws Exception {
        CountCheck.endsWithEachRequestCountedOnce(world, report);
    }

    /** Nobody kills a worker every few seconds; it would blame the version that ran, and no longer serve it after three times. */
    private static void forgetWhatRan(Node worker) throws IOException {
        Files.deleteIfExists(worker.layout().state(Role.WORKER).resolve("running"));
    }

    private static HistoryCheck.Allowance allowance(long killNanos) {
        return Cluster.RETRY_LOST_WORK
                ? new HistoryCheck.Allowance(0, 0, 0, Set.of())
                : new HistoryCheck.Allowance(
                        killNanos, killNanos + AFTER_A_KILL_NANOS_MAX, ERRORS_OF_A_KILL_MAX, Set.of(0, 1, 2));
    }

    private void awaitAllServe() throws Exception {
        Await.until("each gateway reaches each worker", LIMIT, () -> {
            for (int gateway = 0; gateway < Cluster.GATEWAYS; gateway++) {
                if (world.control.metric(gateway, "bellwether_gateway_worker_up") != Cluster.WORKERS) {
                    return false;
                }
            }
            return true;
        });
        TimeUnit.MILLISECONDS.sleep(ASKED_MILLIS);
    }

    private double retries() throws Exception {
        double sum = 0;
        for (int gateway : List.of(0, 1, 2)) {
            sum += world.control.metric(gateway, "bellwether_gateway_retries_total");
        }
        return sum;
    }
}
