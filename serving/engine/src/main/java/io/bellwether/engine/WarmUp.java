package io.bellwether.engine;

import java.util.ArrayList;
import java.util.List;

/** Runs every batch size before the first user does. */
public final class WarmUp {
    private WarmUp() {}

    /** The batch sizes to warm: all up to 32; beyond that the powers of two and the largest. */
    public static List<Integer> sizes(int batchItemsMax) {
        List<Integer> sizes = new ArrayList<>();
        for (int size = 1; size <= batchItemsMax; size = batchItemsMax <= 32 ? size + 1 : size * 2) {
            sizes.add(size);
        }
        if (sizes.get(sizes.size() - 1) != batchItemsMax) {
            sizes.add(batchItemsMax);
        }
        return sizes;
    }

    /**
     * Runs zeros through {@code runner}, {@code repeats} times at each size of {@link #sizes}.
     *
     * @return what each size took
     */
    public static WarmUpProfile run(ModelRunner runner, ModelSource source, int batchItemsMax, int repeats)
            throws EngineFault {
        throw new UnsupportedOperationException();
    }
}
