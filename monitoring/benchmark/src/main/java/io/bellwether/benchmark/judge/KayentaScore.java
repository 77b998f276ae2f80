package io.bellwether.benchmark.judge;

import java.util.Arrays;
import java.util.List;

/**
 * How Kayenta's judge turns samples into a score. A metric is {@code HIGH} when the lower bound of its 98 % interval for
 * the shift is above a quarter of the estimated shift's size, {@code LOW} mirrored, {@code NO_DATA} when a sample is empty,
 * {@code PASS} otherwise, also when the samples are equal or everything is tied. NaN is removed.
 *
 * <p>Every metric is its own group of equal weight here: the score is 100 times the share of groups that pass, a group
 * without data counts as passed, and half or more of the metrics without data give 0.
 *
 * <p><b>Simplified.</b> No outliers are removed (its default), no metric is critical, and the tolerance for the ratio of
 * means is its default of 1.
 *
 * <p><b>Source.</b> spinnaker.io, "Canary judgment"; spinnaker/kayenta, {@code NetflixACAJudge},
 * {@code MannWhitneyClassifier}, {@code WeightedSumScorer}.
 */
final class KayentaScore {
    private static final double CONFIDENCE = 0.98;
    private static final double SHIFT_SHARE = 0.25;
    private static final double NO_DATA_SHARE_MAX = 0.5;

    private KayentaScore() {}

    /** How a metric is classified. */
    enum Label {
        PASS,
        HIGH,
        LOW,
        NO_DATA
    }

    /** Which way a metric gets worse. */
    enum Direction {
        INCREASE,
        DECREASE,
        EITHER
    }

    static Label classify(double[] experiment, double[] control, Direction direction) {
        double[] x = sortedWithoutNan(experiment);
        double[] y = sortedWithoutNan(control);
        if (x.length == 0 || y.length == 0) {
            return Label.NO_DATA;
        }
        boolean allTied = x[0] == y[0] && x[x.length - 1] == y[y.length - 1] && x[0] == x[x.length - 1];
        if (Arrays.equals(x, y) || allTied) {
            return Label.PASS;
        }
        MannWhitney.Interval interval = MannWhitney.interval(x, y, CONFIDENCE);
        double least = SHIFT_SHARE * Math.abs(interval.estimate());
        boolean higher = interval.lower() > least && mean(x) >= mean(y);
        boolean lower = interval.upper() < -least && mean(x) <= mean(y);
        if (higher && direction != Direction.DECREASE) {
            return Label.HIGH;
        }
        return lower && direction != Direction.INCREASE ? Label.LOW : Label.PASS;
    }

    /** 0 to 100. */
    static double score(List<Label> metrics) {
        double noData = 0;
        double passed = 0;
        for (Label label : metrics) {
            noData += label == Label.NO_DATA ? 1 : 0;
            passed += label == Label.NO_DATA || label == Label.PASS ? 1 : 0;
        }
        return noData / metrics.size() >= NO_DATA_SHARE_MAX ? 0 : 100 * passed / metrics.size();
    }

    private static double[] sortedWithoutNan(double[] values) {
        return Arrays.stream(values)
                .filter(value -> !Double.isNaN(value))
                .sorted()
                .toArray();
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElseThrow();
    }
}
