package io.bellwether.deploy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.deploy.Await;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;

/** Sends requests at a steady rate, whatever the answers, and counts the answers by status. */
final class SteadyLoad implements AutoCloseable {
    private static final int IN_FLIGHT_MAX = 2_000;
    private static final int REQUESTS_OF_USER = 2;
    private static final int LATENCIES_MAX = 5_000_000;

    /** Time to start the clock's thread, so that it is not late for its first request, and all others with it. */
    private static final long START_AHEAD_NANOS = 200_000_000;

    private static final Duration SETTLED_MAX = Duration.ofSeconds(45);

    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final LongFunction<CompletableFuture<String>> ask;
    private final AtomicLong sent = new AtomicLong();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final Queue<Latency> latencies = new ConcurrentLinkedQueue<>();
    private final long firstNanos;
    private final Map<String, AtomicLong> answers = new ConcurrentHashMap<>();
    private final int requestsPerSecond;

    /** Whether the body of an answer is right. */
    interface Check {
        boolean isRight(Digit digit, String body) throws IOException;
    }

    /**
     * How long one request took.
     *
     * @param dueNanos when it was to be sent, on the clock of {@link System#nanoTime}; it counts from there, also when the
     *     machine was too slow to send it then
     * @param nanos until it was answered
     */
    record Latency(long dueNanos, long nanos) {}

    private SteadyLoad(int requestsPerSecond, LongFunction<CompletableFuture<String>> ask) {
        this.ask = ask;
        this.requestsPerSecond = requestsPerSecond;
        firstNanos = System.nanoTime() + START_AHEAD_NANOS;
        var unused = clock.scheduleAtFixedRate(
                this::send, firstNanos - System.nanoTime(), periodNanos(), TimeUnit.NANOSECONDS);
    }

    /** Sends held-out digits, of each user two. The rest as in {@link #settled(int, LongFunction)}. */
    static SteadyLoad settled(Client client, int requestsPerSecond) throws Exception {
        return settled(client, requestsPerSecond, (digit, body) -> true);
    }

    /** The same; an answer that is not right counts as one. */
    static SteadyLoad settled(Client client, int requestsPerSecond, Check check) throws Exception {
        var digits = Digit.all();
        return settled(requestsPerSecond, number -> {
            var digit = digits.get((int) (number % digits.size()));
            return client.inferLater(digit, "user-" + number / REQUESTS_OF_USER)
                    .thenApply(answer -> outcome(digit, answer, check));
        });
    }

    /**
     * Starts sending and returns when a fresh platform answers as fast as it is asked; counts from there on.
     *
     * @param ask sends the request of a number and says later what came of it; 200 is a success
     */
    static SteadyLoad settled(int requestsPerSecond, LongFunction<CompletableFuture<String>> ask) throws Exception {
        var load = new SteadyLoad(requestsPerSecond, ask);
        var before = new AtomicLong();
        var seconds = new AtomicInteger();
        var sinceNanos = new AtomicLong(System.nanoTime());
        Await.until("the load is served steadily", SETTLED_MAX, () -> {
            if (System.nanoTime() - sinceNanos.get() < 1_000_000_000L) {
                return false;
            }
            sinceNanos.set(System.nanoTime());
            long successes = load.successes();
            boolean isSteady =
                    load.failures() == 0 && successes - before.getAndSet(successes) >= 0.8 * load.requestsPerSecond;
            load.answers.keySet().removeIf(status -> !status.equals("200"));
            return seconds.updateAndGet(count -> isSteady ? count + 1 : 0) >= 3;
        });
        load.answers.clear();
        return load;
    }

    /** Answers so far by status, and by the kind of failure where there was no answer. */
    Map<String, Long> answers() {
        var copy = new TreeMap<String, Long>();
        answers.forEach((status, count) -> copy.put(status, count.get()));
        return copy;
    }

    /** Answers with 200 so far. */
    long successes() {
        return answers().getOrDefault("200", 0L);
    }

    /** Answers with anything else so far, and requests without an answer. */
    long failures() {
        var now = answers();
        now.remove("200");
        return now.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Of the requests answered so far, the first {@value #LATENCIES_MAX}. */
    List<Latency> latencies() {
        return List.copyOf(latencies);
    }

    @Override
    public void close() throws InterruptedException {
        clock.shutdownNow();
        assertThat(clock.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }

    private long periodNanos() {
        return 1_000_000_000L / requestsPerSecond;
    }

    private void send() {
        if (inFlight.incrementAndGet() > IN_FLIGHT_MAX) {
            inFlight.decrementAndGet();
            count("too many in flight");
            return;
        }
        long number = sent.getAndIncrement();
        long dueNanos = firstNanos + number * periodNanos();
        var unused = ask.apply(number).handle((outcome, failure) -> {
            inFlight.decrementAndGet();
            if (number < LATENCIES_MAX) {
                latencies.add(new Latency(dueNanos, System.nanoTime() - dueNanos));
            }
            count(failure == null ? outcome : cause(failure).getClass().getSimpleName());
            return null;
        });
    }

    /** Without what a future wraps a failure into. */
    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    private static String outcome(Digit digit, HttpResponse<String> answer, Check check) {
        try {
            boolean wrong = answer.statusCode() == 200 && !check.isRight(digit, answer.body());
            return wrong ? "wrong answer" : Integer.toString(answer.statusCode());
        } catch (IOException e) {
            return "unreadable answer";
        }
    }

    private void count(String what) {
        answers.computeIfAbsent(what, unused -> new AtomicLong()).incrementAndGet();
    }
}
