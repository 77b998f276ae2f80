package io.bellwether.gateway.worker;

import io.bellwether.protocol.hop.HopStatus;
import java.util.List;
import java.util.function.Consumer;

/** Who hears what a worker says by itself on its streams. Safe for several threads. */
final class WorkerNews {
    private volatile Runnable changed = () -> {};
    private volatile Consumer<List<HopStatus>> told = statuses -> {};

    void whenChanged(Runnable ask) {
        changed = ask;
    }

    void whenTold(Consumer<List<HopStatus>> hears) {
        told = hears;
    }

    /** What it serves changes. */
    void changed() {
        changed.run();
    }

    /** How its versions stand. */
    void told(List<HopStatus> statuses) {
        told.accept(statuses);
    }
}
