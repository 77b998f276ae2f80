package io.bellwether.worker.survival;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A file that says at every moment which model versions run, written through memory: what stands there when the process
 * crashes is what the crash happened in. A mark costs one store to memory. Safe for several threads.
 */
public final class RunMarks {
    private static final int SLOTS = 512;
    private static final int SLOT_BYTES = 256;
    private static final int LABEL_BYTES_MAX = SLOT_BYTES - 1;
    private static final byte RUNNING = 1;

    private final @Nullable MappedByteBuffer memory;
    private final BitSet taken = new BitSet(SLOTS);
    private final List<RunMark> marks = new ArrayList<>();

    private RunMarks(@Nullable MappedByteBuffer memory) {
        this.memory = memory;
    }

    /** Marks that nobody reads, for a worker without a state folder. */
    public static RunMarks unwritten() {
        return new RunMarks(null);
    }

    /** Begins a new file; that of the process before is lost. */
    static RunMarks begin(Path file) throws IOException {
        Files.deleteIfExists(file);
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return new RunMarks(channel.map(FileChannel.MapMode.READ_WRITE, 0, (long) SLOTS * SLOT_BYTES));
        }
    }

    /** The labels that ran when the process that wrote the file ended; none when there is no such file. */
    static List<String> runningIn(Path file) throws IOException {
        List<String> labels = new ArrayList<>();
        if (!Files.isRegularFile(file) || Files.size(file) != (long) SLOTS * SLOT_BYTES) {
            return labels;
        }
        ByteBuffer read = ByteBuffer.wrap(Files.readAllBytes(file));
        for (int slot = 0; slot < SLOTS; slot++) {
            if (read.get(slot * SLOT_BYTES) == RUNNING) {
                byte[] label = new byte[LABEL_BYTES_MAX];
                read.get(slot * SLOT_BYTES + 1, label);
                labels.add(new String(label, StandardCharsets.UTF_8).replace("\0", ""));
            }
        }
        return labels.stream().distinct().toList();
    }

    /**
     * A mark of its own for a thread that runs a version. More threads than there are slots share what cannot be seen after
     * a crash.
     *
     * @param label model and version
     */
    public synchronized RunMark claim(String label) {
        int slot = taken.nextClearBit(0);
        MappedByteBuffer file = memory;
        if (file == null || slot >= SLOTS) {
            return remember(new RunMark(label, null, 0, () -> {}));
        }
        taken.set(slot);
        byte[] name = new byte[LABEL_BYTES_MAX];
        byte[] text = label.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(text, 0, name, 0, Math.min(text.length, name.length));
        file.put(slot * SLOT_BYTES + 1, name);
        return remember(new RunMark(label, file, slot * SLOT_BYTES, () -> release(slot)));
    }

    /** The mark that has been set the longest, if that is longer than {@code nanos}. */
    public synchronized Optional<RunMark> stuckFor(long nanos, long nowNanos) {
        return marks.stream().filter(mark -> mark.setForNanos(nowNanos) > nanos).findFirst();
    }

    private RunMark remember(RunMark mark) {
        marks.removeIf(RunMark::released);
        marks.add(mark);
        return mark;
    }

    private synchronized void release(int slot) {
        taken.clear(slot);
    }
}
