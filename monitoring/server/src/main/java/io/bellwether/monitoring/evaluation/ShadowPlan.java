package io.bellwether.monitoring.evaluation;

/**
 * What is fixed about a shadow from its beginning to its end.
 *
 * @param rolloutId identity of the rollout
 * @param model name of the model
 * @param stableVersion version that serves
 * @param candidateVersion version that gets copies
 * @param noise whether the stable version is asked again, so that it is known how often it differs from itself
 * @param margins error budget and margins
 */
public record ShadowPlan(
        String rolloutId, String model, String stableVersion, String candidateVersion, boolean noise, Margins margins) {
    /** Rises when the meaning of persisted evidence changes; older evidence is then not continued. */
    private static final int RULES_VERSION = 1;

    /**
     * In shares of pairs.
     *
     * @param alpha chance to call a harmless candidate harmful, over the whole shadow
     * @param beta chance to call a candidate safe that is at a margin
     * @param disagreement how much more often the candidate may differ than the stable version from itself
     * @param accuracyHarm how much more often it may be wrong about a label without harm
     * @param accuracySafe how much more often it may be wrong and still be safe
     * @param labelsRequired without labels it is never safe
     */
    public record Margins(
            double alpha,
            double beta,
            double disagreement,
            double accuracyHarm,
            double accuracySafe,
            boolean labelsRequired) {}

    /** A short stable name of everything that the conclusions depend on. */
    public String configHash() {
        return RolloutPlan.hash(RULES_VERSION + "|" + this);
    }
}
