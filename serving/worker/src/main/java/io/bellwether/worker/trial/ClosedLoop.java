package io.bellwether.worker.trial;

import io.bellwether.engine.BatchBuffers;
import io.bellwether.engine.EngineFault;
import io.bellwether.engine.LoadedModel;
import io.bellwether.engine.ModelRunner;
import io.bellwether.engine.ModelSource;
import io.bellwether.engine.RunResult;
import io.bellwether.engine.WarmUp;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongSupplier;
import java.util.stream.LongStream;

/**
 * Runs one program on some threads at once, each run after the other, for a while. Inputs are zeros. Where one thread works on a
 * run its processor time counts: it does not contain the time in which others had the processor.
 */
final class ClosedLoop {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final boolean KNOWS_PROCESSOR_TIME = THREADS.isCurrentThreadCpuTimeSupported();
    private static final double NANOS_PER_SECOND = 1e9;
    private static final int SAMPLES_MAX = 4_096;

    private final LoadedModel program;
    private final ModelSource source;
    private final LongSupplier clock;

    /**
     * What the threads saw.
     *
     * @param itemsPerSecond of all of them together
     * @param runNanos the median run
     * @param runningShare share of the time in which they had a processor
     */
    record Seen(double itemsPerSecond, long runNanos, double runningShare) {}

    /** What one thread saw; {@code samples} are its first runs. */
    private record Lap(int runs, long wallNanos, long processorNanos, List<Long> samples) {
        double perSecond(boolean byProcessorTime) {
            return NANOS_PER_SECOND * runs / (byProcessorTime ? processorNanos : wallNanos);
        }
    }

    /**
     * @param source as it was loaded
     * @param clock monotonic nanoseconds
     */
    ClosedLoop(LoadedModel program, ModelSource source, LongSupplier clock) {
        this.program = program;
        this.source = source;
        this.clock = clock;
    }

    /**
     * Runs them, each at least once.
     *
     * @param warmRuns that nobody counts
     */
    Seen run(int threads, int items, int warmRuns, long nanos) throws EngineFault, InterruptedException {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            CountDownLatch warm = new CountDownLatch(threads);
            CountDownLatch start = new CountDownLatch(1);
            List<Future<Lap>> laps = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                laps.add(pool.submit(() -> lap(items, warmRuns, nanos, warm, start)));
            }
            warm.await();
            start.countDown();
            return seen(items, laps);
        } finally {
            pool.shutdownNow();
        }
    }

    private Lap lap(int items, int warmRuns, long nanos, CountDownLatch warm, CountDownLatch start)
            throws EngineFault, InterruptedException {
        try (ModelRunner runner = program.newRunner()) {
            BatchBuffers in;
            try {
                in = WarmUp.neutral(source, items);
                for (int i = 0; i < warmRuns; i++) {
                    runner.run(in);
                }
            } finally {
                warm.countDown();
            }
            start.await();
            return lap(runner, in, nanos);
        }
    }

    private Lap lap(ModelRunner runner, BatchBuffers in, long nanos) throws EngineFault {
        long[] samples = new long[SAMPLES_MAX];
        int runs = 0;
        long processorNanos = processorNanos();
        long beganNanos = clock.getAsLong();
        long wallNanos;
        do {
            RunResult run = runner.run(in);
            if (runs < SAMPLES_MAX) {
                // Device time is processor time with one thread, and no less than the wall clock with more.
                samples[runs] = Math.min(run.wallNanos(), run.deviceNanos());
            }
            runs++;
            wallNanos = Math.max(1, clock.getAsLong() - beganNanos);
        } while (wallNanos < nanos);
        return new Lap(
                runs,
                wallNanos,
                Math.max(1, processorNanos() - processorNanos),
                Arrays.stream(samples).limit(runs).boxed().toList());
    }

    private Seen seen(int items, List<Future<Lap>> laps) throws EngineFault, InterruptedException {
        double itemsPerSecond = 0;
        double wallNanos = 0;
        double processorNanos = 0;
        LongStream samples = LongStream.empty();
        for (Future<Lap> future : laps) {
            Lap lap = result(future);
            itemsPerSecond += items * lap.perSecond(KNOWS_PROCESSOR_TIME && source.intraOpThreads() == 1);
            wallNanos += lap.wallNanos();
            processorNanos += lap.processorNanos();
            samples = LongStream.concat(samples, lap.samples().stream().mapToLong(Long::longValue));
        }
        long[] sorted = samples.sorted().toArray();
        return new Seen(
                itemsPerSecond, sorted[sorted.length / 2], KNOWS_PROCESSOR_TIME ? processorNanos / wallNanos : 1);
    }

    private static Lap result(Future<Lap> future) throws EngineFault, InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof EngineFault fault) {
                throw fault;
            }
            throw new IllegalStateException("a thread that measured has failed", e.getCause());
        }
    }

    private static long processorNanos() {
        return KNOWS_PROCESSOR_TIME ? THREADS.getCurrentThreadCpuTime() : 0;
    }
}
