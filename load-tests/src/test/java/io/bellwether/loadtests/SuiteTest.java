package io.bellwether.loadtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The parts that the suite is made of, in virtual time. */
class SuiteTest {
    private static final long MILLI = 1_000_000L;
    private static final Rows ROWS = new Rows() {
        @Override
        public int rows() {
            return 2;
        }

        @Override
        public int label(int row) {
            return -1;
        }
    };

    private final VirtualTime time = new VirtualTime();

    /** One device that runs one request at a time and refuses what it cannot finish in time. */
    private class Device implements Sender {
        private final long serviceNanos;
        private final boolean refuses;
        private long freeNanos;
        private double run;

        Device(long serviceNanos, boolean refuses) {
            this.serviceNanos = serviceNanos;
            this.refuses = refuses;
        }

        @Override
        public void send(Ask ask, Consumer<Answer> answered) {
            long now = time.nowNanos();
            long doneNanos = Math.max(now, freeNanos) + serviceNanos;
            if (refuses && ask.deadlineMillis() > 0 && doneNanos > now + ask.deadlineMillis() * MILLI) {
                time.at(now + MILLI, () -> answered.accept(Answer.failed(Outcome.REFUSED, "1")));
                return;
            }
            freeNanos = doneNanos;
            run++;
            time.at(doneNanos, () -> answered.accept(new Answer(Outcome.OK, "1", 0)));
        }

        @Override
        public void close() {}
    }

    @Test
    void aClosedLoopKeepsSoManyUnansweredAndCountsAfterTheWarmUp() {
        // Given a server that takes 10 ms for each of any number
        Sender sender = new Device(0, false) {
            @Override
            public void send(Ask ask, Consumer<Answer> answered) {
                time.at(time.nowNanos() + 10 * MILLI, () -> answered.accept(new Answer(Outcome.OK, "1", 0)));
            }
        };

        // When
        Counts counts = new ClosedLoop(time, sender, ROWS, 1000 * MILLI).run(8, 1, 2);

        // Then
        assertThat(counts.count(Outcome.OK)).isEqualTo(8 * 200);
        assertThat(counts.millis(99)).isCloseTo(10, within(0.1));
    }

    @Test
    void aClosedLoopThatGetsNoAnswerSaysSo() {
        Sender silent = new Device(Long.MAX_VALUE / 4, false);

        Counts counts = new ClosedLoop(time, silent, ROWS, 1000 * MILLI).run(3, 0, 1);

        assertThat(counts.count(Outcome.TIMEOUT)).isEqualTo(3);
    }

    @Test
    void overloadOfADeviceThatRefusesIsOnTimeAndSoonOver() throws Exception {
        // Given 100 requests/s of capacity
        Device device = new Device(10 * MILLI, true);

        // When
        Overload.Measured measured = overload(device);

        // Then
        assertThat(measured.onTimeShare()).isCloseTo(0.5, within(0.06));
        assertThat(measured.counts().refusedMillis(99)).isCloseTo(1, within(0.01));
        assertThat(measured.wastedShare()).isZero();
        assertThat(measured.recoverySeconds()).isLessThan(0.5);
    }

    @Test
    void overloadOfADeviceThatTakesAllIsLateAndLong() throws Exception {
        // Given
        Device device = new Device(10 * MILLI, false);

        // When
        Overload.Measured measured = overload(device);

        // Then all are answered, nearly none within 50 ms, and the queue of 4 s takes 4 s more
        assertThat(measured.onTimeShare()).isLessThan(0.1);
        assertThat(measured.wastedShare()).isGreaterThan(0.9);
        assertThat(measured.recoverySeconds()).isBetween(3.0, 5.5);
    }

    private Overload.Measured overload(Device device) throws LoadProblem {
        return new Overload(time, device, ROWS, new AtomicBoolean(), 5000, () -> new WorkerWork(device.run, 0))
                .run(100, 2, 50, 10, 4, 1);
    }

    @Test
    void ratiosAreTakenWithinARound() throws Exception {
        // Given an engine, a way and a ceiling that are twice as fast in the second round
        Throughput throughput = new Throughput(time, Map::of);
        for (int round = 0; round <= 2; round++) {
            long speed = Math.max(1, round);
            throughput.round(
                    round,
                    List.of(
                            way(Throughput.ENGINE, List.of(1, 32), Outcome.OK, 100 * speed),
                            way("gateway", List.of(8), Outcome.OK, 80 * speed),
                            way(Throughput.CEILING, List.of(8), Outcome.INVALID, 160 * speed)),
                    1);
        }

        // When
        List<List<String>> table = throughput.table();

        // Then
        List<String> gateway = table.stream()
                .filter(row -> row.get(0).equals("gateway"))
                .findFirst()
                .orElseThrow();
        assertThat(gateway.get(2)).isEqualTo("120 (80.0 to 160)");
        assertThat(gateway.subList(5, 7)).isEqualTo(List.of("0.800", "0.500"));
    }

    @Test
    void processorTimeIsThatOfOneAnswer() throws Exception {
        // Given a gateway that keeps half a processor busy for 100 answers/s, and a worker that ends meanwhile
        Map<String, Long> used = new HashMap<>(Map.of("gateway", 7_000_000_000L, "worker", 1L));
        Throughput throughput = new Throughput(time, () -> Map.copyOf(used));
        Counts answers = new Counts(
                new EnumMap<>(Map.of(Outcome.OK, 200L)),
                Counts.none().latencyMicros(),
                Counts.none().refusedMicros(),
                0,
                0);

        // When
        throughput.round(
                1,
                List.of(new Throughput.Way("gateway", List.of(8), (concurrency, seconds) -> {
                    time.sleepUntil(time.nowNanos() + 2_000_000_000L);
                    used.merge("gateway", 1_000_000_000L, Long::sum);
                    used.remove("worker");
                    return answers;
                })),
                2);

        // Then
        assertThat(throughput.measured().get(0).processorMicros()).isEqualTo(Map.of("gateway", 5000.0));
        assertThat(throughput.table().get(0)).contains("gateway 5,000");
    }

    @Test
    void aWayThatAnswersNothingIsNamed() {
        assertThatThrownBy(() -> new Throughput(time, Map::of)
                        .round(1, List.of(way("gateway", List.of(8), Outcome.REFUSED, 9)), 1))
                .isInstanceOf(LoadProblem.class)
                .hasMessageContaining("gateway at concurrency 8");
    }

    private static Throughput.Way way(String name, List<Integer> concurrencies, Outcome outcome, long answers) {
        Map<Outcome, Long> outcomes = new EnumMap<>(Map.of(outcome, answers));
        Counts none = Counts.none();
        return new Throughput.Way(
                name,
                concurrencies,
                (concurrency, seconds) -> new Counts(outcomes, none.latencyMicros(), none.refusedMicros(), 0, 0));
    }

    @Test
    void theWorkOfAModelIsTheSumOfItsLanes() {
        String metrics =
                """
                bellwether_worker_batch_items_sum{lane="rest",model="tiny",version="1",} 30.0
                bellwether_worker_batch_items_sum{lane="compared",model="tiny",version="1",} 2.0
                bellwether_worker_batch_items_sum{lane="rest",model="cnn",version="1",} 7.0
                bellwether_worker_device_seconds_total{model="tiny",version="1",} 1.5
                """;

        assertThat(WorkerWork.of(metrics, "tiny")).isEqualTo(new WorkerWork(32, 1.5));
    }

    @Test
    void syntheticRowsFollowFromTheSeedAndOneCanBePoisonous() throws Exception {
        List<Payloads.Declared> inputs = new ArrayList<>();
        inputs.add(new Payloads.Declared("x", "FP32", List.of(3L)));

        Payloads payloads = Payloads.synthetic(inputs, 2, 7);

        assertThat(payloads.json(Ask.of(0)))
                .isEqualTo(Payloads.synthetic(inputs, 2, 7).json(Ask.of(0)));
        Payloads poisonous = payloads.withFirstElement(2e6f);
        assertThat(poisonous.json(Ask.of(0))).contains("[2000000.0,");
        assertThat(poisonous.json(Ask.of(1))).isEqualTo(payloads.json(Ask.of(1)));
        assertThat(poisonous.inputs(0).get(0).raw().size()).isEqualTo(12);
    }
}
