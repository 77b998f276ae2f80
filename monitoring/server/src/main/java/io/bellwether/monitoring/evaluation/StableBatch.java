package io.bellwether.monitoring.evaluation;

import io.bellwether.statistics.EventTable;
import io.bellwether.statistics.StateReader;
import io.bellwether.statistics.StateWriter;
import java.util.function.Consumer;

/**
 * Slots that are pooled into one table of a candidate and all of the stable version. Both sides have fixed shares of it only
 * while the weight stays, so a table never holds requests of two weights. When it is closed depends on weights and on how many
 * requests there were, never on what became of them.
 */
final class StableBatch {
    private final long requestsMin;
    private final long slotsMax;
    private long firstSlot = -1;
    private int share;
    private EventTable table = EventTable.EMPTY;

    /**
     * @param requestsMin requests of the candidate that make a table
     * @param slotsMax most slots of one
     */
    StableBatch(long requestsMin, long slotsMax) {
        this.requestsMin = requestsMin;
        this.slotsMax = slotsMax;
    }

    /** Adds what a slot has of one share, and hands on what has become a table by it or before it. */
    void add(long slot, int ofShare, EventTable more, Consumer<EventTable> to) {
        if (firstSlot >= 0 && (ofShare != share || slot - firstSlot >= slotsMax)) {
            closeInto(to);
        }
        firstSlot = firstSlot < 0 ? slot : firstSlot;
        share = ofShare;
        table = table.plus(more);
        if (table.candidateCount() >= requestsMin || slot - firstSlot + 1 >= slotsMax) {
            closeInto(to);
        }
    }

    private void closeInto(Consumer<EventTable> to) {
        to.accept(table);
        firstSlot = -1;
        table = EventTable.EMPTY;
    }

    void write(StateWriter out) {
        out.writeLong(firstSlot);
        out.writeLong(share);
        out.writeTable(table);
    }

    void read(StateReader in) {
        firstSlot = in.readLong();
        share = in.readInt();
        table = in.readTable();
    }
}
