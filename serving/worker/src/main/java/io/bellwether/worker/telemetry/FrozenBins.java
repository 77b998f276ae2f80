package io.bellwether.worker.telemetry;

import java.util.List;

/**
 * Bins with edges that never move. For edges {@code e0 < e1 < ... < en-1} bin 0 holds values below {@code e0}, bin i holds
 * {@code [e(i-1), ei)}, bin n holds values from {@code en-1} on, and bin n+1 holds NaN and infinities.
 */
final class FrozenBins {
    private final double[] edges;

    FrozenBins(List<Double> edges) {
        this.edges = edges.stream().mapToDouble(Double::doubleValue).toArray();
    }

    int count() {
        return edges.length + 2;
    }

    int bin(double value) {
        if (!Double.isFinite(value)) {
            return edges.length + 1;
        }
        int low = 0;
        int high = edges.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (value < edges[middle]) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }
}
