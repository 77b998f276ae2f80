package io.bellwether.routing;

import com.google.protobuf.InvalidProtocolBufferException;
import io.bellwether.controlapi.log.KillSnapshot;
import io.bellwether.controlapi.log.KilledRollout;

/**
 * Writes {@link KilledRollouts} to bytes and reads them back, so that a killed rollout stays so over a restart without Kafka.
 *
 * <p>Form: {@link ChecksummedBytes} that begin with "BWK1", holding a {@code KillSnapshot} message.
 */
public final class KillSnapshots {

    private static final int MAGIC = 0x42574b31;

    private KillSnapshots() {}

    /** Result of reading. */
    public sealed interface Read {}

    /** All of what was written. */
    public record Restored(KilledRollouts killed) implements Read {}

    /**
     * The bytes are not whole.
     *
     * @param reason what is wrong, for the log
     */
    public record Unreadable(String reason) implements Read {}

    public static byte[] write(KilledRollouts killed) {
        return ChecksummedBytes.write(MAGIC, message(killed).toByteArray());
    }

    /** The same as a message. */
    public static KillSnapshot message(KilledRollouts killed) {
        KillSnapshot.Builder snapshot = KillSnapshot.newBuilder();
        killed.kills()
                .forEach(kill -> snapshot.addKilled(KilledRollout.newBuilder()
                        .setId(kill.rolloutId())
                        .setModel(kill.model())
                        .setAtMillis(kill.atMillis())
                        .setReason(kill.reason())
                        .setVersion(kill.arm())));
        return snapshot.build();
    }

    /** Reads what {@link #write} wrote; any other bytes are unreadable. */
    public static Read read(byte[] bytes) {
        ChecksummedBytes.Read read = ChecksummedBytes.read(MAGIC, bytes);
        if (read instanceof ChecksummedBytes.Damaged damaged) {
            return new Unreadable(damaged.reason());
        }
        try {
            KillSnapshot snapshot = KillSnapshot.parseFrom(((ChecksummedBytes.Content) read).bytes());
            return new Restored(KilledRollouts.of(snapshot.getKilledList().stream()
                    .map(kill -> new Kill(
                            kill.getId(), kill.getModel(), kill.getAtMillis(), kill.getReason(), kill.getVersion()))
                    .toList()));
        } catch (InvalidProtocolBufferException e) {
            return new Unreadable("content is not a set of killed rollouts: " + e.getMessage());
        }
    }
}
