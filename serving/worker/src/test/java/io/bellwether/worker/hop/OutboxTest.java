package io.bellwether.worker.hop;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.hop.HopAnswer;
import io.bellwether.protocol.hop.HopRefusal;
import io.bellwether.protocol.oip.ModelInferResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many threads put, one loop takes, as in a stream. A seed decides sizes, not who is faster. */
class OutboxTest {
    private static final int PRODUCERS = 8;
    private static final int EACH = 5_000;
    private static final int TURN_BYTES = 4_096;

    private final ExecutorService loop = Executors.newSingleThreadExecutor();
    private final List<HopAnswer> out = new ArrayList<>();
    private final AtomicInteger wakeUps = new AtomicInteger();

    @AfterEach
    void stop() {
        loop.shutdownNow();
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 20_000, Integer.MAX_VALUE})
    void everyAnswerLeavesOnceInTheOrderOfItsProducerAndTheLoopMissesNone(int bytesMax) throws Exception {
        long seed = Long.getLong("seed", 5L);
        // Given: a loop whose gateway is not always ready to take more
        SplittableRandom ready = new SplittableRandom(seed);
        Outbox[] outbox = new Outbox[1];
        outbox[0] = new Outbox(bytesMax, () -> {
            wakeUps.incrementAndGet();
            loop.execute(() -> flush(outbox[0], ready));
        });

        // When
        produce(seed, (producer, random) -> {
            for (int i = 0; i < EACH; i++) {
                long id = (long) producer * EACH + i;
                outbox[0].put(random.nextInt(10) == 0 ? refusal(id) : answer(id, random.nextInt(500)));
            }
        });
        settle();

        // Then
        assertThat(out).as("seed %d", seed).hasSize(PRODUCERS * EACH);
        long[] last = new long[PRODUCERS];
        Arrays.fill(last, -1);
        for (HopAnswer answer : out) {
            int producer = (int) (answer.getId() / EACH);
            assertThat(answer.getId() % EACH)
                    .as("seed %d, producer %d", seed, producer)
                    .isEqualTo(last[producer] + 1);
            last[producer] = answer.getId() % EACH;
        }
        assertThat(outbox[0].hasAnswers()).isFalse();
        assertThat(wakeUps.get()).isLessThanOrEqualTo(out.size());
    }

    @Test
    void whatWaitsWithoutAReaderIsBoundedAndTheRestIsRefused() throws Exception {
        long seed = Long.getLong("seed", 6L);
        // Given: a loop that does not come
        int bytesMax = 50_000;
        Outbox outbox = new Outbox(bytesMax, wakeUps::incrementAndGet);

        // When
        produce(seed, (producer, random) -> {
            for (int i = 0; i < EACH; i++) {
                outbox.put(answer((long) producer * EACH + i, random.nextInt(500)));
            }
        });
        List<HopAnswer> all = outbox.take(Integer.MAX_VALUE);

        // Then
        assertThat(all.stream().map(HopAnswer::getId).distinct().count()).isEqualTo(PRODUCERS * EACH);
        assertThat(all).hasSize(PRODUCERS * EACH);
        long held = all.stream()
                .filter(HopAnswer::hasInference)
                .mapToLong(HopAnswer::getSerializedSize)
                .sum();
        assertThat(held).as("seed %d", seed).isPositive().isLessThanOrEqualTo(bytesMax);
        assertThat(all.stream().filter(HopAnswer::hasRefusal))
                .allMatch(refused -> refused.getRefusal().getReason().equals(FailureReason.QUEUE_FULL.name()));
        assertThat(wakeUps).as("once for all that is there").hasValue(1);

        // When: it was taken, there is room again
        outbox.put(answer(1, 400));

        // Then
        assertThat(outbox.take(1).get(0).hasInference()).isTrue();
    }

    @Test
    void oneAnswerAloneMayBeLargerThanTheBoundAndATurnHoldsAtLeastOne() {
        // Given
        Outbox outbox = new Outbox(100, () -> {});
        outbox.put(answer(1, 1_000));
        outbox.put(answer(2, 10));

        // When, Then
        assertThat(outbox.take(50)).singleElement().matches(HopAnswer::hasInference);
        assertThat(outbox.take(50)).singleElement().matches(HopAnswer::hasRefusal);
        assertThat(outbox.take(50)).isEmpty();
    }

    @Test
    void aTurnIsNotLargerThanAsked() {
        // Given
        Outbox outbox = new Outbox(Integer.MAX_VALUE, () -> {});
        int size = answer(1, 100).getSerializedSize();
        for (int id = 1; id <= 5; id++) {
            outbox.put(answer(id, 100));
        }

        // When, Then
        assertThat(outbox.take(3 * size)).extracting(HopAnswer::getId).containsExactly(1L, 2L, 3L);
        assertThat(outbox.take(3 * size - 1)).extracting(HopAnswer::getId).containsExactly(4L, 5L);
    }

    @Test
    void aClosedOneHoldsNothingAndWakesNobody() {
        // Given
        Outbox outbox = new Outbox(1_000, wakeUps::incrementAndGet);
        outbox.put(answer(1, 10));

        // When
        outbox.close();
        outbox.wake();
        outbox.put(answer(2, 10));

        // Then
        assertThat(outbox.hasAnswers()).isFalse();
        assertThat(wakeUps).hasValue(1);
    }

    /** What the stream does on its loop; where the gateway is not ready, it comes again when it is. */
    private void flush(Outbox outbox, SplittableRandom ready) {
        outbox.wake();
        while (outbox.hasAnswers()) {
            if (ready.nextInt(20) == 0) {
                loop.execute(() -> flush(outbox, ready));
                return;
            }
            out.addAll(outbox.take(TURN_BYTES));
        }
    }

    /** Waits until the loop has nothing to do, without giving it any: a task behind the last one of its own. */
    private void settle() throws Exception {
        int before = -1;
        while (before != out.size()) {
            before = out.size();
            loop.submit(() -> {}).get(30, TimeUnit.SECONDS);
            loop.submit(() -> {}).get(30, TimeUnit.SECONDS);
        }
    }

    private interface Producer {
        void run(int number, SplittableRandom random);
    }

    private static void produce(long seed, Producer producer) throws Exception {
        CyclicBarrier start = new CyclicBarrier(PRODUCERS);
        CountDownLatch done = new CountDownLatch(PRODUCERS);
        SplittableRandom seeds = new SplittableRandom(seed);
        for (int number = 0; number < PRODUCERS; number++) {
            int own = number;
            SplittableRandom random = seeds.split();
            Thread thread = new Thread(() -> {
                try {
                    start.await(30, TimeUnit.SECONDS);
                    producer.run(own, random);
                    done.countDown();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            thread.setDaemon(true);
            thread.start();
        }
        assertThat(done.await(60, TimeUnit.SECONDS)).as("seed %d", seed).isTrue();
    }

    private static HopAnswer answer(long id, int bytes) {
        return HopAnswer.newBuilder()
                .setId(id)
                .setInference(
                        ModelInferResponse.newBuilder().addRawOutputContents(ByteString.copyFrom(new byte[bytes])))
                .build();
    }

    private static HopAnswer refusal(long id) {
        return HopAnswer.newBuilder()
                .setId(id)
                .setRefusal(HopRefusal.newBuilder().setReason("CANCELLED"))
                .build();
    }
}
