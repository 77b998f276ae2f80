package io.bellwether.monitoring.evaluation;

/**
 * Limits of an evaluation that do not belong to one rollout.
 *
 * @param freshSlotsMax oldest evidence that may still advance or promote, in slots [5]
 * @param batchSlotsMax most slots that are pooled into one 2x2 table while traffic is thin [10]
 * @param batchRequestsMin requests in each arm from which a table is closed at once [20]
 */
public record EvaluationSettings(int freshSlotsMax, int batchSlotsMax, int batchRequestsMin) {
    public static final EvaluationSettings DEFAULTS = new EvaluationSettings(5, 10, 20);

    public EvaluationSettings {
        if (freshSlotsMax < 1 || batchSlotsMax < 1 || batchRequestsMin < 1) {
            throw new IllegalArgumentException(
                    "limits are at least 1, got " + freshSlotsMax + ", " + batchSlotsMax + ", " + batchRequestsMin);
        }
    }
}
