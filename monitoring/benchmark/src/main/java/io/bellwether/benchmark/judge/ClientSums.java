package io.bellwether.benchmark.judge;

import io.bellwether.benchmark.trace.ArmSlot;
import java.util.HashMap;
import java.util.Map;

/** What each client of an arm had, and the mean of a request with the client as the unit. */
final class ClientSums {
    private final int metrics;
    private final Map<Integer, double[]> sums = new HashMap<>();

    ClientSums(int metrics) {
        this.metrics = metrics;
    }

    /**
     * The mean of a metric over requests.
     *
     * @param squaredError by the delta method: the variance over clients of {@code sum - mean requests}, divided by the
     *     clients and by the square of the mean number of requests
     * @param clients how many clients there were
     */
    record Ratio(double mean, double squaredError, long clients) {}

    void add(ArmSlot arm) {
        for (int i = 0; i < arm.requests(); i++) {
            double[] sum = sums.computeIfAbsent(arm.entity(i), who -> new double[metrics + 1]);
            for (int metric = 0; metric < metrics; metric++) {
                sum[metric] += GrowthBookJudge.value(metric, arm, i);
            }
            sum[metrics]++;
        }
    }

    Ratio ratio(int metric) {
        double total = 0;
        double requests = 0;
        for (double[] sum : sums.values()) {
            total += sum[metric];
            requests += sum[metrics];
        }
        long clients = sums.size();
        if (clients < 2) {
            return new Ratio(0, 0, clients);
        }
        double mean = total / requests;
        double squares = 0;
        for (double[] sum : sums.values()) {
            double off = sum[metric] - mean * sum[metrics];
            squares += off * off;
        }
        double perClient = requests / clients;
        return new Ratio(mean, squares / (clients - 1) / clients / (perClient * perClient), clients);
    }
}
