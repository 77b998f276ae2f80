package io.bellwether.deploy.chaos;

/**
 * What became of one request of the load. There is one for each request that was due.
 *
 * @param number of the request, from 0
 * @param dueNanos when it was to be sent, on the clock of {@link System#nanoTime}
 * @param sentNanos when it was sent to the gateway that its outcome is from
 * @param endNanos when the outcome was there
 * @param gateway who answered or failed to, from 0; -1 when there was none to ask
 * @param outcome {@code ok}, a status with its reason, or what broke
 * @param trace what the answer says of itself
 */
record Answer(long number, long dueNanos, long sentNanos, long endNanos, int gateway, String outcome, Trace trace) {
    static final String OK = "ok";
    /** The answer of another request, or of another image. */
    static final String CROSSED = "crossed";
    /** The client gave up waiting. */
    static final String LOST = "lost";

    /** Begins what a connection did to a request. */
    static final String BROKEN = "broken ";

    /** Where an answer is from; empty texts and -1 where it does not say. */
    record Trace(String version, String arm, String rollout, long routeVersion) {
        static final Trace NONE = new Trace("", "", "", -1);
    }

    boolean isOk() {
        return outcome.equals(OK);
    }

    /** Whether a gateway has answered, well or not. */
    boolean isAnswered() {
        return gateway >= 0 && !outcome.equals(LOST) && !outcome.startsWith(BROKEN);
    }

    boolean isOfCandidate() {
        return trace.arm().startsWith("CANDIDATE");
    }

    double latencyMillis() {
        return (endNanos - dueNanos) / 1e6;
    }
}
