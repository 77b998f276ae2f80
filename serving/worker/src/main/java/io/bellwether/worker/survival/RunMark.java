package io.bellwether.worker.survival;

import java.nio.MappedByteBuffer;
import org.jspecify.annotations.Nullable;

/** Says that one thread runs one model version. Set and cleared by that thread. */
public final class RunMark implements AutoCloseable {
    private static final byte RUNNING = 1;

    private final String label;
    private final @Nullable MappedByteBuffer memory;
    private final int offset;
    private final Runnable atRelease;
    private volatile long setNanos;
    private volatile boolean set;
    private volatile boolean released;

    RunMark(String label, @Nullable MappedByteBuffer memory, int offset, Runnable atRelease) {
        this.label = label;
        this.memory = memory;
        this.offset = offset;
        this.atRelease = atRelease;
    }

    /** From now on the version runs. */
    public void set() {
        setNanos = System.nanoTime();
        set = true;
        if (memory != null) {
            memory.put(offset, RUNNING);
        }
    }

    /** It has come back. */
    public void clear() {
        set = false;
        if (memory != null) {
            memory.put(offset, (byte) 0);
        }
    }

    /** Model and version. */
    public String label() {
        return label;
    }

    /** How long it has been set; 0 when it is not. */
    long setForNanos(long nowNanos) {
        return set ? nowNanos - setNanos : 0;
    }

    boolean released() {
        return released;
    }

    /** The thread has ended. */
    @Override
    public void close() {
        clear();
        released = true;
        atRelease.run();
    }
}
