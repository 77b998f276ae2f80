package io.bellwether.deploy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Sends held-out digits at a steady rate, whatever the answers, and counts the answers by status. */
final class SteadyLoad implements AutoCloseable {
    private static final int IN_FLIGHT_MAX = 2_000;

    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final Client client;
    private final List<Digit> digits;
    private final AtomicLong sent = new AtomicLong();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final Map<String, AtomicLong> answers = new ConcurrentHashMap<>();

    SteadyLoad(Client client, List<Digit> digits, int requestsPerSecond) {
        this.client = client;
        this.digits = digits;
        var unused = clock.scheduleAtFixedRate(this::send, 0, 1_000_000_000L / requestsPerSecond, TimeUnit.NANOSECONDS);
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

    @Override
    public void close() throws InterruptedException {
        clock.shutdownNow();
        assertThat(clock.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }

    private void send() {
        if (inFlight.incrementAndGet() > IN_FLIGHT_MAX) {
            inFlight.decrementAndGet();
            count("too many in flight");
            return;
        }
        var digit = digits.get((int) (sent.getAndIncrement() % digits.size()));
        var unused = client.inferLater(digit).handle((answer, failure) -> {
            inFlight.decrementAndGet();
            count(
                    failure == null
                            ? Integer.toString(answer.statusCode())
                            : failure.getClass().getSimpleName());
            return null;
        });
    }

    private void count(String what) {
        answers.computeIfAbsent(what, unused -> new AtomicLong()).incrementAndGet();
    }
}
