package io.bellwether.worker.hop;

import io.bellwether.protocol.hop.HopAnswer;
import io.bellwether.worker.Interleavings;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/** Runner threads put answers while the loop takes them: none is lost, and none waits for a loop that nobody woke. */
@Param(name = "id", gen = IntGen.class, conf = "1:9")
public class OutboxLincheckTest {
    private static final int ALL = 1 << 20;

    private final AtomicInteger wakeUps = new AtomicInteger();
    private final Outbox outbox = new Outbox(ALL, wakeUps::incrementAndGet);

    @Operation
    public void put(@Param(name = "id") int id) {
        outbox.put(HopAnswer.newBuilder().setId(id).build());
    }

    /** The loop comes, woken or for another reason: what it was woken for until now is done with this. What it writes. */
    @Operation(nonParallelGroup = "loop")
    public List<Long> loop() {
        wakeUps.set(0);
        outbox.wake();
        return outbox.hasAnswers()
                ? outbox.take(ALL).stream().map(HopAnswer::getId).toList()
                : List.of();
    }

    @Validate
    public void whatIsLeftIsKnownToTheLoop() {
        if (outbox.hasAnswers() && wakeUps.get() == 0) {
            throw new IllegalStateException("answers wait, and nobody wakes the loop");
        }
    }

    @Test
    void everyOrderIsOneOfOneAfterTheOther() throws Exception {
        Interleavings.check(OutboxLincheckTest.class);
    }
}
