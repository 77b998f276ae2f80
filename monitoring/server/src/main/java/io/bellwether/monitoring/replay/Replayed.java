package io.bellwether.monitoring.replay;

import io.bellwether.telemetry.events.Verdict;
import java.util.List;

/**
 * A verdict that was made again.
 *
 * @param verdict as it comes out now
 * @param match whether it is what was published
 * @param differing names of the fields that differ, in the order of their numbers; empty unless some do
 */
public record Replayed(Verdict verdict, Match match, List<String> differing) {
    /** How a verdict compares with the published one. */
    public enum Match {
        /** The same bytes. */
        IDENTICAL,
        /** Other bytes. */
        DIFFERENT,
        /**
         * Made while monitoring started again or repeated its input: what it knew then is not what the file holds up to there. Or
         * its rollout began before the file did.
         */
        NOT_COMPARED,
        /** No verdict was recorded: this one is new. */
        NEW
    }

    public Replayed {
        differing = List.copyOf(differing);
    }
}
