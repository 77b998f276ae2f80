package io.bellwether.gateway.control;

import io.bellwether.routing.ControlState;
import java.util.Optional;

/**
 * How to go on with a control log, given a state that was folded earlier.
 *
 * <p>If the log is not the one that the state came from, or ends before the state's position (somebody wiped Kafka), the
 * state is kept, its position is forgotten, and the whole log is folded on top of it: commands that it has already
 * applied have no second effect, so the routes stay as they are until somebody gives a new command. Rollouts that were
 * live stay live; monitoring does not know them, so nobody judges them.
 *
 * @param state to go on from
 * @param fromPosition first position to read
 * @param warning what is odd, for people; empty when all is well
 */
public record Resumption(ControlState state, long fromPosition, Optional<String> warning) {

    /**
     * One moment of a log.
     *
     * @param id its identity
     * @param begin first position that exists
     * @param end position of the next entry
     */
    public record LogBounds(String id, long begin, long end) {}

    /**
     * @param state folded earlier
     * @param logId identity of the log it came from; empty for a state that came from none
     */
    public static Resumption of(ControlState state, String logId, LogBounds log) {
        if (state.lastPosition() < 0) {
            return new Resumption(state, log.begin(), Optional.empty());
        }
        boolean other = !logId.isEmpty() && !logId.equals(log.id());
        boolean cut = state.lastPosition() >= log.end();
        if (other || cut) {
            String why = other ? "is another one than before" : "ends before the state's position";
            ControlState kept = new ControlState(state.models(), state.endedIds(), -1, -1);
            return new Resumption(
                    kept,
                    log.begin(),
                    Optional.of("the control log " + why + " (last good position " + state.lastPosition()
                            + ", log from " + log.begin() + " to " + log.end()
                            + "): keeping the last good routes and going on from this log; rollouts that were live are"
                            + " not judged any more: abort them or promote them"));
        }
        long next = state.lastPosition() + 1;
        if (next < log.begin()) {
            return new Resumption(
                    state,
                    log.begin(),
                    Optional.of("the control log begins at " + log.begin() + ", after the last good position "
                            + state.lastPosition() + ": commands in between are lost"));
        }
        return new Resumption(state, next, Optional.empty());
    }
}
