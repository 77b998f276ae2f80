package io.bellwether.statistics;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalInt;

/**
 * The control arm's values of the last 12 to 15 minutes, from which thresholds for the <em>next</em> slot are
 * taken. A threshold must be fixed before the slot that it judges is seen; then it may be as wrong as it
 * likes: it costs power, never validity.
 *
 * <p>Until the control has shown 50 values of its own, the seed (the stable version before the rollout)
 * decides alone; without a seed there is no threshold and so no evidence yet. Memory: at most five sparse
 * histograms of three minutes each, and the seed. Not thread-safe.
 */
public final class PastDistribution {
    private static final long CHUNK_SLOTS = 180;
    private static final int CHUNKS_MAX = 5;
    private static final long OWN_MIN = 50;

    private final Deque<Chunk> chunks = new ArrayDeque<>();
    private LogHistogram seed;
    private LogHistogram own = LogHistogram.EMPTY;

    private record Chunk(long number, LogHistogram values) {}

    /** Starts with what is known from before; may be empty. */
    public PastDistribution(LogHistogram seed) {
        this.seed = seed;
    }

    /** Adds the control's values of one slot, after they were judged. Slots come in rising order. */
    public void add(long slot, LogHistogram values) {
        if (values.isEmpty()) {
            return;
        }
        long number = Math.floorDiv(slot, CHUNK_SLOTS);
        Chunk newest = chunks.peekLast();
        if (newest != null && newest.number() >= number) {
            chunks.removeLast();
            chunks.addLast(new Chunk(newest.number(), newest.values().plus(values)));
            own = own.plus(values);
            return;
        }
        chunks.addLast(new Chunk(number, values));
        while (chunks.getFirst().number() <= number - CHUNKS_MAX) {
            chunks.removeFirst();
        }
        own = merged();
    }

    /**
     * The threshold for evidence of harm: the {@code q}-quantile's bucket, with at most {@code 1 - q} above it.
     * Values that all share one bucket do not exceed it, so that a shift of the candidate stands out.
     */
    public OptionalInt harmThreshold(double q) {
        LogHistogram basis = basis();
        return basis.isEmpty() ? OptionalInt.empty() : OptionalInt.of(basis.quantileBucket(q));
    }

    /**
     * The threshold for evidence against harm: the highest bucket with at least {@code 1 - q} above it. Values
     * that all share one bucket all exceed it, so that a candidate that stays below the margin stands out;
     * above {@link #harmThreshold} neither arm would show an event and nothing could ever be concluded.
     */
    public OptionalInt safetyThreshold(double q) {
        LogHistogram basis = basis();
        return basis.isEmpty() ? OptionalInt.empty() : OptionalInt.of(basis.bucketBelowQuantile(q));
    }

    public void write(StateWriter out) {
        out.writeHistogram(seed);
        out.writeLong(chunks.size());
        for (Chunk chunk : chunks) {
            out.writeLong(chunk.number());
            out.writeHistogram(chunk.values());
        }
    }

    /** Takes the place of the distribution that was written, its seed included. */
    public void read(StateReader in) {
        seed = in.readHistogram();
        chunks.clear();
        int size = in.readLength();
        for (int i = 0; i < size; i++) {
            chunks.addLast(new Chunk(in.readLong(), in.readHistogram()));
        }
        own = merged();
    }

    private LogHistogram basis() {
        return own.total() >= OWN_MIN ? own : seed;
    }

    private LogHistogram merged() {
        LogHistogram all = LogHistogram.EMPTY;
        for (Chunk chunk : chunks) {
            all = all.plus(chunk.values());
        }
        return all;
    }
}
