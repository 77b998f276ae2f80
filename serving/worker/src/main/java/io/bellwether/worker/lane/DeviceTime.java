package io.bellwether.worker.lane;

import io.bellwether.engine.ComputeDevice;
import io.bellwether.worker.cost.PriceSheet;
import io.bellwether.worker.model.ModelSpec;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.function.LongSupplier;

/**
 * Device time and its price, by the rule that the engine reports device time by: on one CPU thread the processor time of
 * that thread, on several threads wall time for each of them, on a GPU wall time.
 *
 * @param clock device nanoseconds of the calling thread so far
 * @param hourPicoUsd price of one hour of device time, in picoUSD
 */
public record DeviceTime(LongSupplier clock, long hourPicoUsd) {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /** Device time of a model on the prices of this worker. */
    public static DeviceTime of(ModelSpec spec, PriceSheet prices) {
        if (spec.device() == ComputeDevice.GPU) {
            return new DeviceTime(System::nanoTime, prices.gpuHourPicoUsd());
        }
        if (spec.intraOpThreads() == 1 && THREADS.isCurrentThreadCpuTimeSupported()) {
            return new DeviceTime(THREADS::getCurrentThreadCpuTime, prices.cpuCoreHourPicoUsd());
        }
        return new DeviceTime(() -> System.nanoTime() * spec.intraOpThreads(), prices.cpuCoreHourPicoUsd());
    }
}
