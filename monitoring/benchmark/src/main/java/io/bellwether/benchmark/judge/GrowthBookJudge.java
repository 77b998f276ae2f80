package io.bellwether.benchmark.judge;

import io.bellwether.benchmark.trace.ArmSlot;
import io.bellwether.benchmark.trace.TraceSlot;
import io.bellwether.statistics.Moments;
import java.util.Arrays;
import java.util.Optional;

/**
 * A safe rollout in the manner of GrowthBook: three guardrails (errors, mean latency, mean cost), each with a one-sided
 * asymptotic confidence sequence at 5 % that is tuned to 5,000 units, without a correction for their number. The rollout is
 * rolled back when the least plausible harm of one of them is above zero, however small, and is shipped when its time is
 * over.
 *
 * <p><b>In its favour.</b> It looks every minute; by default it looks every six hours, and would have looked at none of
 * these rollouts before it ships them. <b>As there</b>, the unit is whom the split assigns: a request, or a client, whose
 * requests are then a ratio metric by the delta method. <b>Simplified.</b> The check of the sample ratio is left out: the
 * arms here get what they should.
 *
 * <p><b>Source.</b> docs.growthbook.io, "Safe Rollouts", "Sequential testing"; {@link SequentialBound}.
 */
public final class GrowthBookJudge implements Judge {
    private static final double ALPHA = 0.05;
    private static final double UNITS_EXPECTED = 5_000;
    private static final int METRICS = 3;

    private final SequentialBound bound = new SequentialBound(ALPHA, UNITS_EXPECTED);
    private final boolean sticky;
    private final Moments[] control = new Moments[METRICS];
    private final Moments[] candidate = new Moments[METRICS];
    private final ClientSums controlClients = new ClientSums(METRICS);
    private final ClientSums candidateClients = new ClientSums(METRICS);

    private GrowthBookJudge(boolean sticky) {
        this.sticky = sticky;
        Arrays.fill(control, Moments.NONE);
        Arrays.fill(candidate, Moments.NONE);
    }

    /** With the documented settings, but a look every minute. */
    public static GrowthBookJudge everyMinute(Watch watch) {
        return new GrowthBookJudge(watch.sticky());
    }

    @Override
    public Optional<Verdict> observe(TraceSlot slot) {
        if (sticky) {
            controlClients.add(slot.control());
            candidateClients.add(slot.candidate());
        } else {
            add(control, slot.control());
            add(candidate, slot.candidate());
        }
        if ((slot.second() + 1) % 60 != 0) {
            return Optional.empty();
        }
        for (int metric = 0; metric < METRICS; metric++) {
            if (leastHarm(metric) > 0) {
                return Optional.of(Verdict.ROLL_BACK);
            }
        }
        return Optional.empty();
    }

    private double leastHarm(int metric) {
        if (!sticky) {
            return bound.atLeast(control[metric], candidate[metric]);
        }
        ClientSums.Ratio before = controlClients.ratio(metric);
        ClientSums.Ratio now = candidateClients.ratio(metric);
        double units = Math.min(before.clients(), now.clients()) < 2 ? 0 : (double) before.clients() + now.clients();
        return bound.atLeast(now.mean() - before.mean(), now.squaredError() + before.squaredError(), units);
    }

    private static void add(Moments[] to, ArmSlot arm) {
        for (int metric = 0; metric < METRICS; metric++) {
            double sum = 0;
            for (int i = 0; i < arm.requests(); i++) {
                sum += value(metric, arm, i);
            }
            double mean = arm.requests() == 0 ? 0 : sum / arm.requests();
            double squares = 0;
            for (int i = 0; i < arm.requests(); i++) {
                double difference = value(metric, arm, i) - mean;
                squares += difference * difference;
            }
            to[metric] = to[metric].plus(new Moments(arm.requests(), mean, squares));
        }
    }

    static double value(int metric, ArmSlot arm, int request) {
        return switch (metric) {
            case 0 -> arm.failed(request) ? 1 : 0;
            case 1 -> arm.latencyMillis(request);
            default -> arm.costMicroUsd(request);
        };
    }

    @Override
    public Verdict atHorizon() {
        return Verdict.PROMOTE;
    }
}
