package io.bellwether.worker.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.protocol.Account;
import io.bellwether.protocol.ProtocolLimits;
import io.bellwether.protocol.Refusal;
import io.bellwether.protocol.oip.ModelInferResponse;
import io.bellwether.worker.Samples;
import io.bellwether.worker.lane.Reply;
import io.bellwether.worker.serving.LifecycleFixture;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SwapUnderTrafficTest {
    private static final int SWAPS = 200;
    private static final int CALLERS = 3;
    private static final int OPEN_MAX = 16;

    @TempDir
    Path root;

    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicLong answered = new AtomicLong();
    private final Semaphore room = new Semaphore(OPEN_MAX);

    @Test
    void noRequestIsRefusedOrWrongWhileAVersionIsReplacedAgainAndAgain() throws Exception {
        // Given
        LifecycleFixture fixture = new LifecycleFixture(root, 0, 0);
        fixture.write(Samples.MODEL, "1");
        LifecycleFixture.await(fixture.lifecycle.start());
        RequestAdmission admission = new RequestAdmission(
                fixture.lifecycle::models,
                fixture.lifecycle::loadOnDemand,
                new InFlight(1_000, 1 << 20),
                fixture.metrics,
                new RequestAdmission.Limits(ProtocolLimits.DEFAULT, TimeUnit.SECONDS.toNanos(60), "token", 1, 1),
                new RequestAdmission.Clocks(System::nanoTime, () -> 1));
        AtomicBoolean over = new AtomicBoolean();
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            int seed = i;
            Thread caller = new Thread(() -> call(admission, over, seed));
            callers.add(caller);
            caller.start();
        }

        // When
        for (int swap = 0; swap < SWAPS; swap++) {
            fixture.write(Samples.MODEL, "1");
            assertThat(LifecycleFixture.await(fixture.lifecycle.load(Samples.MODEL)))
                    .as("swap %d", swap)
                    .isEmpty();
        }
        over.set(true);
        for (Thread caller : callers) {
            caller.join();
        }
        room.acquire(OPEN_MAX);

        // Then
        assertThat(failures).isEmpty();
        assertThat(answered.get()).isGreaterThan(SWAPS);
        fixture.close();
    }

    private void call(RequestAdmission admission, AtomicBoolean over, int seed) {
        for (int i = seed; !over.get(); i = (i + 1) % 1_000) {
            room.acquireUninterruptibly();
            float value = i;
            admission.inferDirect(Samples.request("1", value), OptionalLong.empty(), new Reply() {
                @Override
                public void succeeded(ModelInferResponse response, Account account) {
                    float score = Samples.firstScores(response)[0];
                    if (score != 2 * value) {
                        failures.add("wrong answer " + score + " to " + value);
                    }
                    answered.incrementAndGet();
                    room.release();
                }

                @Override
                public void refused(Refusal refusal) {
                    failures.add(refusal.toString());
                    room.release();
                }
            });
        }
    }
}
