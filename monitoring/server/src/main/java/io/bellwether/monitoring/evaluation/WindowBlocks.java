package io.bellwether.monitoring.evaluation;

import io.bellwether.statistics.StateReader;
import io.bellwether.statistics.StateWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * Counts of both arms over all windows, told apart by time the more finely the newer they are: blocks of 1, 1, 2, 2, 4, 4, ...
 * windows. So what came after any window is known up to a block that reaches across it, which is no longer than what came
 * after it, and a day of seconds takes some 34 blocks. Not thread-safe.
 */
final class WindowBlocks {
    private static final int SAME_SIZE_MAX = 2;
    private static final int BLOCKS_MAX = 128;

    private final int bins;
    private final List<Block> blocks = new ArrayList<>();

    /**
     * Counts of some windows that follow each other.
     *
     * @param firstWindow number of the first, from 0
     * @param windows how many
     * @param firstSlot slot of the first
     */
    private record Block(long firstWindow, long windows, long firstSlot, Counts counts) {
        Block plus(Block next) {
            return new Block(firstWindow, windows + next.windows, firstSlot, counts.plus(next.counts));
        }
    }

    /** Counts of both arms, one a bin. */
    static final class Counts {
        private final long[] control;
        private final long[] candidate;

        Counts(long[] control, long[] candidate) {
            this.control = control.clone();
            this.candidate = candidate.clone();
        }

        Counts plus(Counts other) {
            return new Counts(ScoreCounts.sum(control, other.control), ScoreCounts.sum(candidate, other.candidate));
        }

        long[] control() {
            return control.clone();
        }

        long[] candidate() {
            return candidate.clone();
        }
    }

    WindowBlocks(int bins) {
        this.bins = bins;
    }

    /** Adds the window that follows the last one. */
    void add(long slot, Counts counts) {
        long window = blocks.isEmpty() ? 0 : last().firstWindow() + last().windows();
        blocks.add(new Block(window, 1, slot, counts));
        int newest = blocks.size() - 1;
        // Sizes fall towards the newest, so of three of one size the two older ones stand together.
        while (newest >= SAME_SIZE_MAX
                && blocks.get(newest - SAME_SIZE_MAX).windows()
                        == blocks.get(newest).windows()) {
            Block merged = blocks.get(newest - 2).plus(blocks.get(newest - 1));
            blocks.remove(newest - 1);
            blocks.set(newest - 2, merged);
            newest -= 2;
        }
    }

    private Block last() {
        return blocks.get(blocks.size() - 1);
    }

    /** The sum over the blocks that begin at a window or later, at least over the last block. */
    Counts since(long window) {
        Counts sum = new Counts(new long[bins], new long[bins]);
        for (Block block : blocks) {
            sum = block.firstWindow() >= from(window) ? sum.plus(block.counts()) : sum;
        }
        return sum;
    }

    /** The slot with which that sum begins; 0 before the first window. */
    long slotOf(long window) {
        return blocks.stream()
                .filter(block -> block.firstWindow() >= from(window))
                .mapToLong(Block::firstSlot)
                .findFirst()
                .orElse(0);
    }

    private long from(long window) {
        return blocks.isEmpty() ? window : Math.min(window, last().firstWindow());
    }

    void write(StateWriter out) {
        out.writeLong(blocks.size());
        for (Block block : blocks) {
            out.writeLong(block.firstWindow());
            out.writeLong(block.windows());
            out.writeLong(block.firstSlot());
            ScoreComparison.writeCounts(out, block.counts().control);
            ScoreComparison.writeCounts(out, block.counts().candidate);
        }
    }

    void read(StateReader in) {
        int size = in.readLength();
        if (size > BLOCKS_MAX) {
            throw new IllegalArgumentException("counts of scores have " + size + " blocks");
        }
        blocks.clear();
        for (int i = 0; i < size; i++) {
            blocks.add(new Block(
                    in.readLong(),
                    in.readLong(),
                    in.readLong(),
                    new Counts(ScoreComparison.readCounts(in, bins), ScoreComparison.readCounts(in, bins))));
        }
    }
}
