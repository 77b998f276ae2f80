package io.bellwether.gateway.worker;

import io.bellwether.protocol.hop.HopStatus;
import java.util.List;

/** Passes what a worker says to whoever came last to listen. Safe for all threads. */
final class LatestListener implements WorkerNews {
    private volatile WorkerNews listener = UNHEARD;

    void listen(WorkerNews next) {
        listener = next;
    }

    @Override
    public void changed() {
        listener.changed();
    }

    @Override
    public void told(List<HopStatus> statuses) {
        listener.told(statuses);
    }

    @Override
    public void killed(KillNotice kill) {
        listener.killed(kill);
    }
}
