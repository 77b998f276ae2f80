package io.bellwether.benchmark.trace;

import java.util.Arrays;

/**
 * What happened to the requests that one arm answered in one second. Requests are numbered from 0 in the order of their
 * answers.
 */
public final class ArmSlot {
    private static final int CAPACITY_FIRST = 16;

    private double[] latencyMillis = new double[CAPACITY_FIRST];
    private double[] costMicroUsd = new double[CAPACITY_FIRST];
    private int[] entity = new int[CAPACITY_FIRST];
    private byte[] marks = new byte[CAPACITY_FIRST];
    private int requests;
    private int failures;

    private static final byte FAILED = 1;
    private static final byte WITNESS = 2;
    private static final byte IN_SLICE = 4;

    ArmSlot() {}

    void add(double millis, double microUsd, boolean failed, boolean witness, int who) {
        if (requests == latencyMillis.length) {
            int capacity = 2 * requests;
            latencyMillis = Arrays.copyOf(latencyMillis, capacity);
            costMicroUsd = Arrays.copyOf(costMicroUsd, capacity);
            entity = Arrays.copyOf(entity, capacity);
            marks = Arrays.copyOf(marks, capacity);
        }
        latencyMillis[requests] = millis;
        costMicroUsd[requests] = microUsd;
        entity[requests] = who;
        marks[requests] = (byte) ((failed ? FAILED : 0) | (witness ? WITNESS : 0));
        requests++;
        failures += failed ? 1 : 0;
    }

    /** The request that was added last belongs to the slice. */
    void lastIsInSlice() {
        marks[requests - 1] |= IN_SLICE;
    }

    /** Whether a request belongs to the slice that the effect is confined to; all do where there is none. */
    public boolean isInSlice(int request) {
        return (marks[request] & IN_SLICE) != 0;
    }

    /** How many requests were answered. */
    public int requests() {
        return requests;
    }

    /** How many of them failed. */
    public int failures() {
        return failures;
    }

    /** Time from the arrival of a request to its answer. */
    public double latencyMillis(int request) {
        return latencyMillis[request];
    }

    /** What a request cost, in millionths of a dollar. */
    public double costMicroUsd(int request) {
        return costMicroUsd[request];
    }

    /** Whether a request failed. */
    public boolean failed(int request) {
        return (marks[request] & FAILED) != 0;
    }

    /** Whether a request speaks for its batch: one of each batch does, drawn at random. */
    public boolean isWitness(int request) {
        return (marks[request] & WITNESS) != 0;
    }

    /** Who sent a request, when the split is by client; -1 when it is by request. */
    public int entity(int request) {
        return entity[request];
    }
}
