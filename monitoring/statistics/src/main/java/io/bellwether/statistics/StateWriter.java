package io.bellwether.statistics;

import java.util.Arrays;

/** Collects the numbers that make up a state, in the order in which {@link StateReader} hands them back. */
public final class StateWriter {
    private long[] longs = new long[64];
    private double[] doubles = new double[256];
    private int longCount;
    private int doubleCount;

    public void writeLong(long value) {
        if (longCount == longs.length) {
            longs = Arrays.copyOf(longs, 2 * longCount);
        }
        longs[longCount++] = value;
    }

    public void writeDouble(double value) {
        if (doubleCount == doubles.length) {
            doubles = Arrays.copyOf(doubles, 2 * doubleCount);
        }
        doubles[doubleCount++] = value;
    }

    /** Writes the values without their number: the reader knows it. */
    public void writeDoubles(double[] values) {
        for (double value : values) {
            writeDouble(value);
        }
    }

    public void writeTable(EventTable table) {
        writeLong(table.controlCount());
        writeLong(table.controlEvents());
        writeLong(table.candidateCount());
        writeLong(table.candidateEvents());
    }

    public void writeHistogram(LogHistogram histogram) {
        int[] buckets = histogram.buckets();
        long[] counts = histogram.counts();
        writeLong(buckets.length);
        for (int i = 0; i < buckets.length; i++) {
            writeLong(buckets[i]);
            writeLong(counts[i]);
        }
    }

    public void writeClasses(ClassCounts classes) {
        writeLong(classes.size());
        for (long count : classes.toArray()) {
            writeLong(count);
        }
    }

    /** The whole numbers so far; a copy. */
    public long[] longs() {
        return Arrays.copyOf(longs, longCount);
    }

    /** The real numbers so far; a copy. */
    public double[] doubles() {
        return Arrays.copyOf(doubles, doubleCount);
    }
}
