package io.bellwether.monitoring.replay;

import io.bellwether.monitoring.evaluation.EvaluationSettings;
import io.bellwether.monitoring.folding.FoldSettings;

/**
 * What monitoring was configured with.
 *
 * @param fold limits of the folds
 * @param evaluation limits of the statistics
 */
public record ReplaySettings(FoldSettings fold, EvaluationSettings evaluation) {
    /** The defaults of monitoring's configuration. */
    public static final ReplaySettings DEFAULTS =
            new ReplaySettings(new FoldSettings(2_000, 13_000, 64, 50_000), new EvaluationSettings(10, 10, 20));
}
