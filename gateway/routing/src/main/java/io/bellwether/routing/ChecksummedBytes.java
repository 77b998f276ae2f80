package io.bellwether.routing;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** Form of what a gateway keeps on disk: 4 bytes that say what it is, 4 bytes CRC-32C of the rest, and the content. */
final class ChecksummedBytes {

    private static final int HEADER_BYTES = 8;

    private ChecksummedBytes() {}

    /** Either the content or why there is none. */
    sealed interface Read {}

    record Content(ByteBuffer bytes) implements Read {}

    record Damaged(String reason) implements Read {}

    static byte[] write(int magic, byte[] content) {
        return ByteBuffer.allocate(HEADER_BYTES + content.length)
                .putInt(magic)
                .putInt(checksum(content, 0))
                .put(content)
                .array();
    }

    static Read read(int magic, byte[] bytes) {
        if (bytes.length < HEADER_BYTES) {
            return new Damaged("only " + bytes.length + " bytes");
        }
        ByteBuffer header = ByteBuffer.wrap(bytes);
        if (header.getInt() != magic) {
            return new Damaged("not a file of a known form");
        }
        if (header.getInt() != checksum(bytes, HEADER_BYTES)) {
            return new Damaged("checksum does not match: the file is cut or damaged");
        }
        return new Content(ByteBuffer.wrap(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES));
    }

    private static int checksum(byte[] bytes, int from) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, bytes.length - from);
        return (int) crc.getValue();
    }
}
