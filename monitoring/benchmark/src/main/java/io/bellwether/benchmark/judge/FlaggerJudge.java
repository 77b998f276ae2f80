package io.bellwether.benchmark.judge;

import io.bellwether.benchmark.trace.ArmSlot;
import io.bellwether.benchmark.trace.TraceSlot;
import java.util.Optional;

/**
 * The rule of Flagger's controller with the values of its documentation: every minute the canary's success rate is at
 * least 99 % and its 99th percentile at most 500 ms, over the last minute. A miss, and a minute without values, adds one
 * to the failed checks, which a success does not take back; at the first look that finds ten of them the rollout is rolled
 * back. It is promoted when enough looks have passed.
 *
 * <p><b>As there.</b> The percentile comes from the coarse buckets of the mesh and is cut to whole milliseconds; the count
 * is read before the checks of a look run, so a rollback comes one look after the tenth failure. <b>Simplified.</b> The
 * weight does not move (as with {@code iterations}); webhooks and templates are left out; scrape delays too.
 *
 * <p><b>Source.</b> docs.flagger.app, "Metrics Analysis" and "Deployment Strategies"; fluxcd/flagger,
 * {@code pkg/controller/scheduler.go}, {@code scheduler_metrics.go}.
 */
public final class FlaggerJudge implements Judge {
    private final Settings settings;
    private BucketQuantile durations = BucketQuantile.ofIstio();
    private long requests;
    private long failures;
    private int failedChecks;
    private int iterations;

    /**
     * @param successPercentMin least success rate [99]
     * @param durationMillisMax greatest 99th percentile [500]
     * @param failedChecksMax failed checks that roll back [10]
     * @param iterations passed looks before the promotion
     */
    record Settings(double successPercentMin, double durationMillisMax, int failedChecksMax, int iterations) {}

    FlaggerJudge(Settings settings) {
        this.settings = settings;
    }

    /** The documented values; as many looks as fit with the failures that it forgives. */
    public static FlaggerJudge documented(Watch watch) {
        int forgiven = 9;
        return new FlaggerJudge(new Settings(99, 500, 10, Math.max(1, watch.horizonMinutes() - forgiven - 2)));
    }

    @Override
    public Optional<Verdict> observe(TraceSlot slot) {
        ArmSlot canary = slot.candidate();
        for (int i = 0; i < canary.requests(); i++) {
            durations.add(canary.latencyMillis(i));
        }
        requests += canary.requests();
        failures += canary.failures();
        if (slot.second() % 60 != 59) {
            return Optional.empty();
        }
        Optional<Verdict> verdict = look(successPercent(), durations.quantile(0.99));
        durations = BucketQuantile.ofIstio();
        requests = 0;
        failures = 0;
        return verdict;
    }

    private double successPercent() {
        return requests == 0 ? Double.NaN : 100.0 * (requests - failures) / requests;
    }

    /** One look. NaN: the query found no values. */
    Optional<Verdict> look(double successPercent, double durationMillis) {
        if (failedChecks >= settings.failedChecksMax()) {
            return Optional.of(Verdict.ROLL_BACK);
        }
        boolean passes = successPercent >= settings.successPercentMin()
                && (double) (long) durationMillis <= settings.durationMillisMax()
                && !Double.isNaN(durationMillis);
        if (!passes) {
            failedChecks++;
            return Optional.empty();
        }
        if (iterations < settings.iterations()) {
            iterations++;
            return Optional.empty();
        }
        return Optional.of(Verdict.PROMOTE);
    }

    @Override
    public Verdict atHorizon() {
        return Verdict.HOLD;
    }
}
