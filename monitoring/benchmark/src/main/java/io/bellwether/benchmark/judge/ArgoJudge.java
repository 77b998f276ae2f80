package io.bellwether.benchmark.judge;

import io.bellwether.benchmark.trace.TraceSlot;
import java.util.List;
import java.util.Optional;

/**
 * An analysis of Argo Rollouts as people write it: every five minutes over the last five, the canary's share of errors is
 * at most 1 %, and its 99th percentile at most 1.25 times that of everything that the stable version answered; three
 * failed measurements of a metric are forgiven, the fourth aborts. The rollout is promoted when all measurements are
 * taken.
 *
 * <p><b>Simplified, in its favour.</b> Percentiles come from buckets of 2 % (a native histogram); the first measurement is
 * taken after a whole window; no scrape delay. The window equals the interval, so measurements do not overlap. The counting
 * is {@link ArgoMetric}. An error or an inconclusive result pauses: hold.
 *
 * <p><b>Source.</b> Argo Rollouts ships no rule of its own; its documentation's example asks for a success rate of 95 %,
 * which would see none of the harms here but outages.
 */
public final class ArgoJudge implements Judge {
    private static final long INTERVAL_SECONDS = 300;
    private static final int FAILURE_LIMIT = 3;
    private static final int CONSECUTIVE_ERROR_LIMIT = 4;
    private static final double ERROR_SHARE_MAX = 0.01;
    private static final double P99_RATIO_MAX = 1.25;

    private final ArgoMetric errors;
    private final ArgoMetric latency;
    private final FineHistogram canaryWindow = new FineHistogram();
    private final FineHistogram stableWindow = new FineHistogram();
    private long requests;
    private long failures;

    private ArgoJudge(int measurements) {
        errors = metric(ERROR_SHARE_MAX, measurements);
        latency = metric(P99_RATIO_MAX, measurements);
    }

    private static ArgoMetric metric(double most, int measurements) {
        return new ArgoMetric(new ArgoMetric.Settings(
                value -> value <= most, null, measurements, FAILURE_LIMIT, 0, CONSECUTIVE_ERROR_LIMIT));
    }

    /** As many measurements as fit. */
    public static ArgoJudge asWritten(Watch watch) {
        return new ArgoJudge(Math.max(1, (int) (60L * watch.horizonMinutes() / INTERVAL_SECONDS)));
    }

    @Override
    public Optional<Verdict> observe(TraceSlot slot) {
        canaryWindow.add(slot.candidate());
        stableWindow.add(slot.control());
        stableWindow.add(slot.rest());
        requests += slot.candidate().requests();
        failures += slot.candidate().failures();
        if ((slot.second() + 1) % INTERVAL_SECONDS != 0) {
            return Optional.empty();
        }
        // 0/0 is NaN in the query language, and NaN meets no condition.
        errors.measure(Optional.of((double) failures / requests));
        latency.measure(Optional.of(canaryWindow.quantileMillis(0.99) / stableWindow.quantileMillis(0.99)));
        canaryWindow.clear();
        stableWindow.clear();
        requests = 0;
        failures = 0;
        return verdict(List.of(errors.phase(), latency.phase()));
    }

    /** A metric that has failed or is in error ends the analysis at once, success only when all have it. */
    static Optional<Verdict> verdict(List<ArgoMetric.Phase> phases) {
        if (phases.contains(ArgoMetric.Phase.FAILED) || phases.contains(ArgoMetric.Phase.ERROR)) {
            return Optional.of(Verdict.ROLL_BACK);
        }
        if (phases.contains(ArgoMetric.Phase.INCONCLUSIVE)) {
            return Optional.of(Verdict.HOLD);
        }
        return phases.contains(ArgoMetric.Phase.RUNNING) ? Optional.empty() : Optional.of(Verdict.PROMOTE);
    }

    @Override
    public Verdict atHorizon() {
        return Verdict.HOLD;
    }
}
