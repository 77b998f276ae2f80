package io.bellwether.worker.lane;

import io.bellwether.worker.lane.BatchExecution.Member;
import java.util.ArrayList;
import java.util.List;

/**
 * The largest forward that one instance dares. Half of what ran out of memory; one item more after every
 * {@value #GOOD_RUNS} runs that did not, up to the limit. Confined to its runner thread.
 */
final class BatchCeiling {
    static final int GOOD_RUNS = 100;

    private final int itemsLimit;
    private int itemsMax;
    private int goodRuns;

    BatchCeiling(int itemsLimit) {
        this.itemsLimit = itemsLimit;
        this.itemsMax = itemsLimit;
    }

    /** A forward over so many items found no memory. */
    void outOfMemory(int items) {
        itemsMax = Math.min(itemsMax, Math.max(1, items / 2));
        goodRuns = 0;
    }

    /** A forward went well. */
    void ran() {
        goodRuns = itemsMax < itemsLimit ? goodRuns + 1 : 0;
        if (goodRuns == GOOD_RUNS) {
            itemsMax++;
            goodRuns = 0;
        }
    }

    /** The batch in forwards under the ceiling, in order. A request that is larger by itself goes alone. */
    List<List<Member>> forwards(List<Member> batch) {
        if (itemsMax == itemsLimit) {
            return List.of(batch);
        }
        List<List<Member>> forwards = new ArrayList<>();
        List<Member> open = new ArrayList<>();
        int items = 0;
        for (Member member : batch) {
            if (!open.isEmpty() && items + member.waiting().items() > itemsMax) {
                forwards.add(open);
                open = new ArrayList<>();
                items = 0;
            }
            open.add(member);
            items += member.waiting().items();
        }
        forwards.add(open);
        return forwards;
    }
}
