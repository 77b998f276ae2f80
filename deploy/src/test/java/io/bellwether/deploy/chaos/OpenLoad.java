package io.bellwether.deploy.chaos;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Sends images at a steady rate, whatever the answers, through a simple load balancer, and records what became of each.
 *
 * <p>The balancer takes gateways in turn. Ten times a second it asks each whether it is ready; one that does not say so, or
 * at which a request broke, gets none until it does. A request that no gateway has taken on (no connection, or refused with
 * {@code NOT_READY}) goes to the next one; any other failure is the client's.
 */
final class OpenLoad implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(7);
    private static final Duration PROBE_PATIENCE = Duration.ofMillis(500);
    private static final long PROBE_MILLIS = 100;
    private static final int ANSWERS_MAX = 1_000_000;
    private static final int ATTEMPTS_MAX = 6;
    private static final long START_AHEAD_NANOS = 300_000_000;

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(1))
            .build();
    private final HttpClient probes = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PROBE_PATIENCE)
            .build();
    private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(2);
    private final List<FaultProxy.Link> doors;
    private final Oracle oracle;
    private final long periodNanos;
    private final long firstNanos;
    private final AtomicLong due = new AtomicLong();
    private final AtomicInteger turn = new AtomicInteger();
    private final AtomicLong moved = new AtomicLong();
    /** Of them, those that a gateway did answer. */
    private final AtomicLongArray movedByGateway;

    private final AtomicInteger kept = new AtomicInteger();
    private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
    /** When a gateway was last found ready; 0 when it must not be used. */
    private final AtomicLongArray readyAtNanos;

    private volatile List<Image> images;

    OpenLoad(Cluster cluster, Oracle oracle, int requestsPerSecond) {
        this.doors = cluster.doors();
        this.oracle = oracle;
        this.images = oracle.plain();
        this.readyAtNanos = new AtomicLongArray(doors.size());
        this.movedByGateway = new AtomicLongArray(doors.size());
        periodNanos = 1_000_000_000L / requestsPerSecond;
        for (int i = 0; i < doors.size(); i++) {
            int gateway = i;
            var unused = clock.scheduleWithFixedDelay(() -> probe(gateway), 0, PROBE_MILLIS, TimeUnit.MILLISECONDS);
        }
        firstNanos = System.nanoTime() + START_AHEAD_NANOS;
        var unused = clock.scheduleAtFixedRate(this::send, START_AHEAD_NANOS, periodNanos, TimeUnit.NANOSECONDS);
    }

    /** From now on these images are sent. */
    void send(List<Image> next) {
        images = next;
    }

    /** Requests that were due so far. */
    long due() {
        return due.get();
    }

    /** Attempts so far that no gateway took on, and that went to the next one. */
    long moved() {
        return moved.get();
    }

    /** Attempts so far that a gateway answered with {@code NOT_READY}, and that went to the next one. */
    long movedBy(int gateway) {
        return movedByGateway.get(gateway);
    }

    /** What became of the requests from a number on, to below another one; waits until that is known of each. */
    List<Answer> answers(long from, long to) throws InterruptedException {
        long endNanos = System.nanoTime() + PATIENCE.multipliedBy(2).toNanos();
        while (true) {
            var some = answers.stream()
                    .filter(answer -> answer.number() >= from && answer.number() < to)
                    .toList();
            if (some.size() >= to - from || System.nanoTime() > endNanos) {
                return some;
            }
            TimeUnit.MILLISECONDS.sleep(PROBE_MILLIS);
        }
    }

    /** Those that are there now. */
    List<Answer> answersNow() {
        return List.copyOf(answers);
    }

    @Override
    public void close() throws InterruptedException {
        clock.shutdownNow();
        var unused = clock.awaitTermination(10, TimeUnit.SECONDS);
    }

    private void probe(int gateway) {
        var request = HttpRequest.newBuilder(address(gateway, "/v2/health/ready"))
                .timeout(PROBE_PATIENCE)
                .build();
        try {
            boolean ready =
                    probes.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
            readyAtNanos.set(gateway, ready ? System.nanoTime() : 0);
        } catch (IOException e) {
            readyAtNanos.set(gateway, 0);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void send() {
        long number = due.getAndIncrement();
        var some = images;
        var image = some.get((int) (number % some.size()));
        attempt(new Sent(number, firstNanos + number * periodNanos, image), 1);
    }

    private record Sent(long number, long dueNanos, Image image) {
        String id() {
            return "r-" + number;
        }
    }

    private void attempt(Sent sent, int attempts) {
        int gateway = next();
        long nowNanos = System.nanoTime();
        if (gateway < 0) {
            keep(sent, nowNanos, gateway, "no gateway", Answer.Trace.NONE);
            return;
        }
        var request = HttpRequest.newBuilder(address(gateway, "/v2/models/digits/infer"))
                .timeout(PATIENCE)
                .header("Content-Type", "application/json")
                .header("Bellwether-Request-Id", sent.id())
                .POST(HttpRequest.BodyPublishers.ofString(sent.image().request(sent.id())))
                .build();
        var unused = http.sendAsync(request, HttpResponse.BodyHandlers.ofString())
                .handle((answer, failure) -> {
                    boolean untaken = failure != null
                            ? isUnsent(failure)
                            : header(answer, "Reason").equals("NOT_READY");
                    if (failure != null || untaken) {
                        readyAtNanos.set(gateway, 0);
                    }
                    if (untaken && attempts < ATTEMPTS_MAX) {
                        moved.incrementAndGet();
                        if (failure == null) {
                            movedByGateway.incrementAndGet(gateway);
                        }
                        attempt(sent, attempts + 1);
                    } else if (failure != null) {
                        keep(sent, nowNanos, gateway, broken(failure), Answer.Trace.NONE);
                    } else {
                        keep(sent, nowNanos, gateway, outcome(sent, answer), trace(answer));
                    }
                    return null;
                });
    }

    /** The next gateway that is ready; -1 when none is. */
    private int next() {
        for (int i = 0; i < doors.size(); i++) {
            int gateway = Math.floorMod(turn.getAndIncrement(), doors.size());
            if (readyAtNanos.get(gateway) != 0) {
                return gateway;
            }
        }
        return -1;
    }

    private void keep(Sent sent, long sentNanos, int gateway, String outcome, Answer.Trace trace) {
        if (kept.incrementAndGet() <= ANSWERS_MAX) {
            answers.add(
                    new Answer(sent.number(), sent.dueNanos(), sentNanos, System.nanoTime(), gateway, outcome, trace));
        }
    }

    private String outcome(Sent sent, HttpResponse<String> answer) {
        if (answer.statusCode() != 200) {
            return answer.statusCode() + " " + header(answer, "Reason");
        }
        boolean own = header(answer, "Request-Id").equals(sent.id());
        return own && oracle.isRight(sent.id(), sent.image(), header(answer, "Model-Version"), answer.body())
                ? Answer.OK
                : Answer.CROSSED;
    }

    private static Answer.Trace trace(HttpResponse<String> answer) {
        var route = header(answer, "Route-Version");
        return new Answer.Trace(
                header(answer, "Model-Version"),
                header(answer, "Arm"),
                header(answer, "Rollout"),
                route.isEmpty() ? -1 : Long.parseLong(route));
    }

    private static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue("Bellwether-" + name).orElse("");
    }

    private static boolean isUnsent(Throwable failure) {
        return cause(failure) instanceof ConnectException;
    }

    private static String broken(Throwable failure) {
        var cause = cause(failure);
        return cause instanceof HttpTimeoutException ? Answer.LOST : Answer.BROKEN + cause.getMessage();
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    private URI address(int gateway, String path) {
        return URI.create("http://127.0.0.1:" + doors.get(gateway).port() + path);
    }
}
