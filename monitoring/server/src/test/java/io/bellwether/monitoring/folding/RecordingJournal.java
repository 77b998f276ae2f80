package io.bellwether.monitoring.folding;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Keeps every write in order, so that a test can see what a crash after any of them leaves behind. */
public final class RecordingJournal implements Journal {
    /** One write; without a value it deletes. */
    private record Write(MemoryKey key, Optional<ByteString> value) {}

    private final List<Write> writes = new ArrayList<>();

    @Override
    public void put(MemoryKey key, byte[] value) {
        writes.add(new Write(MemoryKey.parse(key.text()).orElseThrow(), Optional.of(ByteString.copyFrom(value))));
    }

    @Override
    public void delete(MemoryKey key) {
        writes.add(new Write(key, Optional.empty()));
    }

    public int size() {
        return writes.size();
    }

    /** What the first writes leave. */
    public Map<MemoryKey, byte[]> contentAfter(int count) {
        Map<MemoryKey, byte[]> content = new LinkedHashMap<>();
        for (Write write : writes.subList(0, count)) {
            content.remove(write.key());
            write.value().ifPresent(value -> content.put(write.key(), value.toByteArray()));
        }
        return content;
    }
}
