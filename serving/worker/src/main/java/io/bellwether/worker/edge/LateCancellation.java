package io.bellwether.worker.edge;

import io.bellwether.worker.edge.RequestAdmission.Cancellation;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * How to withdraw a request that is only just being taken in: its client may go away before it is known what to withdraw.
 * Whichever comes first, the request is withdrawn exactly once. Safe for several threads.
 */
final class LateCancellation implements Cancellation {
    private static final Cancellation NOTHING_LEFT = () -> {};

    private final AtomicReference<@Nullable Cancellation> known = new AtomicReference<>();

    /** The request is taken in, and this withdraws it. To be called once. */
    void becomes(Cancellation cancellation) {
        if (!known.compareAndSet(null, cancellation)) {
            cancellation.cancel();
        }
    }

    @Override
    public void cancel() {
        Cancellation before = known.getAndSet(NOTHING_LEFT);
        if (before != null) {
            before.cancel();
        }
    }

    /** Whether its client went away. */
    boolean isCancelled() {
        return known.get() == NOTHING_LEFT;
    }
}
