package io.bellwether.routing;

/**
 * A gateway took a rollout's candidate, or an arm of an A/B/n, back by itself.
 *
 * @param rolloutId whose candidate
 * @param model of the rollout
 * @param atMillis when, milliseconds since the epoch on the gateway's clock
 * @param reason one sentence for people
 * @param arm version of the arm; empty for a rollout's only candidate
 */
public record Kill(String rolloutId, String model, long atMillis, String reason, String arm) {
    /** Of a rollout's only candidate. */
    public Kill(String rolloutId, String model, long atMillis, String reason) {
        this(rolloutId, model, atMillis, reason, "");
    }

    /** A name of what was killed, unique for ever: ids of rollouts have no slash. */
    public String key() {
        return key(rolloutId, arm);
    }

    /** The same from its parts. */
    public static String key(String rolloutId, String arm) {
        return arm.isEmpty() ? rolloutId : rolloutId + "/" + arm;
    }
}
