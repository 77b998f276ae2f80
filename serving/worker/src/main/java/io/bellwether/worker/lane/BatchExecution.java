package io.bellwether.worker.lane;

import io.bellwether.batching.ExactSplit;
import io.bellwether.batching.Waiting;
import io.bellwether.batching.Witnesses;
import java.util.List;

/**
 * One planned batch: its requests, who speaks for it, and what each request was charged so far. Charges of failed attempts
 * stay. Confined to its runner thread.
 */
final class BatchExecution {
    private final List<Waiting<InferenceCall>> batch;
    private final long startedNanos;
    private final boolean[] witness;
    private final long[] deviceNanos;
    private final long[] costPicoUsd;
    private long inputNanos;
    private long inferNanos;
    private long outputNanos;

    /**
     * @param random 64 fresh random bits
     */
    BatchExecution(List<Waiting<InferenceCall>> batch, long startedNanos, long random) {
        this.batch = batch;
        this.startedNanos = startedNanos;
        this.witness = Witnesses.choose(batch, waiting -> waiting.work().cell(), random);
        this.deviceNanos = new long[batch.size()];
        this.costPicoUsd = new long[batch.size()];
    }

    List<Waiting<InferenceCall>> batch() {
        return batch;
    }

    InferenceCall call(int index) {
        return batch.get(index).work();
    }

    boolean witness(int index) {
        return witness[index];
    }

    long deviceNanos(int index) {
        return deviceNanos[index];
    }

    long costPicoUsd(int index) {
        return costPicoUsd[index];
    }

    long queuedNanos(int index) {
        return Math.max(0, startedNanos - call(index).arrivedNanos());
    }

    /** The last attempt took so long, so long of it in the engine; the rest went into putting the inputs together. */
    void ranIn(long wholeNanos, long engineNanos) {
        inferNanos = engineNanos;
        inputNanos = Math.max(0, wholeNanos - engineNanos);
        outputNanos = 0;
    }

    /** An answer of the last attempt took so long to make. */
    void answeredIn(long nanos) {
        outputNanos += nanos;
    }

    /** Where the time of the last attempt went. */
    ExecutionStatistics.Times times() {
        return new ExecutionStatistics.Times(inputNanos, inferNanos, outputNanos);
    }

    /** Charges an attempt that ran the whole batch; the parts add up to the whole exactly. */
    void chargeAll(long nanos, long picoUsd) {
        int[] rows = batch.stream().mapToInt(Waiting::items).toArray();
        long[] nanoParts = ExactSplit.split(nanos, rows);
        long[] picoParts = ExactSplit.split(picoUsd, rows);
        for (int i = 0; i < rows.length; i++) {
            chargeOne(i, nanoParts[i], picoParts[i]);
        }
    }

    /** Charges an attempt that ran one request alone. */
    void chargeOne(int index, long nanos, long picoUsd) {
        deviceNanos[index] += nanos;
        costPicoUsd[index] += picoUsd;
    }
}
