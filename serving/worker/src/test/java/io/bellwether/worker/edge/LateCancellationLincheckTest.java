package io.bellwether.worker.edge;

import io.bellwether.worker.Interleavings;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/** A client goes away while its request is being taken in: it is withdrawn once, whichever comes first. */
public class LateCancellationLincheckTest {
    private final AtomicInteger withdrawn = new AtomicInteger();
    private final LateCancellation cancellation = new LateCancellation();
    private volatile boolean takenIn;

    @Operation
    public void goAway() {
        cancellation.cancel();
    }

    @Operation(runOnce = true)
    public void takeIn() {
        cancellation.becomes(withdrawn::incrementAndGet);
        takenIn = true;
    }

    @Operation
    public boolean isGone() {
        return cancellation.isCancelled();
    }

    @Validate
    public void withdrawnOnceIfBothCame() {
        int expected = takenIn && cancellation.isCancelled() ? 1 : 0;
        if (withdrawn.get() != expected) {
            throw new IllegalStateException("withdrawn " + withdrawn + " times, expected " + expected);
        }
    }

    @Test
    void everyOrderIsOneOfOneAfterTheOther() throws Exception {
        Interleavings.check(LateCancellationLincheckTest.class);
    }
}
