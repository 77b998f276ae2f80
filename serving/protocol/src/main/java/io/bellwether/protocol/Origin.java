package io.bellwether.protocol;

import io.bellwether.protocol.hop.HopOrigin;
import io.bellwether.protocol.hop.HopRequest;
import java.util.Optional;

/**
 * The cell of telemetry that a request counts in, decided once at the gateway's edge.
 *
 * @param slot epoch second of arrival at the gateway's edge
 * @param arm name of the telemetry arm
 * @param rollout id of the rollout; empty without one
 * @param segment name of the segment; empty without one
 * @param client whether it speaks for its client
 */
public record Origin(long slot, String arm, String rollout, String segment, ClientMark client) {
    /** Of a request that no memory of clients looked at. */
    public Origin(long slot, String arm, String rollout, String segment) {
        this(slot, arm, rollout, segment, ClientMark.NONE);
    }

    /** What the gateway says of a request; empty when it says nothing. */
    public static Optional<Origin> of(HopRequest request) {
        if (!request.hasOrigin()) {
            return Optional.empty();
        }
        HopOrigin said = request.getOrigin();
        return Optional.of(new Origin(
                said.getSlot(),
                said.getArm(),
                said.getRollout(),
                said.getSegment(),
                new ClientMark(said.getClientMemory(), said.getFirstOfClient())));
    }

    /** The same for the stream. */
    public HopOrigin message() {
        return HopOrigin.newBuilder()
                .setSlot(slot)
                .setArm(arm)
                .setRollout(rollout)
                .setSegment(segment)
                .setClientMemory(client.memory())
                .setFirstOfClient(client.first())
                .build();
    }
}
