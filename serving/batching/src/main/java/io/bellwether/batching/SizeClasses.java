package io.bellwether.batching;

/** Sizes and lengths in classes: class k holds those above 2^((k-1)/2) up to 2^(k/2), powers of the square root of 2. */
public final class SizeClasses {
    /** Enough for 2^31. */
    static final int COUNT = 63;

    private static final long[] LARGEST = new long[COUNT];

    static {
        for (int k = 0; k < COUNT; k++) {
            LARGEST[k] = (long) Math.floor(Math.pow(2, k / 2.0));
        }
    }

    private SizeClasses() {}

    /** The class of a size of 1 or more; sizes beyond the last class are in it. */
    public static int of(long size) {
        int octave = 63 - Long.numberOfLeadingZeros(size);
        int k = Math.min(2 * octave, COUNT - 1);
        while (k < COUNT - 1 && LARGEST[k] < size) {
            k++;
        }
        return k;
    }

    /** The largest size of a class. */
    static long largest(int sizeClass) {
        return LARGEST[sizeClass];
    }
}
