package io.bellwether.worker.telemetry;

import io.bellwether.protocol.ClientMark;
import io.bellwether.protocol.Origin;
import io.bellwether.telemetry.events.Arm;
import io.bellwether.telemetry.events.CellKey;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The cell of one model that a request counts in.
 *
 * @param version version that computes it
 * @param arm share of traffic it belongs to
 * @param rollout id of the rollout; empty without one
 * @param segment name of the segment; empty without one
 * @param slot epoch second that the gateway's edge gave it
 * @param client whether it speaks for its client
 */
public record CellId(String version, Arm arm, String rollout, String segment, long slot, ClientMark client) {
    private static final int TEXT_LENGTH_MAX = 128;
    private static final Map<String, Arm> ARMS = Arrays.stream(Arm.values())
            .filter(arm -> arm != Arm.UNRECOGNIZED && arm != Arm.ARM_UNSPECIFIED)
            .collect(Collectors.toUnmodifiableMap(Arm::name, arm -> arm));

    /** A cell of requests that no memory of clients looked at. */
    public CellId(String version, Arm arm, String rollout, String segment, long slot) {
        this(version, arm, rollout, segment, slot, ClientMark.NONE);
    }

    /** The cell that a gateway named. An arm that this worker does not know counts as pinned: it is never compared. */
    public static CellId of(String version, Origin origin) {
        return new CellId(
                version,
                arm(origin.arm()),
                bounded(origin.rollout()),
                bounded(origin.segment()),
                origin.slot(),
                origin.client());
    }

    /** The cell of a request that came past no gateway: never compared, in the slot of the worker's own clock. */
    public static CellId direct(String version, long slot) {
        return new CellId(version, Arm.PINNED, "", "", slot);
    }

    /** True for the two arms whose evidence is compared. */
    public boolean compared() {
        return arm == Arm.CONTROL || arm == Arm.CANDIDATE;
    }

    /** True where an answer may speak for its arm: of the compared requests of a client only the first does. */
    public boolean speaks() {
        return compared() && (client.memory() == 0 || client.first());
    }

    CellKey key(String model) {
        return CellKey.newBuilder()
                .setModel(model)
                .setVersion(version)
                .setArm(arm)
                .setRolloutId(rollout)
                .setSegment(segment)
                .setSlot(slot)
                .setClientMemory(client.memory())
                .setFirstOfClient(client.first())
                .build();
    }

    private static Arm arm(String name) {
        return ARMS.getOrDefault(name, Arm.PINNED);
    }

    private static String bounded(String text) {
        return text.length() <= TEXT_LENGTH_MAX ? text : text.substring(0, TEXT_LENGTH_MAX);
    }
}
