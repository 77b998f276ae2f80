package io.bellwether.worker.lane;

import io.bellwether.batching.ExactSplit;
import io.bellwether.batching.Waiting;
import io.bellwether.batching.Witnesses;
import java.util.ArrayList;
import java.util.List;

/**
 * One planned batch: its requests, who speaks for it, and what each request was charged so far. Charges of failed attempts
 * stay. Confined to its runner thread.
 */
final class BatchExecution {
    private final long startedNanos;
    private final List<Member> members;
    private long inputNanos;
    private long inferNanos;
    private long outputNanos;

    /** A request of the batch. */
    final class Member {
        private final Waiting<InferenceCall> waiting;
        private final boolean witness;
        private long deviceNanos;
        private long costPicoUsd;

        private Member(Waiting<InferenceCall> waiting, boolean witness) {
            this.waiting = waiting;
            this.witness = witness;
        }

        Waiting<InferenceCall> waiting() {
            return waiting;
        }

        InferenceCall call() {
            return waiting.work();
        }

        boolean witness() {
            return witness;
        }

        long deviceNanos() {
            return deviceNanos;
        }

        long costPicoUsd() {
            return costPicoUsd;
        }

        long queuedNanos() {
            return Math.max(0, startedNanos - call().arrivedNanos());
        }
    }

    /**
     * @param random 64 fresh random bits
     */
    BatchExecution(List<Waiting<InferenceCall>> batch, long startedNanos, long random) {
        this.startedNanos = startedNanos;
        boolean[] witness = Witnesses.choose(batch, waiting -> waiting.work().cell(), random);
        this.members = new ArrayList<>(batch.size());
        for (int i = 0; i < batch.size(); i++) {
            members.add(new Member(batch.get(i), witness[i]));
        }
    }

    List<Member> members() {
        return members;
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

    /** Charges an attempt that ran these requests; the parts add up to the whole exactly. */
    static void charge(List<Member> ran, long nanos, long picoUsd) {
        int[] rows = new int[ran.size()];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = ran.get(i).waiting.items();
        }
        long[] nanoParts = ExactSplit.split(nanos, rows);
        long[] picoParts = ExactSplit.split(picoUsd, rows);
        for (int i = 0; i < rows.length; i++) {
            ran.get(i).deviceNanos += nanoParts[i];
            ran.get(i).costPicoUsd += picoParts[i];
        }
    }
}
