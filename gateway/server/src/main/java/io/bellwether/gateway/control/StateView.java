package io.bellwether.gateway.control;

import io.bellwether.controlapi.log.ControlSnapshot;
import io.bellwether.controlapi.log.KillSnapshot;
import io.bellwether.routing.ControlSnapshots;
import io.bellwether.routing.ControlState;
import io.bellwether.routing.KillSnapshots;
import io.bellwether.routing.KilledRollouts;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/**
 * Everything that this gateway has folded from the control log and killed by itself, to be kept elsewhere: the messages of
 * {@code control_snapshot.proto} as JSON.
 */
final class StateView {
    private StateView() {}

    /**
     * @param logId identity of the log that the state was folded from; empty if from none
     * @param atMillis when, in milliseconds since the epoch
     */
    static JsonObject of(ControlState state, String logId, KilledRollouts killed, long atMillis) {
        ControlSnapshot snapshot = ControlSnapshots.message(state, logId);
        KillSnapshot kills = KillSnapshots.message(killed);
        JsonArray all = MessageJson.of(kills).getJsonArray("killed");
        return new JsonObject()
                .put("atMillis", atMillis)
                .put("control", MessageJson.of(snapshot))
                .put("killed", all);
    }
}
