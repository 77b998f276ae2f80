package io.bellwether.worker.lane;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * How often a model version ran and how long everything took, since it was loaded, as the statistics of the inference
 * protocol tell it. Warm-up requests are not counted. Safe for several threads; a reading is not one moment.
 */
public final class ExecutionStatistics {
    private final Sums requests = new Sums();
    private final Sum success = new Sum();
    private final Sum fail = new Sum();
    private final Sum queue = new Sum();
    private final LongAdder items = new LongAdder();
    private final LongAdder executions = new LongAdder();
    private final AtomicLong lastMillis = new AtomicLong();
    private final List<Sums> batches = new ArrayList<>();

    /** How often, and how long in all. */
    private static final class Sum {
        private final LongAdder count = new LongAdder();
        private final LongAdder nanos = new LongAdder();

        void add(long moreNanos) {
            count.increment();
            nanos.add(moreNanos);
        }

        Total total() {
            return new Total(count.sum(), nanos.sum());
        }
    }

    private static final class Sums {
        private final Sum input = new Sum();
        private final Sum infer = new Sum();
        private final Sum output = new Sum();

        void add(Times times) {
            input.add(times.inputNanos());
            infer.add(times.inferNanos());
            output.add(times.outputNanos());
        }

        Computed totals() {
            return new Computed(input.total(), infer.total(), output.total());
        }
    }

    /**
     * Where the time of an execution went.
     *
     * @param inputNanos to put the inputs together
     * @param inferNanos in the engine
     * @param outputNanos to take the outputs apart and answer
     */
    public record Times(long inputNanos, long inferNanos, long outputNanos) {}

    /**
     * A request that was answered with a result.
     *
     * @param items its rows
     * @param whole false for a part of a larger request, other than its first: only its items count
     * @param queuedNanos from its arrival to the start of its execution
     * @param wholeNanos from its arrival to its answer
     */
    record Served(int items, boolean whole, long queuedNanos, long wholeNanos) {}

    /** How often, and how long in all. */
    public record Total(long count, long nanos) {}

    /** The parts of executions. */
    public record Computed(Total input, Total infer, Total output) {}

    /**
     * What was counted so far.
     *
     * @param items rows of requests that were answered with a result
     * @param executions runs of the program
     * @param lastMillis end of the last execution in milliseconds since the epoch; 0 before the first
     * @param success requests answered with a result, from arrival to answer
     * @param fail requests that were queued and answered with a failure
     * @param queue waiting time of the successful ones
     * @param requests parts of executions, once for each successful request of them
     * @param batches parts of executions by batch size, from 0 on
     */
    public record Reading(
            long items,
            long executions,
            long lastMillis,
            Total success,
            Total fail,
            Total queue,
            Computed requests,
            List<Computed> batches) {
        public Reading {
            batches = List.copyOf(batches);
        }
    }

    /**
     * @param itemsMax largest batch
     */
    public ExecutionStatistics(int itemsMax) {
        for (int i = 0; i <= itemsMax; i++) {
            batches.add(new Sums());
        }
    }

    /** An execution of so many items has ended with a result. */
    void executed(int batchItems, Times times, long nowMillis) {
        executions.increment();
        lastMillis.accumulateAndGet(nowMillis, Math::max);
        batches.get(Math.min(batchItems, batches.size() - 1)).add(times);
    }

    /** A request was answered with a result. */
    void succeeded(Served request, Times times) {
        items.add(request.items());
        if (request.whole()) {
            success.add(request.wholeNanos());
            queue.add(request.queuedNanos());
            requests.add(times);
        }
    }

    /** A request that was queued was answered with a failure. */
    void failed(long wholeNanos) {
        fail.add(wholeNanos);
    }

    public Reading read() {
        return new Reading(
                items.sum(),
                executions.sum(),
                lastMillis.get(),
                success.total(),
                fail.total(),
                queue.total(),
                requests.totals(),
                batches.stream().map(Sums::totals).toList());
    }
}
