package io.bellwether.worker.lane;

import io.bellwether.worker.metrics.WorkerMetrics;
import io.bellwether.worker.model.ModelSpec;
import io.bellwether.worker.survival.RunMark;
import io.bellwether.worker.telemetry.ModelCells;
import io.bellwether.worker.telemetry.Tally;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * What a runner needs besides the engine.
 *
 * @param model name of the model
 * @param version its version
 * @param spec its specification
 * @param classLabels names of its classes; empty without any
 * @param queue the lane's queue
 * @param cells the model's counters
 * @param tally turns the version's tensors into bins
 * @param telemetryOn whether counters are kept at all
 * @param meters metrics of the version
 * @param laneMeters metrics of the lane
 * @param statistics what clients may ask about the version
 * @param clock monotonic nanoseconds
 * @param epochMillis milliseconds since the epoch
 * @param seed for the choice of witnesses, and of vectors of which telemetry tells
 * @param mark says when the version runs
 */
public record RunnerContext(
        String model,
        String version,
        ModelSpec spec,
        List<String> classLabels,
        LaneQueue queue,
        ModelCells cells,
        Tally tally,
        boolean telemetryOn,
        WorkerMetrics.Version meters,
        WorkerMetrics.LaneMeters laneMeters,
        ExecutionStatistics statistics,
        LongSupplier clock,
        LongSupplier epochMillis,
        long seed,
        RunMark mark) {
    public RunnerContext {
        classLabels = List.copyOf(classLabels);
    }
}
