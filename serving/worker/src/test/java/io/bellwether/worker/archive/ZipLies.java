package io.bellwether.worker.archive;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Changes single numbers of a zip. */
final class ZipLies {
    private static final int END_BYTES = 22;

    private ZipLies() {}

    /** Where the central directory begins. */
    static int directoryAt(byte[] zip) {
        return little(zip).getInt(zip.length - END_BYTES + 16);
    }

    /** A copy with another 32-bit number at that place. */
    static byte[] withInt(byte[] zip, int at, int value) {
        byte[] changed = zip.clone();
        little(changed).putInt(at, value);
        return changed;
    }

    /** A copy with another 16-bit number at that place. */
    static byte[] withShort(byte[] zip, int at, int value) {
        byte[] changed = zip.clone();
        little(changed).putShort(at, (short) value);
        return changed;
    }

    private static ByteBuffer little(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
