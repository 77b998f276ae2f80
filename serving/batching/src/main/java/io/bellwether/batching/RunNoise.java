package io.bellwether.batching;

import java.util.ArrayList;
import java.util.List;

/**
 * The last runs as multiples of what the line said of each, in their order: the noise as it was, with its stalls and its
 * slow minutes, which a standard deviation does not tell. Not safe for several threads.
 */
final class RunNoise {
    static final int KEPT = 512;

    private final float[] multiples = new float[KEPT];
    private int count;
    private int next;

    void add(double multiple) {
        multiples[next] = (float) multiple;
        next = (next + 1) % KEPT;
        count = Math.min(count + 1, KEPT);
    }

    /** The oldest first. */
    List<Float> list() {
        List<Float> all = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            all.add(multiples[Math.floorMod(next - count + i, KEPT)]);
        }
        return all;
    }
}
