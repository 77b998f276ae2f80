package io.bellwether.benchmark.judge;

import io.bellwether.benchmark.trace.ArmSlot;
import io.bellwether.benchmark.trace.TraceSlot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * A canary analysis with Kayenta's judge as Spinnaker's documentation recommends it: four metrics (share of errors, median
 * and 99th percentile of the latency in milliseconds, mean cost in millionths of a dollar) with one point a minute, judged
 * after every 60 minutes on everything since the beginning. An intermediate score below 75 rolls back, so does a last score
 * below 95; otherwise the last one promotes.
 *
 * <p><b>In its favour.</b> Three hours and at least 50 points, as recommended; points arrive at once; units in which its
 * root finder works. It compares with a baseline of the same size and age as the canary, or, as many run it, with
 * everything that the stable version answers.
 *
 * <p><b>Source.</b> spinnaker.io, "Best practices for configuring canary", "Canary judgment"; {@link KayentaScore}.
 */
public final class KayentaJudge implements Judge {
    private static final int LOOK_MINUTES = 60;
    private static final double MARGINAL = 75;
    private static final double PASS = 95;

    private final boolean baseline;
    private final int looks;
    private final List<Series> series = List.of(
            new Series(Minute::errorShare),
            new Series(minute -> minute.quantileMillis(0.5)),
            new Series(minute -> minute.quantileMillis(0.99)),
            new Series(Minute::costMean));
    private Minute canary = new Minute();
    private Minute stable = new Minute();
    private int looked;

    private KayentaJudge(boolean baseline, int looks) {
        this.baseline = baseline;
        this.looks = looks;
    }

    /** Against a baseline of the canary's size. */
    public static KayentaJudge againstBaseline(Watch watch) {
        return new KayentaJudge(true, Math.max(1, watch.horizonMinutes() / LOOK_MINUTES));
    }

    /** Against all that the stable version answers. */
    public static KayentaJudge againstProduction(Watch watch) {
        return new KayentaJudge(false, Math.max(1, watch.horizonMinutes() / LOOK_MINUTES));
    }

    @Override
    public Optional<Verdict> observe(TraceSlot slot) {
        canary.add(slot.candidate());
        stable.add(slot.control());
        if (!baseline) {
            stable.add(slot.rest());
        }
        if ((slot.second() + 1) % 60 != 0) {
            return Optional.empty();
        }
        for (Series each : series) {
            each.add(canary, stable);
        }
        canary = new Minute();
        stable = new Minute();
        return (slot.second() + 1) % (60L * LOOK_MINUTES) == 0 ? look() : Optional.empty();
    }

    private Optional<Verdict> look() {
        looked++;
        double score = KayentaScore.score(series.stream().map(Series::label).toList());
        if (looked >= looks) {
            return Optional.of(score >= PASS ? Verdict.PROMOTE : Verdict.ROLL_BACK);
        }
        return score < MARGINAL ? Optional.of(Verdict.ROLL_BACK) : Optional.empty();
    }

    @Override
    public Verdict atHorizon() {
        return Verdict.HOLD;
    }

    /** One metric of both arms, a point a minute. */
    private static final class Series {
        private final ToDoubleFunction<Minute> metric;
        private final List<Double> ofCanary = new ArrayList<>();
        private final List<Double> ofStable = new ArrayList<>();

        Series(ToDoubleFunction<Minute> metric) {
            this.metric = metric;
        }

        void add(Minute canary, Minute stable) {
            ofCanary.add(metric.applyAsDouble(canary));
            ofStable.add(metric.applyAsDouble(stable));
        }

        KayentaScore.Label label() {
            return KayentaScore.classify(array(ofCanary), array(ofStable), KayentaScore.Direction.INCREASE);
        }

        private static double[] array(List<Double> points) {
            return points.stream().mapToDouble(Double::doubleValue).toArray();
        }
    }

    /** What an arm answered in one minute. */
    private static final class Minute {
        private double[] millis = new double[1_024];
        private int requests;
        private long failures;
        private double cost;
        private boolean sorted;

        void add(ArmSlot arm) {
            if (requests + arm.requests() > millis.length) {
                millis = Arrays.copyOf(millis, 2 * (requests + arm.requests()));
            }
            for (int i = 0; i < arm.requests(); i++) {
                millis[requests++] = arm.latencyMillis(i);
                cost += arm.costMicroUsd(i);
            }
            failures += arm.failures();
            sorted = false;
        }

        double errorShare() {
            return requests == 0 ? Double.NaN : (double) failures / requests;
        }

        double costMean() {
            return requests == 0 ? Double.NaN : cost / requests;
        }

        double quantileMillis(double q) {
            if (requests == 0) {
                return Double.NaN;
            }
            if (!sorted) {
                Arrays.sort(millis, 0, requests);
                sorted = true;
            }
            return millis[Math.max(0, (int) Math.ceil(q * requests) - 1)];
        }
    }
}
