package io.bellwether.gateway.worker;

import io.bellwether.routing.Kill;
import java.util.function.Consumer;

/** What a worker says by itself on its streams, and who is told. Safe for all threads; the last listener counts. */
final class WorkerHints {
    private volatile Runnable atChange = () -> {};
    private volatile Consumer<Kill> atKill = kill -> {};

    void whenChanged(Runnable listener) {
        atChange = listener;
    }

    void whenKilled(Consumer<Kill> listener) {
        atKill = listener;
    }

    /** What the worker serves changes. */
    void changed() {
        atChange.run();
    }

    /** Another gateway has taken a candidate back. */
    void killed(Kill kill) {
        atKill.accept(kill);
    }
}
