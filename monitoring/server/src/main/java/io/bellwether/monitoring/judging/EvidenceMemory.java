package io.bellwether.monitoring.judging;

import io.bellwether.monitoring.folding.Journal;
import io.bellwether.monitoring.folding.MemoryKey;
import io.bellwether.monitoring.state.RolloutMemory;
import java.util.Arrays;

/** The evidence of one rollout as the journal keeps it; what has not changed is not written again. */
final class EvidenceMemory {
    private final Journal journal;
    private final MemoryKey key;
    private byte[] written = new byte[0];

    /**
     * @param name of the evidence, unique within its model
     */
    EvidenceMemory(Journal journal, String model, String name) {
        this.journal = journal;
        this.key = new MemoryKey(MemoryKey.Kind.ROLLOUT, model, name);
    }

    String name() {
        return key.name();
    }

    /** This is what the journal has. */
    void resumed(byte[] memory) {
        written = memory;
    }

    void write(RolloutMemory now) {
        byte[] memory = now.toByteArray();
        if (!Arrays.equals(memory, written)) {
            written = memory;
            journal.put(key, memory);
        }
    }

    void forget() {
        journal.delete(key);
    }
}
