package io.bellwether.monitoring.folding;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Keeps every write in order, so that a test can see what a crash after any of them leaves behind. */
public final class RecordingJournal implements Journal {
    /** One write; a null value deletes. */
    private record Write(MemoryKey key, byte @Nullable [] value) {}

    private final List<Write> writes = new ArrayList<>();

    @Override
    public void put(MemoryKey key, byte[] value) {
        writes.add(new Write(MemoryKey.parse(key.text()).orElseThrow(), value));
    }

    @Override
    public void delete(MemoryKey key) {
        writes.add(new Write(key, null));
    }

    public int size() {
        return writes.size();
    }

    /** What the first writes leave. */
    public Map<MemoryKey, byte[]> contentAfter(int count) {
        Map<MemoryKey, byte[]> content = new LinkedHashMap<>();
        for (Write write : writes.subList(0, count)) {
            if (write.value() == null) {
                content.remove(write.key());
            } else {
                content.put(write.key(), write.value());
            }
        }
        return content;
    }
}
