package io.bellwether.monitoring.recorded;

import io.bellwether.monitoring.recorded.line.RecordedEnd;
import io.bellwether.monitoring.recorded.line.RecordedHeader;
import io.bellwether.monitoring.replay.Recorded;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.zip.GZIPOutputStream;

/**
 * Writes a file of recorded telemetry whole or not at all: beside its place, and renamed when it is on the disk. Only the owner
 * may read it. A name that ends in {@code .gz} is compressed. Not thread-safe.
 */
final class TelemetryWriter implements Closeable {
    private final Path file;
    private final Path part;
    private final FileChannel channel;
    private final Finishing bytes;
    private final BufferedWriter text;
    private long entries;

    /** A stream that may have to be finished before the file is forced to the disk. */
    private record Finishing(OutputStream stream) {
        void finish() throws IOException {
            if (stream instanceof GZIPOutputStream compressed) {
                compressed.finish();
            }
        }
    }

    /**
     * Begins a file with its header.
     *
     * @throws IOException if nothing can be written there
     */
    TelemetryWriter(Path given, RecordedHeader header) throws IOException {
        file = given.toAbsolutePath();
        Path folder = file.getParent();
        Path name = file.getFileName();
        if (folder == null || name == null) {
            throw new IOException("not a file in a folder");
        }
        part = Files.createTempFile(folder, name + ".", ".part");
        channel = FileChannel.open(part, StandardOpenOption.WRITE);
        OutputStream plain = Channels.newOutputStream(channel);
        bytes = new Finishing(
                name.toString().endsWith(TelemetryFile.COMPRESSED) ? new GZIPOutputStream(plain, 1 << 16) : plain);
        text = new BufferedWriter(new OutputStreamWriter(bytes.stream(), StandardCharsets.UTF_8), 1 << 16);
        line(LineJson.text(header));
    }

    /** Adds a record. */
    void add(Recorded recorded) throws IOException {
        line(LineJson.text(recorded));
        entries++;
    }

    long entries() {
        return entries;
    }

    /** Ends the file and puts it into its place. */
    void commit() throws IOException {
        line(LineJson.text(RecordedEnd.newBuilder().setEntries(entries).build()));
        text.flush();
        bytes.finish();
        channel.force(true);
        channel.close();
        Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    /** What was not committed is gone. */
    @Override
    public void close() throws IOException {
        channel.close();
        Files.deleteIfExists(part);
    }

    private void line(String json) throws IOException {
        text.write(json);
        text.write('\n');
    }
}
