package io.bellwether.routing;

import com.google.protobuf.InvalidProtocolBufferException;
import io.bellwether.controlapi.log.ControlSnapshot;
import io.bellwether.controlapi.log.EndedRolloutId;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Writes a {@link ControlState} to bytes and reads it back, so that a gateway can start from the last good state while
 * Kafka is away.
 *
 * <p>Form: 4 bytes "BWS1", 4 bytes CRC-32C of the rest, a {@code ControlSnapshot} message. A file that was cut, damaged
 * or written by something else is an {@link SnapshotRead.Unreadable} value, never an exception.
 */
public final class ControlSnapshots {

    private static final int MAGIC = 0x42575331;
    private static final int HEADER_BYTES = 8;

    private ControlSnapshots() {}

    /**
     * Bytes of a state.
     *
     * @param logId identity of the log that was folded (for instance the topic id), so that positions of one log are
     *     never taken for those of another; may be empty
     */
    public static byte[] write(ControlState state, String logId) {
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
        byte[] body = snapshot.build().toByteArray();
        return ByteBuffer.allocate(HEADER_BYTES + body.length)
                .putInt(MAGIC)
                .putInt(checksum(body, 0))
                .put(body)
                .array();
    }

    /** Reads what {@link #write} wrote; any other bytes are unreadable. */
    public static SnapshotRead read(byte[] bytes) {
        if (bytes.length < HEADER_BYTES) {
            return new SnapshotRead.Unreadable("only " + bytes.length + " bytes");
        }
        ByteBuffer header = ByteBuffer.wrap(bytes);
        if (header.getInt() != MAGIC) {
            return new SnapshotRead.Unreadable("not a control snapshot of a known form");
        }
        if (header.getInt() != checksum(bytes, HEADER_BYTES)) {
            return new SnapshotRead.Unreadable("checksum does not match: the file is cut or damaged");
        }
        try {
            return restored(
                    ControlSnapshot.parseFrom(ByteBuffer.wrap(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES)));
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

    private static int checksum(byte[] bytes, int from) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, bytes.length - from);
        return (int) crc.getValue();
    }
}
