package io.bellwether.deploy.chaos;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/** Bytes on their way from one socket to another, in order, each not before its time. */
final class Pipe {
    /** More than this does not wait here: the sender is not read, and feels it. */
    static final int BYTES_MAX = 256 << 10;

    private static final int CHUNK_BYTES = 16 << 10;

    private final SocketChannel from;
    private final SocketChannel to;
    private final Deque<Chunk> waiting = new ArrayDeque<>();
    private int waitingBytes;
    private long freeNanos = Long.MIN_VALUE;
    private boolean ended;
    private boolean endPassed;

    private record Chunk(ByteBuffer bytes, long dueNanos) {}

    Pipe(SocketChannel from, SocketChannel to) {
        this.from = from;
        this.to = to;
    }

    /** Reads what has come and writes what is due. */
    void move(LinkMode.Slow slow, long nowNanos) throws IOException {
        read(slow, nowNanos);
        while (!waiting.isEmpty() && waiting.peek().dueNanos() - nowNanos <= 0) {
            var bytes = waiting.peek().bytes();
            waitingBytes -= to.write(bytes);
            if (bytes.hasRemaining()) {
                return;
            }
            waiting.remove();
        }
        if (ended && waiting.isEmpty() && !endPassed) {
            endPassed = true;
            to.shutdownOutput();
        }
    }

    /** Whether the end of the stream has passed through. */
    boolean isOver() {
        return endPassed;
    }

    int readInterest() {
        return ended || waitingBytes >= BYTES_MAX ? 0 : SelectionKey.OP_READ;
    }

    int writeInterest(long nowNanos) {
        return !waiting.isEmpty() && waiting.peek().dueNanos() - nowNanos <= 0 ? SelectionKey.OP_WRITE : 0;
    }

    /** Milliseconds, rounded up, until the first bytes are due; very many when none wait for their time. */
    long waitMillis(long nowNanos) {
        if (waiting.isEmpty() || waiting.peek().dueNanos() - nowNanos <= 0) {
            return Long.MAX_VALUE;
        }
        return TimeUnit.NANOSECONDS.toMillis(waiting.peek().dueNanos() - nowNanos) + 1;
    }

    private void read(LinkMode.Slow slow, long nowNanos) throws IOException {
        while (!ended && waitingBytes < BYTES_MAX) {
            var bytes = ByteBuffer.allocate(CHUNK_BYTES);
            int count = from.read(bytes);
            if (count < 0) {
                ended = true;
                return;
            }
            if (count == 0) {
                return;
            }
            waiting.add(new Chunk(bytes.flip(), dueNanos(slow, count, nowNanos)));
            waitingBytes += count;
        }
    }

    private long dueNanos(LinkMode.Slow slow, int count, long nowNanos) {
        long takesNanos =
                slow.bytesPerSecondMax() == Long.MAX_VALUE ? 0 : (long) (count * 1e9 / slow.bytesPerSecondMax());
        freeNanos = (freeNanos == Long.MIN_VALUE ? nowNanos : Math.max(freeNanos, nowNanos)) + takesNanos;
        return freeNanos + TimeUnit.MILLISECONDS.toNanos(slow.delayMillis());
    }
}
