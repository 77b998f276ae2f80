package io.bellwether.statistics;

/**
 * Hands back what {@link StateWriter} collected. Every method throws {@link IllegalArgumentException} if the
 * state is shorter than expected or holds what cannot be: such a state is not continued.
 */
public final class StateReader {
    private static final int LENGTH_MAX = 1 << 20;

    private final long[] longs;
    private final double[] doubles;
    private int nextLong;
    private int nextDouble;

    public StateReader(long[] longs, double[] doubles) {
        this.longs = longs.clone();
        this.doubles = doubles.clone();
    }

    public long readLong() {
        if (nextLong == longs.length) {
            throw new IllegalArgumentException("the state ends early: expected more than " + nextLong + " longs");
        }
        return longs[nextLong++];
    }

    public double readDouble() {
        if (nextDouble == doubles.length) {
            throw new IllegalArgumentException("the state ends early: expected more than " + nextDouble + " doubles");
        }
        double value = doubles[nextDouble++];
        if (Double.isNaN(value)) {
            throw new IllegalArgumentException("double " + nextDouble + " of the state is not a number");
        }
        return value;
    }

    public double[] readDoubles(int count) {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = readDouble();
        }
        return values;
    }

    public int readInt() {
        long value = readLong();
        if (value != (int) value) {
            throw new IllegalArgumentException("the state names an impossible int: " + value);
        }
        return (int) value;
    }

    /** A number of elements that follow. */
    public int readLength() {
        long length = readLong();
        if (length < 0 || length > LENGTH_MAX) {
            throw new IllegalArgumentException("the state names an impossible length: " + length);
        }
        return (int) length;
    }

    public EventTable readTable() {
        return new EventTable(readLong(), readLong(), readLong(), readLong());
    }

    public LogHistogram readHistogram() {
        int size = readLength();
        int[] buckets = new int[size];
        long[] counts = new long[size];
        for (int i = 0; i < size; i++) {
            buckets[i] = readInt();
            counts[i] = readLong();
        }
        return LogHistogram.of(buckets, counts);
    }

    public ClassCounts readClasses() {
        long[] counts = new long[readLength()];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = readLong();
        }
        return ClassCounts.of(counts);
    }

    /**
     * Confirms that everything was read.
     *
     * @throws IllegalArgumentException if numbers are left over
     */
    public void finish() {
        if (nextLong != longs.length || nextDouble != doubles.length) {
            throw new IllegalArgumentException("the state is longer than expected: " + nextLong + " of " + longs.length
                    + " longs and " + nextDouble + " of " + doubles.length + " doubles were read");
        }
    }

    static void check(double[] components, int expected) {
        if (components.length != expected) {
            throw new IllegalArgumentException(
                    "expected " + expected + " components of evidence, got " + components.length);
        }
        for (double component : components) {
            if (Double.isNaN(component)) {
                throw new IllegalArgumentException("a component of evidence is not a number");
            }
        }
    }
}
