package io.bellwether.monitoring.judging;

import io.bellwether.monitoring.evaluation.EvaluationSettings;

/**
 * How often to judge, and on what.
 *
 * @param evaluation limits of the statistics
 * @param verdictMillisMin shortest time between two verdicts of a rollout that have something new to say
 * @param verdictMillisMax longest time between two verdicts of a rollout
 * @param resendMillis a command that the control log does not show is sent again after this long
 */
public record JudgeSettings(
        EvaluationSettings evaluation, long verdictMillisMin, long verdictMillisMax, long resendMillis) {
    /** The usual limits: at most two verdicts a second, at least one; a command again after 2 s. */
    public static final JudgeSettings DEFAULTS = new JudgeSettings(EvaluationSettings.DEFAULTS, 500, 1_000, 2_000);

    public JudgeSettings {
        if (verdictMillisMin < 1 || verdictMillisMax < verdictMillisMin || resendMillis < 1) {
            throw new IllegalArgumentException(
                    "expected 1 <= verdictMillisMin <= verdictMillisMax and resendMillis >= 1, got " + verdictMillisMin
                            + ", " + verdictMillisMax + ", " + resendMillis);
        }
    }
}
