package io.bellwether.gateway.worker;

import io.bellwether.protocol.hop.HopStatus;
import java.util.List;

/**
 * What a worker says by itself, beside its answers. Whoever hears it must not block, takes what is wrong too, and is called
 * on any thread.
 */
public interface WorkerNews {
    /** Nobody listens. */
    WorkerNews UNHEARD = new WorkerNews() {
        @Override
        public void changed() {}

        @Override
        public void told(List<HopStatus> statuses) {}

        @Override
        public void killed(KillNotice kill) {}
    };

    /** What it serves changes: its {@link WorkerLink#index} is worth a question. */
    void changed();

    /** How its versions stand, where it differs from what it told before; with nothing where nothing differs. One thread at a time. */
    void told(List<HopStatus> statuses);

    /** Another gateway has taken a candidate back; perhaps of a rollout that is not known here, and perhaps not for the first time. */
    void killed(KillNotice kill);
}
