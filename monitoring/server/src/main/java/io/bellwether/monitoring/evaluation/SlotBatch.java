package io.bellwether.monitoring.evaluation;

import io.bellwether.statistics.ClassCounts;
import io.bellwether.statistics.LogHistogram;
import io.bellwether.statistics.StateReader;
import io.bellwether.statistics.StateWriter;

/**
 * Slots that are pooled into one 2x2 table. A slot with enough observations in both arms is a table of its own;
 * thin slots wait for each other, because a slot in which only one arm had some tells nothing. Only
 * their number decides when a table is closed, never what happened to the requests, so that pooling keeps
 * the tests valid; it is short, so that the base rate hardly moves within a table.
 */
final class SlotBatch {
    /** Takes tables in. */
    interface Tables {
        /** Adds one; {@code slot} is the last one in it. */
        void add(long slot, ArmCounts control, ArmCounts candidate);
    }

    private final EvaluationSettings settings;
    private long firstSlot = -1;
    private long lastSlot = -1;
    private ArmCounts control = ArmCounts.NONE;
    private ArmCounts candidate = ArmCounts.NONE;

    SlotBatch(EvaluationSettings settings) {
        this.settings = settings;
    }

    /** Whether a slot lies too far from the first one of this batch to join it. */
    private boolean closesBefore(long slot) {
        return firstSlot >= 0 && slot - firstSlot >= settings.batchSlotsMax();
    }

    /** Adds a slot, and hands on what has become a table by it or before it. */
    void add(long slot, ArmCounts fromControl, ArmCounts fromCandidate, Tables to) {
        if (closesBefore(slot)) {
            closeInto(to);
        }
        firstSlot = firstSlot < 0 ? slot : firstSlot;
        lastSlot = slot;
        control = control.plus(fromControl);
        candidate = candidate.plus(fromCandidate);
        if (isFull()) {
            closeInto(to);
        }
    }

    private boolean isFull() {
        long enough = settings.batchRequestsMin();
        return (control.requests() >= enough && candidate.requests() >= enough) || closesBefore(lastSlot + 1);
    }

    private void closeInto(Tables to) {
        to.add(lastSlot, control, candidate);
        firstSlot = -1;
        control = ArmCounts.NONE;
        candidate = ArmCounts.NONE;
    }

    void write(StateWriter out) {
        out.writeLong(firstSlot);
        out.writeLong(lastSlot);
        write(out, control);
        write(out, candidate);
    }

    void read(StateReader in) {
        firstSlot = in.readLong();
        lastSlot = in.readLong();
        control = readArm(in);
        candidate = readArm(in);
    }

    private static void write(StateWriter out, ArmCounts arm) {
        out.writeLong(arm.requests());
        out.writeLong(arm.failures());
        out.writeHistogram(arm.witnessLatencyNanos());
        out.writeHistogram(arm.witnessCostPicoUsd());
        out.writeClasses(arm.classes());
        out.writeLong(arm.faults().timeouts());
        out.writeLong(arm.faults().computed());
        out.writeLong(arm.faults().nonfinite());
    }

    private static ArmCounts readArm(StateReader in) {
        long requests = in.readLong();
        long failures = in.readLong();
        LogHistogram latency = in.readHistogram();
        LogHistogram cost = in.readHistogram();
        ClassCounts classes = in.readClasses();
        FaultCounts faults = new FaultCounts(in.readLong(), in.readLong(), in.readLong());
        return new ArmCounts(requests, failures, latency, cost, classes, faults);
    }
}
