package io.bellwether.worker.serving;

import io.bellwether.batching.Capacity;
import io.bellwether.batching.Lane;
import io.bellwether.batching.RecentArrivals.Arrival;
import io.bellwether.batching.simulation.Traffic;
import io.bellwether.engine.TensorSpec;
import io.bellwether.worker.lane.LaneReading;
import io.bellwether.worker.lane.LaneRecord;
import io.bellwether.worker.metrics.WorkerMetrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What one version can promise on this worker. Its lanes have instances of their own but share the device, so its capacity
 * is that of one lane and not their sum: of the lane that more runs speak for.
 *
 * @param known the lane whose latency is known best
 * @param lane what is known of it
 * @param itemsPerSecond that arrive lately, in all lanes, the refused ones among them
 * @param capacity empty while it would be a guess; so it is for inputs that vary in length before the first request came
 */
public record CapacityReading(Lane known, LaneReading lane, double itemsPerSecond, Optional<Capacity> capacity) {

    /** Of a version, now. */
    public static CapacityReading of(ServedVersion version) {
        LaneReading compared = version.queue(Lane.COMPARED).reading();
        LaneReading rest = version.queue(Lane.REST).reading();
        boolean comparedKnowsMore = compared.runs() > rest.runs();
        LaneReading known = comparedKnowsMore ? compared : rest;
        boolean varies = version.files().spec().inputs().stream().anyMatch(TensorSpec::varies);
        return new CapacityReading(
                comparedKnowsMore ? Lane.COMPARED : Lane.REST,
                known,
                compared.state().itemsPerSecond() + rest.state().itemsPerSecond(),
                varies && known.arrivals() == 0 ? Optional.empty() : known.capacity());
    }

    WorkerMetrics.Promise promise() {
        return new WorkerMetrics.Promise(lane.state().latency(), capacity, itemsPerSecond);
    }

    /**
     * What the lanes remember: the last requests of all of them as one record, and the runs of the lane whose latency is
     * known best.
     */
    public LaneRecord recent(ServedVersion version) {
        List<List<Arrival>> arrivals = new ArrayList<>();
        List<Float> noise = List.of();
        for (Lane one : Lane.values()) {
            LaneRecord record = version.queue(one).recent();
            arrivals.add(record.arrivals());
            noise = one == known ? record.noise() : noise;
        }
        return new LaneRecord(Traffic.together(arrivals), noise);
    }
}
