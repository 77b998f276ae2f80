package io.bellwether.worker.archive;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;

/** The bytes of a zip file at any place. */
final class ZipBytes {
    private final FileChannel file;
    private final long size;

    ZipBytes(FileChannel file) throws IOException {
        this.file = file;
        this.size = file.size();
    }

    /** Something that is wrong with a zip. Never leaves {@link ZipDirectory}. */
    static final class Unsound extends Exception {
        private static final long serialVersionUID = 1L;

        Unsound(String reason) {
            super(reason, null, false, false);
        }
    }

    long size() {
        return size;
    }

    /** So many bytes from that place on. */
    ByteBuffer at(long offset, int bytes) throws IOException, Unsound {
        ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining()) {
            if (file.read(buffer, offset + buffer.position()) < 0) {
                throw new Unsound("is a zip that is cut off");
            }
        }
        return buffer.flip();
    }

    /** The next bytes as text, one character for each. */
    static String text(ByteBuffer from, int bytes) {
        return StandardCharsets.ISO_8859_1.decode(slice(from, bytes)).toString();
    }

    /** The next bytes as a buffer of their own. */
    static ByteBuffer slice(ByteBuffer from, int bytes) {
        if (bytes > from.remaining()) {
            throw new BufferUnderflowException();
        }
        ByteBuffer slice = from.slice(from.position(), bytes).order(ByteOrder.LITTLE_ENDIAN);
        from.position(from.position() + bytes);
        return slice;
    }
}
