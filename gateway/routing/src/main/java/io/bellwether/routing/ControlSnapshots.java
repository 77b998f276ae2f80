package io.bellwether.routing;

import com.google.protobuf.InvalidProtocolBufferException;
import io.bellwether.controlapi.log.ControlSnapshot;
import io.bellwether.controlapi.log.EndedRolloutId;
import java.util.HashMap;
import java.util.Map;

/**
 * Writes a {@link ControlState} to bytes and reads it back, so that a gateway can start from the last good state while
 * Kafka is away.
 *
 * <p>Form: {@link ChecksummedBytes} that begin with "BWS1", holding a {@code ControlSnapshot} message. A file that was cut, damaged
 * or written by something else is an {@link SnapshotRead.Unreadable} value, never an exception.
 */
public final class ControlSnapshots {

    private static final int MAGIC = 0x42575331;

    private ControlSnapshots() {}

    /**
     * Bytes of a state.
     *
     * @param logId identity of the log that was folded (for instance the topic id), so that positions of one log are
     *     never taken for those of another; may be empty
     */
    public static byte[] write(ControlState state, String logId) {
        return ChecksummedBytes.write(MAGIC, message(state, logId).toByteArray());
    }

    /** The same as a message. */
    public static ControlSnapshot message(ControlState state, String logId) {
        ControlSnapshot.Builder snapshot = ControlSnapshot.newBuilder()
                .setLogId(logId)
                .setLastPosition(state.lastPosition())
                .setRouteVersion(state.routeVersion());
        state.models().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(model -> snapshot.addModels(SnapshotMapping.write(model.getKey(), model.getValue())));
        state.endedIds().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(end -> snapshot.addEnded(EndedRolloutId.newBuilder()
                        .setId(end.getKey())
                        .setPhase(SnapshotMapping.phase(end.getValue()))));
        return snapshot.build();
    }

    /** Reads what {@link #write} wrote; any other bytes are unreadable. */
    public static SnapshotRead read(byte[] bytes) {
        ChecksummedBytes.Read read = ChecksummedBytes.read(MAGIC, bytes);
        if (read instanceof ChecksummedBytes.Damaged damaged) {
            return new SnapshotRead.Unreadable(damaged.reason());
        }
        try {
            return restored(ControlSnapshot.parseFrom(((ChecksummedBytes.Content) read).bytes()));
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            return new SnapshotRead.Unreadable("content is not a control state: " + e.getMessage());
        }
    }

    private static SnapshotRead restored(ControlSnapshot snapshot) {
        Map<String, ModelControl> models = new HashMap<>();
        snapshot.getModelsList().forEach(model -> models.put(model.getModel(), SnapshotMapping.read(model)));
        Map<String, RolloutState> ended = new HashMap<>();
        snapshot.getEndedList().forEach(end -> ended.put(end.getId(), SnapshotMapping.state(end.getPhase())));
        ControlState state = new ControlState(models, ended, snapshot.getLastPosition(), snapshot.getRouteVersion());
        return new SnapshotRead.Restored(state, snapshot.getLogId());
    }
}
