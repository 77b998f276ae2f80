package io.bellwether.statistics;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Optional;

/**
 * The control arm's latest values, from which thresholds for the <em>next</em> slot are taken. A threshold must
 * be fixed before the slot that it judges is seen; then it may be as wrong as it likes: it costs power, never
 * validity. Which values it is taken from depends on their number and their slots only, and all are past.
 *
 * <p><b>How far back.</b> No further than the quantile needs: the newest values of which ten are expected above
 * it, at least 200 values and 30 slots, nothing older than 900 slots. The share of the next values above such a
 * threshold is right on average and a third off at a time; evidence grows in proportion to that share, so more
 * values would hardly add any. They would take from it: as long as values of a slow moment (a cold start, a
 * stall) are among them and more than a share of {@code 1 - q}, neither arm exceeds the threshold and nothing is
 * learned. Fewer slots would lose sight of stalls that come back: in one second of thirty, twice as long for the
 * candidate, they were found with 30 slots and taken for harmless with ten.
 *
 * <p>Until the control has shown 50 values of its own, the seed (the stable version before the
 * rollout) decides alone; without a seed there is no threshold and so no evidence yet. Memory: the seed and about
 * twenty sparse histograms of few values, or four of ten slots each. Not thread-safe.
 */
public final class PastDistribution {
    private static final int ABOVE_MIN = 10;
    private static final long VALUES_MIN = 200;
    private static final long SLOTS_MIN = 30;
    private static final long SLOTS_MAX = 900;
    private static final long OWN_MIN = 50;
    private static final long CHUNK_VALUES_MIN = 50;
    private static final long CHUNK_SLOTS_MIN = 10;
    private static final long CHUNK_SLOTS_MAX = 60;

    private final double quantileMost;
    private final Deque<Chunk> chunks = new ArrayDeque<>();
    private LogHistogram seed;
    /** The newest chunks together, as many as were asked for last: quantiles often need the same ones. */
    private LogHistogram newest = LogHistogram.EMPTY;

    private int newestChunks;

    /** So many of the newest chunks before the last one together: only the last one grows. */
    private LogHistogram before = LogHistogram.EMPTY;

    private int beforeChunks;

    private record Chunk(long firstSlot, long lastSlot, LogHistogram values) {
        boolean takes(long slot) {
            long slots = slot - firstSlot;
            return slots < CHUNK_SLOTS_MIN || (slots < CHUNK_SLOTS_MAX && values.total() < CHUNK_VALUES_MIN);
        }

        Chunk plus(long slot, LogHistogram more) {
            return new Chunk(firstSlot, Math.max(lastSlot, slot), values.plus(more));
        }
    }

    /**
     * What the next slot is judged by; buckets of the {@link BucketScale}.
     *
     * @param harm for evidence of harm: the quantile's bucket, with at most {@code 1 - q} above it. Values that
     *     all share one bucket do not exceed it, so that a shift of the candidate stands out
     * @param safety for evidence against harm: the highest bucket with at least {@code 1 - q} above it. Values
     *     that all share one bucket all exceed it, so that a candidate that stays below the margin stands out;
     *     above {@code harm} neither arm would show an event and nothing could ever be concluded
     */
    public record Thresholds(int harm, int safety) {}

    /**
     * Starts with what is known from before.
     *
     * @param seed values from before; may be empty
     * @param quantileMost the greatest quantile that will be asked for, between 0 and 1
     */
    public PastDistribution(LogHistogram seed, double quantileMost) {
        this.seed = seed;
        this.quantileMost = quantileMost;
    }

    /** Adds the control's values of one slot, after they were judged. Slots come in rising order. */
    public void add(long slot, LogHistogram values) {
        if (values.isEmpty()) {
            return;
        }
        Chunk last = chunks.peekLast();
        if (last != null && last.takes(slot)) {
            chunks.removeLast();
            chunks.addLast(last.plus(slot, values));
        } else {
            chunks.addLast(new Chunk(slot, slot, values));
            before = LogHistogram.EMPTY;
            beforeChunks = 0;
        }
        newest = LogHistogram.EMPTY;
        newestChunks = 0;
        forget(slot);
    }

    private void forget(long slot) {
        while (slot - chunks.getFirst().lastSlot() >= SLOTS_MAX) {
            chunks.removeFirst();
        }
        int needed = chunksFor(quantileMost);
        while (chunks.size() > needed) {
            chunks.removeFirst();
        }
    }

    /** What the {@code q}-quantile says about the next slot; empty while nothing is known. */
    public Optional<Thresholds> thresholds(double q) {
        return values(q).map(basis -> new Thresholds(basis.quantileBucket(q), basis.bucketBelowQuantile(q)));
    }

    /** The values from which the {@code q}-quantile for the next slot is taken; empty while nothing is known. */
    Optional<LogHistogram> values(double q) {
        LogHistogram own = newest(chunksFor(q));
        LogHistogram basis = own.total() >= OWN_MIN ? own : seed;
        return basis.isEmpty() ? Optional.empty() : Optional.of(basis);
    }

    /** How many of the newest chunks reach back as far as the quantile needs; all, if none do. */
    private int chunksFor(double q) {
        double valuesMin = Math.max(VALUES_MIN, ABOVE_MIN / (1 - q));
        long values = 0;
        int taken = 0;
        for (Iterator<Chunk> newestFirst = chunks.descendingIterator(); newestFirst.hasNext(); taken++) {
            Chunk chunk = newestFirst.next();
            if (values >= valuesMin && chunks.getLast().lastSlot() - chunk.lastSlot() >= SLOTS_MIN) {
                return taken;
            }
            values += chunk.values().total();
        }
        return taken;
    }

    private LogHistogram newest(int count) {
        if (newestChunks != count) {
            newest = count == 0
                    ? LogHistogram.EMPTY
                    : beforeLast(count - 1).plus(chunks.getLast().values());
            newestChunks = count;
        }
        return newest;
    }

    private LogHistogram beforeLast(int count) {
        if (beforeChunks != count) {
            Iterator<Chunk> newestFirst = chunks.descendingIterator();
            newestFirst.next();
            before = LogHistogram.EMPTY;
            for (int taken = 0; taken < count; taken++) {
                before = before.plus(newestFirst.next().values());
            }
            beforeChunks = count;
        }
        return before;
    }

    public void write(StateWriter out) {
        out.writeHistogram(seed);
        out.writeLong(chunks.size());
        for (Chunk chunk : chunks) {
            out.writeLong(chunk.firstSlot());
            out.writeLong(chunk.lastSlot());
            out.writeHistogram(chunk.values());
        }
    }

    /** Takes the place of the distribution that was written, its seed included. */
    public void read(StateReader in) {
        seed = in.readHistogram();
        chunks.clear();
        newest = LogHistogram.EMPTY;
        newestChunks = 0;
        before = LogHistogram.EMPTY;
        beforeChunks = 0;
        int size = in.readLength();
        for (int i = 0; i < size; i++) {
            chunks.addLast(new Chunk(in.readLong(), in.readLong(), in.readHistogram()));
        }
    }
}
