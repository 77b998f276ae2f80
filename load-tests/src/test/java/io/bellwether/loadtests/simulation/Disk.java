package io.bellwether.loadtests.simulation;

import io.bellwether.gateway.control.DurableBytes;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What outlives a process, unless the disk is lost with it. A full one keeps what it has and takes nothing. */
final class Disk {
    private final Map<String, byte[]> files = new HashMap<>();
    private boolean full;

    void full(boolean isFull) {
        full = isFull;
    }

    void lose() {
        files.clear();
    }

    DurableBytes file(String name) {
        return new DurableBytes() {
            @Override
            public Optional<byte[]> read() {
                return Optional.ofNullable(files.get(name));
            }

            @Override
            public void write(byte[] bytes) throws IOException {
                if (full) {
                    throw new IOException("no space left");
                }
                files.put(name, bytes);
            }
        };
    }
}
