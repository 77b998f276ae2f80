package io.bellwether.worker.serving;

import io.bellwether.batching.VersionState;
import io.bellwether.worker.model.ModelRepository.Loadable;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The state of one version, and each move it makes in the log. Safe for several threads. */
final class VersionProgress {
    /** The labels of all states. */
    static final List<String> STATES = List.of("ABSENT", "LOADING", "WARMING", "READY", "DRAINING", "FAILED", "GONE");

    private static final Logger LOG = LoggerFactory.getLogger(VersionProgress.class);

    private final Loadable files;
    private final LongSupplier clock;
    private final Object lock = new Object();
    private volatile VersionState state;

    /** Of a version that is not in memory. */
    VersionProgress(Loadable files, LongSupplier clock) {
        this.files = files;
        this.clock = clock;
        this.state = new VersionState.Absent(clock.getAsLong());
    }

    VersionState state() {
        return state;
    }

    void loading() {
        move(VersionState.Absent.class, absent -> absent.toLoading(now()));
    }

    void warming() {
        move(VersionState.Loading.class, loading -> loading.toWarming(now()));
    }

    void ready() {
        move(VersionState.Warming.class, warming -> warming.toReady(now()));
    }

    void failed(String reason) {
        loading();
        move(VersionState.Loading.class, loading -> loading.toFailed(reason, now()));
        move(VersionState.Warming.class, warming -> warming.toFailed(reason, now()));
        move(VersionState.Ready.class, ready -> ready.toFailed(reason, now()));
        LOG.warn("model={} version={} reason=\"{}\" version failed", files.model(), files.version(), reason);
    }

    void draining() {
        move(VersionState.Ready.class, ready -> ready.toDraining(now()));
    }

    /** A failed version stays failed, so that one can ask why. */
    void gone() {
        move(VersionState.Draining.class, draining -> draining.toGone(now()));
        move(VersionState.Loading.class, loading -> loading.toGone(now()));
        move(VersionState.Warming.class, warming -> warming.toGone(now()));
    }

    /** Makes the move when the version is in that state; otherwise it has moved on meanwhile. */
    private <S extends VersionState> void move(Class<S> from, Function<S, VersionState> to) {
        synchronized (lock) {
            if (!from.isInstance(state)) {
                return;
            }
            state = to.apply(from.cast(state));
        }
        LOG.info("model={} version={} state={}", files.model(), files.version(), state().label());
    }

    private long now() {
        return clock.getAsLong();
    }
}
