package io.bellwether.monitoring.topology;

import io.bellwether.monitoring.folding.Journal;
import io.bellwether.monitoring.folding.MemoryKey;
import org.apache.kafka.streams.state.KeyValueStore;

/** Keeps memories in a state store with a changelog: one partition of it per task, so the order of writes is kept. */
final class StoreJournal implements Journal {
    private final KeyValueStore<String, byte[]> store;

    StoreJournal(KeyValueStore<String, byte[]> store) {
        this.store = store;
    }

    @Override
    public void put(MemoryKey key, byte[] value) {
        store.put(key.text(), value);
    }

    @Override
    public void delete(MemoryKey key) {
        store.delete(key.text());
    }
}
