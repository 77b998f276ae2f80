package io.bellwether.monitoring.folding;

/**
 * Remembers what a fold must not forget. Entries reach the disk in the order of the calls, and a crash keeps a prefix of
 * them; the folds order their writes so that every prefix is a state from which replaying the input continues soundly.
 */
public interface Journal {
    /** Remembers a value, in place of an older one under the same key. */
    void put(MemoryKey key, byte[] value);

    /** Forgets a value; without effect if there is none. */
    void delete(MemoryKey key);
}
