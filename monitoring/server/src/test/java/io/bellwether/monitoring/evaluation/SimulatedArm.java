package io.bellwether.monitoring.evaluation;

import io.bellwether.statistics.BucketScale;
import io.bellwether.statistics.ClassCounts;
import io.bellwether.statistics.LogHistogram;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * How one arm behaves in a simulation: failures, log-normal latency and cost of which most is shared by the
 * requests of a batch, and predicted classes. Only one request of each batch is a witness.
 */
record SimulatedArm(
        double failureShare,
        double latencyMillis,
        double costMicroUsd,
        double logSd,
        List<Double> classShares,
        double timeoutShare,
        double nanShare) {
    /** Without timeouts and NaN. */
    SimulatedArm(
            double failureShare, double latencyMillis, double costMicroUsd, double logSd, List<Double> classShares) {
        this(failureShare, latencyMillis, costMicroUsd, logSd, classShares, 0, 0);
    }

    /** A healthy digits classifier: 5 ms, one request in a thousand fails, ten equal classes. */
    static SimulatedArm healthy() {
        return new SimulatedArm(0.001, 5, 2, 0.4, Collections.nCopies(10, 0.1));
    }

    SimulatedArm failing(double share) {
        return new SimulatedArm(share, latencyMillis, costMicroUsd, logSd, classShares, timeoutShare, nanShare);
    }

    SimulatedArm slower(double factor) {
        return new SimulatedArm(
                failureShare, latencyMillis * factor, costMicroUsd, logSd, classShares, timeoutShare, nanShare);
    }

    SimulatedArm costlier(double factor) {
        return new SimulatedArm(
                failureShare, latencyMillis, costMicroUsd * factor, logSd, classShares, timeoutShare, nanShare);
    }

    SimulatedArm predicting(Double... shares) {
        return new SimulatedArm(
                failureShare, latencyMillis, costMicroUsd, logSd, List.of(shares), timeoutShare, nanShare);
    }

    /** Of the requests that do not fail otherwise, a share times out and a share of the rest gives a NaN. */
    SimulatedArm faulty(double timeouts, double nans) {
        return new SimulatedArm(failureShare, latencyMillis, costMicroUsd, logSd, classShares, timeouts, nans);
    }

    /** One slot of traffic; {@code load} multiplies latency, cost and failures of both arms alike. */
    ArmCounts slot(Random random, double requestsMean, double batchSize, double load) {
        return slot(random, requestsMean, batchSize, load, 1);
    }

    /** The same, in which so many requests of each batch speak for it; they share its latency and its cost. */
    ArmCounts slot(Random random, double requestsMean, double batchSize, double load, long speakers) {
        int requests = poisson(random, requestsMean);
        int failures = 0;
        int timeouts = 0;
        int nans = 0;
        long[] classes = new long[classShares.size()];
        for (int i = 0; i < requests; i++) {
            if (random.nextDouble() < failureShare * load) {
                failures++;
            } else if (timeoutShare > 0 && random.nextDouble() < timeoutShare) {
                failures++;
                timeouts++;
            } else {
                classes[draw(random)]++;
                nans += nanShare > 0 && random.nextDouble() < nanShare ? 1 : 0;
            }
        }
        int batches = requests == 0 ? 0 : Math.max(1, (int) Math.round(requests / batchSize));
        int[] latencies = new int[batches];
        int[] costs = new int[batches];
        long[] ones = new long[batches];
        for (int i = 0; i < batches; i++) {
            latencies[i] = bucket(latencyMillis * 1e6 * load, random);
            costs[i] = bucket(costMicroUsd * 1e6 * load, random);
            ones[i] = speakers;
        }
        return new ArmCounts(
                requests,
                failures,
                LogHistogram.of(latencies, ones),
                LogHistogram.of(costs, ones),
                ClassCounts.of(classes),
                new FaultCounts(timeouts, requests - failures, nans));
    }

    private int bucket(double median, Random random) {
        return BucketScale.bucketOf(median * Math.exp(logSd * random.nextGaussian()));
    }

    private int draw(Random random) {
        double u = random.nextDouble();
        int i = 0;
        while (i < classShares.size() - 1 && u >= classShares.get(i)) {
            u -= classShares.get(i);
            i++;
        }
        return i;
    }

    static int poisson(Random random, double mean) {
        if (mean > 200) {
            return (int) Math.max(0, Math.round(mean + Math.sqrt(mean) * random.nextGaussian()));
        }
        double product = random.nextDouble();
        double limit = Math.exp(-mean);
        int n = 0;
        while (product > limit) {
            product *= random.nextDouble();
            n++;
        }
        return n;
    }
}
