package io.bellwether.worker.trial;

import io.bellwether.engine.BatchBuffers;
import io.bellwether.engine.EngineFault;
import io.bellwether.engine.LoadedModel;
import io.bellwether.engine.ModelRunner;
import io.bellwether.engine.ModelSource;
import io.bellwether.engine.RunResult;
import io.bellwether.engine.WarmUp;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongSupplier;

/**
 * Runs one program on some threads at once, each run after the other, for a while. Inputs are zeros. Where one thread works on a
 * run, the time does not count in which others had its processor.
 */
final class ClosedLoop {
    private static final double NANOS_PER_SECOND = 1e9;

    private final LoadedModel program;
    private final ModelSource source;
    private final LongSupplier clock;

    /**
     * What the threads saw.
     *
     * @param itemsPerSecond of all of them together
     * @param runNanos the mean run
     * @param readyShare share of the time in which they did not have to wait for a processor
     */
    record Seen(double itemsPerSecond, long runNanos, double readyShare) {}

    /** What one thread saw. */
    private record Lap(int runs, long wallNanos, long waitedNanos) {}

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
        int runs = 0;
        long waitedBeforeNanos = ProcessorWait.nanos();
        long beganNanos = clock.getAsLong();
        long wallNanos;
        do {
            RunResult unused = runner.run(in);
            runs++;
            wallNanos = Math.max(1, clock.getAsLong() - beganNanos);
        } while (wallNanos < nanos);
        long waitedNanos = ProcessorWait.nanos() - waitedBeforeNanos;
        return new Lap(runs, wallNanos, Math.max(0, Math.min(waitedNanos, wallNanos - 1)));
    }

    private Seen seen(int items, List<Future<Lap>> laps) throws EngineFault, InterruptedException {
        double runsPerSecond = 0;
        double wallNanos = 0;
        double waitedNanos = 0;
        for (Future<Lap> future : laps) {
            Lap lap = result(future);
            long countedNanos = source.intraOpThreads() == 1 ? lap.wallNanos() - lap.waitedNanos() : lap.wallNanos();
            runsPerSecond += NANOS_PER_SECOND * lap.runs() / countedNanos;
            wallNanos += lap.wallNanos();
            waitedNanos += lap.waitedNanos();
        }
        long runNanos = Math.round(NANOS_PER_SECOND * laps.size() / runsPerSecond);
        return new Seen(items * runsPerSecond, runNanos, 1 - waitedNanos / wallNanos);
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
}
