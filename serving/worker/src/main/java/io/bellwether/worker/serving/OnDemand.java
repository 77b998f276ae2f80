package io.bellwether.worker.serving;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Whether and when somebody wanted a version. Safe for several threads. */
public final class OnDemand {
    private final boolean loadedOnDemand;
    private final AtomicReference<@Nullable CompletableFuture<Void>> loading = new AtomicReference<>();
    private volatile long lastUsedNanos;

    /**
     * @param loadedOnDemand whether the version is loaded by the first request and may leave memory
     */
    OnDemand(boolean loadedOnDemand, long nowNanos) {
        this.loadedOnDemand = loadedOnDemand;
        this.lastUsedNanos = nowNanos;
    }

    /** Whether the version is loaded by the first request. */
    public boolean isLoadedOnDemand() {
        return loadedOnDemand;
    }

    /** A request wants it now. */
    public void used(long nowNanos) {
        lastUsedNanos = nowNanos;
    }

    long lastUsedNanos() {
        return lastUsedNanos;
    }

    /**
     * The load that is under way, or a new one.
     *
     * @param begin begins a load; what it gives completes when the version serves or is refused
     */
    public CompletableFuture<Void> load(Supplier<CompletableFuture<Void>> begin) {
        CompletableFuture<Void> mine = new CompletableFuture<>();
        CompletableFuture<Void> other = loading.compareAndExchange(null, mine);
        if (other != null) {
            return other;
        }
        CompletableFuture<Void> unused = begin.get().whenComplete((loaded, failure) -> {
            // A load that was refused at the door may be asked for again.
            loading.set(null);
            mine.complete(null);
        });
        return mine;
    }
}
