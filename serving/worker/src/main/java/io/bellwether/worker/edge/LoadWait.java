package io.bellwether.worker.edge;

import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.Refusal;
import io.bellwether.worker.edge.RequestAdmission.Cancellation;
import io.bellwether.worker.serving.ServedVersion;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** Requests that wait until the version they want is in memory. Never blocks. */
final class LoadWait {
    private final Function<ServedVersion, CompletableFuture<Void>> loader;
    private final int waitersMax;
    private final AtomicInteger waiters = new AtomicInteger();

    /**
     * @param loader loads a version; what it gives completes when the version serves or is refused
     * @param waitersMax requests that may wait at once
     */
    LoadWait(Function<ServedVersion, CompletableFuture<Void>> loader, int waitersMax) {
        this.loader = loader;
        this.waitersMax = waitersMax;
    }

    /**
     * Waits for a version.
     *
     * @param nanosMax longest wait
     * @param again sends the request once more, when there is something to send it to
     * @param refuse answers the request
     */
    Cancellation await(ServedVersion version, long nanosMax, Supplier<Cancellation> again, Consumer<Refusal> refuse) {
        if (waiters.incrementAndGet() > waitersMax) {
            waiters.decrementAndGet();
            refuse.accept(notReady(version, "too many requests wait for it to be loaded; try again"));
            return () -> {};
        }
        LateCancellation waiter = new LateCancellation();
        CompletableFuture<Void> unused = version.demand()
                .load(() -> loader.apply(version))
                .copy()
                .orTimeout(nanosMax, TimeUnit.NANOSECONDS)
                .whenComplete((loaded, late) -> {
                    waiters.decrementAndGet();
                    if (waiter.isCancelled()) {
                        refuse.accept(new Refusal(FailureReason.CANCELLED, "the client withdrew the request"));
                    } else if (late != null) {
                        refuse.accept(notReady(version, "it is still being loaded; try again"));
                    } else {
                        waiter.becomes(again.get());
                    }
                });
        return waiter;
    }

    private static Refusal notReady(ServedVersion version, String why) {
        return new Refusal(
                FailureReason.NOT_READY,
                "model '" + version.files().model() + "' version '"
                        + version.files().version() + "' is not ready: " + why);
    }
}
