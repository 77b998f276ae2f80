package io.bellwether.engine;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/**
 * How long the device worked for an execution.
 *
 * <ul>
 *   <li>CPU, one thread inside an operation: the processor time of the calling thread, on which everything happens. Time in
 *       which the thread had to wait for a core does not count.
 *   <li>CPU, more threads: wall time times the threads. libtorch's threads spin while they wait for each other, so they
 *       occupy their cores the whole time.
 *   <li>GPU: wall time. The copy of the outputs waits for the device.
 * </ul>
 */
final class DeviceClock {
    /** Two clocks at one moment. */
    record Reading(long wallNanos, long threadNanos) {}

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final boolean threadTime;
    private final long perWallNano;

    private DeviceClock(boolean threadTime, long perWallNano) {
        this.threadTime = threadTime;
        this.perWallNano = perWallNano;
    }

    static DeviceClock of(ComputeDevice device, int intraOpThreads) {
        if (device == ComputeDevice.GPU) {
            return new DeviceClock(false, 1);
        }
        boolean threadTime = intraOpThreads == 1 && THREADS.isCurrentThreadCpuTimeSupported();
        return new DeviceClock(threadTime, intraOpThreads);
    }

    Reading read() {
        return new Reading(System.nanoTime(), threadTime ? THREADS.getCurrentThreadCpuTime() : 0);
    }

    long deviceNanos(Reading start, Reading end) {
        return threadTime
                ? end.threadNanos() - start.threadNanos()
                : (end.wallNanos() - start.wallNanos()) * perWallNano;
    }
}
