package io.bellwether.monitoring.topology;

import io.bellwether.routing.ControlSnapshots;
import io.bellwether.routing.ControlState;
import io.bellwether.routing.SnapshotRead;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/** Reads the fold of the control log from the global store; decodes it only when it has changed. */
final class ControlView {
    static final String KEY = "state";

    private final ReadOnlyKeyValueStore<String, byte[]> store;
    private byte @Nullable [] seen;
    private ControlState state = ControlState.empty();

    ControlView(ReadOnlyKeyValueStore<String, byte[]> store) {
        this.store = store;
    }

    ControlState now() {
        byte[] bytes = store.get(KEY);
        if (bytes != null && bytes != seen) {
            seen = bytes;
            if (ControlSnapshots.read(bytes) instanceof SnapshotRead.Restored restored) {
                state = restored.state();
            }
        }
        return state;
    }
}
