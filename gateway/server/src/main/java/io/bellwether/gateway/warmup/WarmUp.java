package io.bellwether.gateway.warmup;

import io.bellwether.gateway.inference.Catalog;
import io.bellwether.gateway.worker.Fleet;
import io.bellwether.gateway.worker.WorkerDirectory;
import io.bellwether.protocol.Decoded;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelMetadataResponse;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Warms the whole path before readiness: real requests of zeros over both edges to a real worker, in rounds, until they
 * are steady or the time is up. A JVM that has just started is twenty times slower than a warm one.
 */
public final class WarmUp {
    private static final Logger LOG = Logger.getLogger(WarmUp.class);
    private static final int TARGETS_MAX = 4;
    private static final int TOGETHER = 8;
    private static final long WAIT_MILLIS = 50;
    private static final long ANSWER_SECONDS_MAX = 10;

    private final WorkerDirectory directory;
    private final Catalog catalog;
    private final Supplier<LoopbackClient> clients;
    private final Duration durationMax;
    private final int roundRequests;

    WarmUp(
            WorkerDirectory directory,
            Catalog catalog,
            Supplier<LoopbackClient> clients,
            Duration durationMax,
            int roundRequests) {
        this.directory = directory;
        this.catalog = catalog;
        this.clients = clients;
        this.durationMax = durationMax;
        this.roundRequests = roundRequests;
    }

    /**
     * Waits for a worker and warms up, on a thread of its own; then tells.
     *
     * @param last runs after the warm-up, on the same thread
     */
    void start(Runnable last, Runnable onWarm) {
        Thread thread = new Thread(
                () -> {
                    try {
                        run();
                        last.run();
                        onWarm.run();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "gateway-warm-up");
        thread.setDaemon(true);
        thread.start();
    }

    private void run() throws InterruptedException {
        while (!directory.fleet().servesSomething()) {
            Thread.sleep(WAIT_MILLIS);
        }
        long startNanos = System.nanoTime();
        long endNanos = startNanos + durationMax.toNanos();
        try (LoopbackClient client = clients.get()) {
            List<Supplier<CompletableFuture<?>>> requests = requests(client);
            Steady steady = new Steady();
            int rounds = 0;
            boolean done = requests.isEmpty();
            while (!done && endNanos - System.nanoTime() > 0) {
                long compiledMillis = compilerMillis();
                long roundNanos = round(requests, endNanos);
                rounds++;
                done = steady.onRound(roundNanos, TimeUnit.MILLISECONDS.toNanos(compilerMillis() - compiledMillis));
            }
            LOG.infof(
                    "warm after %d rounds of %d requests in %d ms, steady: %s",
                    rounds, roundRequests, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos), done);
        }
    }

    private static long compilerMillis() {
        CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
        return compiler != null && compiler.isCompilationTimeMonitoringSupported()
                ? compiler.getTotalCompilationTime()
                : 0;
    }

    private long round(List<Supplier<CompletableFuture<?>>> requests, long endNanos) throws InterruptedException {
        long startNanos = System.nanoTime();
        List<CompletableFuture<?>> together = new ArrayList<>();
        for (int i = 0; i < roundRequests && endNanos - System.nanoTime() > 0; i++) {
            together.add(requests.get(i % requests.size()).get());
            if (together.size() == TOGETHER) {
                await(together);
                together.clear();
            }
        }
        await(together);
        return System.nanoTime() - startNanos;
    }

    /** Failures do not matter: a model may dislike zeros, and the way to it is warmed all the same. */
    private static void await(List<CompletableFuture<?>> together) throws InterruptedException {
        try {
            CompletableFuture.allOf(together.toArray(CompletableFuture[]::new))
                    .get(ANSWER_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.debugf("a warm-up request got no answer: %s", e.getMessage());
        }
    }

    private List<Supplier<CompletableFuture<?>>> requests(LoopbackClient client) throws InterruptedException {
        List<Supplier<CompletableFuture<?>>> requests = new ArrayList<>();
        for (ZeroInput zeros : inputs()) {
            zeros.json().ifPresent(json -> requests.add(() -> client.json(zeros.grpc(), json)));
            requests.add(() -> client.binary(zeros.grpc(), zeros.binary(), zeros.binaryHeadBytes()));
            ModelInferRequest unversioned =
                    zeros.grpc().toBuilder().clearModelVersion().build();
            requests.add(() -> client.grpc(unversioned));
        }
        return requests;
    }

    /** One version of each of a few models: what the gateway does is the same for all. */
    private List<ZeroInput> inputs() throws InterruptedException {
        List<ZeroInput> inputs = new ArrayList<>();
        for (Map.Entry<String, Fleet.Model> model :
                new TreeMap<>(directory.fleet().models()).entrySet()) {
            Optional<String> version = model.getValue().readyVersions().stream().findFirst();
            if (version.isPresent() && inputs.size() < TARGETS_MAX) {
                metadata(model.getKey(), version.get())
                        .flatMap(found -> ZeroInput.of(found, version.get()))
                        .ifPresent(inputs::add);
            }
        }
        return inputs;
    }

    private Optional<ModelMetadataResponse> metadata(String model, String version) throws InterruptedException {
        try {
            Decoded<ModelMetadataResponse> metadata =
                    catalog.metadata(model, version).toCompletableFuture().get(ANSWER_SECONDS_MAX, TimeUnit.SECONDS);
            return metadata instanceof Decoded.Valid<ModelMetadataResponse> valid
                    ? Optional.of(valid.value())
                    : Optional.empty();
        } catch (ExecutionException | TimeoutException e) {
            return Optional.empty();
        }
    }
}
