package io.bellwether.worker.serving;

import io.bellwether.worker.cost.PriceSheet;
import io.bellwether.worker.metrics.WorkerMetrics;
import io.bellwether.worker.survival.Survival;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * What every model version of this worker shares.
 *
 * @param metrics where things are measured
 * @param prices what device time costs
 * @param clock monotonic nanoseconds
 * @param telemetryOn whether counters for monitoring are kept
 * @param warmUpRepeats forwards at each batch size before a version serves
 * @param seed for the choice of witnesses
 * @param survival remembers crashes
 * @param wakeBy told when a queue has to be looked at again, on {@code clock}
 */
public record Surroundings(
        WorkerMetrics metrics,
        PriceSheet prices,
        LongSupplier clock,
        boolean telemetryOn,
        int warmUpRepeats,
        long seed,
        Survival survival,
        LongConsumer wakeBy) {}
