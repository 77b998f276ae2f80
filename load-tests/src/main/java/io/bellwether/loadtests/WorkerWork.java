package io.bellwether.loadtests;

import java.net.URI;

/**
 * What a worker has done for a model since it started, from its metrics.
 *
 * @param items rows that were run
 * @param deviceSeconds time of the device for them
 */
record WorkerWork(double items, double deviceSeconds) {
    /** @param management host and port of the worker's metrics */
    static WorkerWork read(String management, String model) throws LoadProblem {
        URI uri = URI.create("http://" + management + "/metrics");
        return of(
                HttpText.get(uri, "metrics", "name the worker's port with --worker-management")
                        .body(),
                model);
    }

    /** From the text format of Prometheus. */
    static WorkerWork of(String metrics, String model) {
        return new WorkerWork(
                sum(metrics, "bellwether_worker_batch_items_sum", model),
                sum(metrics, "bellwether_worker_device_seconds_total", model));
    }

    private static double sum(String metrics, String name, String model) {
        return metrics.lines()
                .filter(line -> line.startsWith(name + "{") && line.contains("model=\"" + model + "\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    WorkerWork since(WorkerWork before) {
        return new WorkerWork(items - before.items, deviceSeconds - before.deviceSeconds);
    }
}
