package io.bellwether.worker.lane;

import io.bellwether.batching.RecentArrivals.Arrival;
import java.util.List;

/**
 * What a lane remembers, the oldest first.
 *
 * @param arrivals the last requests; synthetic ones are not among them
 * @param noise the last runs as multiples of what was expected of them
 */
public record LaneRecord(List<Arrival> arrivals, List<Float> noise) {
    public LaneRecord {
        arrivals = List.copyOf(arrivals);
        noise = List.copyOf(noise);
    }
}
