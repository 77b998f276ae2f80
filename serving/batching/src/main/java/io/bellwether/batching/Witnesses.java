package io.bellwether.batching;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Chooses who speaks for an execution. The requests of one batch share its latency and its cost, so counting each of them
 * as evidence would count one fact many times. One random item for each cell speaks; its request is the witness.
 *
 * <p>The draw is uniform over items, so a request's chance is proportional to its items. Draws of different cells use
 * different bits of the caller's random number, mixed by SplitMix64 (Steele, Lea, Flood, 2014).
 */
public final class Witnesses {
    private Witnesses() {}

    /**
     * True at the index of each witness: exactly one for each cell that occurs in the batch.
     *
     * @param batch the requests that were executed together
     * @param cellOf the cell in which a request counts (its arm, its segment)
     * @param random 64 uniform random bits, fresh for each execution
     */
    public static <T, C> boolean[] choose(List<Waiting<T>> batch, Function<Waiting<T>, C> cellOf, long random) {
        Map<C, List<Integer>> members = new LinkedHashMap<>();
        for (int i = 0; i < batch.size(); i++) {
            members.computeIfAbsent(cellOf.apply(batch.get(i)), c -> new ArrayList<>())
                    .add(i);
        }
        boolean[] witness = new boolean[batch.size()];
        long state = random;
        for (List<Integer> cell : members.values()) {
            state += 0x9E3779B97F4A7C15L;
            witness[draw(batch, cell, mix(state))] = true;
        }
        return witness;
    }

    private static <T> int draw(List<Waiting<T>> batch, List<Integer> cell, long random) {
        long items = cell.stream().mapToLong(i -> batch.get(i).items()).sum();
        // floor(u * items) for u uniform in [0, 1) with 63 bits: the bias is below items / 2^63.
        long ticket = Math.multiplyHigh(random >>> 1, items << 1);
        for (int index : cell) {
            ticket -= batch.get(index).items();
            if (ticket < 0) {
                return index;
            }
        }
        throw new IllegalStateException("the ticket lies beyond the items of the cell");
    }

    private static long mix(long z) {
        long a = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        long b = (a ^ (a >>> 27)) * 0x94D049BB133111EBL;
        return b ^ (b >>> 31);
    }
}
