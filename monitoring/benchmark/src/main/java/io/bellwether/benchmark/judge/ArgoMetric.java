package io.bellwether.benchmark.judge;

import java.util.Optional;
import java.util.function.DoublePredicate;
import org.jspecify.annotations.Nullable;

/**
 * One metric of an Argo Rollouts analysis: measurements are counted, never compared with each other.
 *
 * <p>A measurement is successful or failed by the conditions that are given: with only a success condition, what does not
 * meet it has failed; with only a failure condition, what does not meet it is successful; with both, what meets neither is
 * inconclusive; with none, everything is successful. No value is an error, which does not count as a measurement.
 *
 * <p>The metric fails when more than {@code failureLimit} measurements have, is inconclusive when more than
 * {@code inconclusiveLimit} are, is in error after more than {@code consecutiveErrorLimit} errors in a row (where several
 * hold, the later one of these), and is successful once {@code count} measurements were taken.
 *
 * <p><b>Source.</b> argo-rollouts.readthedocs.io, "Analysis"; argoproj/argo-rollouts, {@code analysis/analysis.go},
 * {@code utils/evaluate/evaluate.go}.
 */
final class ArgoMetric {
    private final Settings settings;
    private int failed;
    private int inconclusive;
    private int errorsInARow;
    private int count;
    private Phase phase = Phase.RUNNING;

    /**
     * @param success null: no such condition
     * @param failure null: no such condition
     * @param count measurements to take
     * @param failureLimit failed measurements that are still fine [0]
     * @param inconclusiveLimit inconclusive measurements that are still fine [0]
     * @param consecutiveErrorLimit errors in a row that are still fine [4]
     */
    record Settings(
            @Nullable DoublePredicate success,
            @Nullable DoublePredicate failure,
            int count,
            int failureLimit,
            int inconclusiveLimit,
            int consecutiveErrorLimit) {}

    /** Where a metric stands; what ends an analysis comes last, the worst at the end. */
    enum Phase {
        RUNNING,
        SUCCESSFUL,
        INCONCLUSIVE,
        ERROR,
        FAILED
    }

    ArgoMetric(Settings settings) {
        this.settings = settings;
    }

    /** Takes one measurement; empty: the query gave no value. */
    Phase measure(Optional<Double> value) {
        if (phase != Phase.RUNNING) {
            return phase;
        }
        if (value.isEmpty()) {
            errorsInARow++;
        } else {
            errorsInARow = 0;
            count++;
            switch (evaluate(value.get())) {
                case FAILED -> failed++;
                case INCONCLUSIVE -> inconclusive++;
                default -> {
                    // A success is only counted as a measurement.
                }
            }
        }
        phase = assess();
        return phase;
    }

    private Phase evaluate(double value) {
        DoublePredicate success = settings.success();
        DoublePredicate failure = settings.failure();
        if (success == null && failure == null) {
            return Phase.SUCCESSFUL;
        }
        if (failure != null && failure.test(value)) {
            return Phase.FAILED;
        }
        if (success == null || success.test(value)) {
            return Phase.SUCCESSFUL;
        }
        return failure == null ? Phase.FAILED : Phase.INCONCLUSIVE;
    }

    private Phase assess() {
        if (errorsInARow > settings.consecutiveErrorLimit()) {
            return Phase.ERROR;
        }
        if (inconclusive > settings.inconclusiveLimit()) {
            return Phase.INCONCLUSIVE;
        }
        if (failed > settings.failureLimit()) {
            return Phase.FAILED;
        }
        return count >= settings.count() ? Phase.SUCCESSFUL : Phase.RUNNING;
    }

    Phase phase() {
        return phase;
    }
}
