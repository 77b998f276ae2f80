package io.bellwether.deploy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.deploy.Await;
import io.bellwether.deploy.platform.Layout;
import io.bellwether.deploy.platform.Port;
import io.bellwether.deploy.platform.Role;
import io.bellwether.deploy.platform.Settings.ProcessProperty;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** One of two real workers is frozen, under a gateway that sends late requests to the other one too, and under one that does not. */
@EnabledIfSystemProperty(
        named = "bellwether.long",
        matches = "true",
        disabledReason = "it takes minutes; -Dbellwether.long=true")
@Timeout(400)
class HedgingIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int CLIENTS = 4;
    private static final int REQUESTS_EACH = 60;

    @TempDir
    private static Path folder;

    private record Ended(int status, long nanos) {}

    @Test
    void aFrozenWorkerCostsNobodyAnAnswerWhereLateRequestsGoToTheOther() throws Exception {
        var models = new Layout(Path.of("..").toAbsolutePath().normalize(), folder).sampleModels();
        try (var frozen = Platform.startWorker(folder.resolve("one"), models, Platform.HASTY);
                var other = Platform.startWorker(folder.resolve("other"), models, Platform.HASTY)) {
            var workers =
                    new ProcessProperty(Role.GATEWAY, "gateway.workers", frozen.address() + "," + other.address());
            try (var plain = Platform.startGateway(folder.resolve("plain"), with(workers));
                    var hedged = Platform.startGateway(
                            folder.resolve("hedged"),
                            with(
                                    workers,
                                    new ProcessProperty(Role.GATEWAY, "gateway.hedging.models", Client.MODEL),
                                    new ProcessProperty(Role.GATEWAY, "gateway.hedging.share-max", "0.2"),
                                    new ProcessProperty(Role.GATEWAY, "gateway.hedging.burst", "100")))) {
                // Given
                var usual = load(plain.client());
                load(hedged.client());
                Await.until("the gateway knows what is late", PATIENCE, () -> {
                    load(hedged.client());
                    return hedged.client().metric(Port.GATEWAY_MANAGEMENT, "bellwether_gateway_hedge_delay_seconds")
                            > 0;
                });

                // When
                frozen.freeze(Role.WORKER);
                Collection<Ended> without;
                Collection<Ended> with;
                try (var both = new Pool()) {
                    var first = both.run(() -> load(plain.client()));
                    var second = both.run(() -> load(hedged.client()));
                    without = first.get();
                    with = second.get();
                } finally {
                    frozen.thaw(Role.WORKER);
                }

                // Then
                tell("nobody frozen, without", usual);
                tell("one frozen, without", without);
                tell("one frozen, with", with);
                assertThat(without).extracting(Ended::status).contains(504);
                assertThat(with).extracting(Ended::status).containsOnly(200);
                assertThat(hedges(hedged.client(), "won")).isPositive();
                Await.until(
                        "the worker has answered what was withdrawn from it",
                        PATIENCE,
                        () -> hedged.client()
                                        .metric(Port.GATEWAY_MANAGEMENT, "bellwether_gateway_worker_requests_in_flight")
                                == 0);
            }
        }
    }

    /** Several clients, each of which sends one request after the other. */
    private static Collection<Ended> load(Client client) throws Exception {
        var digits = Digit.all();
        var ended = new ConcurrentLinkedQueue<Ended>();
        try (var clients = new Pool()) {
            var all = new ArrayList<Future<Void>>();
            for (int i = 0; i < CLIENTS; i++) {
                all.add(clients.run(() -> {
                    for (int request = 0; request < REQUESTS_EACH; request++) {
                        long startNanos = System.nanoTime();
                        int status = client.infer(digits.get(request)).statusCode();
                        ended.add(new Ended(status, System.nanoTime() - startNanos));
                    }
                    return null;
                }));
            }
            for (var one : all) {
                one.get();
            }
        }
        return ended;
    }

    private static double hedges(Client client, String result) throws Exception {
        return client.get(Port.GATEWAY_MANAGEMENT, "/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("bellwether_gateway_hedges_total")
                        && line.contains("result=\"" + result + "\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private static void tell(String what, Collection<Ended> ended) {
        var millis = ended.stream()
                .mapToDouble(one -> one.nanos() / 1e6)
                .sorted()
                .boxed()
                .toList();
        long failed = ended.stream().filter(one -> one.status() != 200).count();
        System.out.printf(
                "  %-24s %d requests, %d failed, p50 %.1f, p95 %.1f, p99 %.1f, most %.1f ms%n",
                what, millis.size(), failed, at(millis, 0.5), at(millis, 0.95), at(millis, 0.99), at(millis, 1));
    }

    private static double at(List<Double> sorted, double share) {
        return sorted.get(Math.max(0, (int) Math.ceil(share * sorted.size()) - 1));
    }

    private static ProcessProperty[] with(ProcessProperty... properties) {
        var all = new ArrayList<>(List.of(Platform.HASTY));
        all.addAll(List.of(properties));
        return all.toArray(ProcessProperty[]::new);
    }

    /** Threads that end with the block that they are made for. */
    private static final class Pool implements AutoCloseable {
        private final ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);

        <T> Future<T> run(Callable<T> task) {
            return threads.submit(task);
        }

        @Override
        public void close() {
            threads.shutdownNow();
        }
    }
}
