package io.bellwether.monitoring.judging;

import io.bellwether.monitoring.evaluation.Assessment;
import io.bellwether.routing.Rollout;
import java.math.BigDecimal;
import java.util.Optional;

/**
 * A candidate that shows no harm at a small weight may still be too slow for the next one: it meets little traffic, so it
 * waits for nobody. Gateways project that from what workers measured, and say so with their telemetry; while one of them
 * does, nothing goes up.
 */
final class NextStep {
    private static final int BASIS_POINTS_PER_PERCENT_DIGITS = 2;

    private NextStep() {}

    /**
     * The same assessment, or a hold in the place of a step that does not fit.
     *
     * @param arm version of the arm of an A/B/n; empty: the only candidate
     * @param problem what is said against the step
     */
    static Assessment weigh(Assessment assessment, Rollout.Live rollout, String arm, Optional<String> problem) {
        return problem.filter(said -> assessment.conclusion().goesUp())
                .map(said -> assessment.holding(waits(rollout, arm, said) + assessment.reason()))
                .orElse(assessment);
    }

    private static String waits(Rollout.Live rollout, String arm, String problem) {
        int next = rollout.step() + 1;
        boolean last = next > rollout.plan().lastStep();
        String what = last
                ? "the promotion"
                : "step " + (next + 1) + " of "
                        + percent(rollout.plan().steps().get(next).weightBasisPoints());
        return what + " waits: " + problem + "; add workers or instances for it, or say bellwether rollout "
                + (last ? "promote " : "advance ") + rollout.id() + (arm.isEmpty() ? "" : " --arm " + arm)
                + " --ignore-capacity. Without that: ";
    }

    private static String percent(int basisPoints) {
        return BigDecimal.valueOf(basisPoints, BASIS_POINTS_PER_PERCENT_DIGITS)
                        .stripTrailingZeros()
                        .toPlainString()
                + " %";
    }
}
