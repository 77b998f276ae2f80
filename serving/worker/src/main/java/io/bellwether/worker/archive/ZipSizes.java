package io.bellwether.worker.archive;

import io.bellwether.worker.archive.ZipBytes.Unsound;
import java.nio.ByteBuffer;

/** The sizes above 4 GiB of one entry, which stand in an extra field in the order in which they are asked for. */
final class ZipSizes {
    private final ByteBuffer numbers;

    ZipSizes(ByteBuffer extra) throws Unsound {
        ByteBuffer found = ByteBuffer.allocate(0);
        while (extra.remaining() >= 4) {
            int id = Short.toUnsignedInt(extra.getShort());
            int bytes = Short.toUnsignedInt(extra.getShort());
            if (bytes > extra.remaining()) {
                throw new Unsound("has an entry with a damaged extra field");
            }
            ByteBuffer field = ZipBytes.slice(extra, bytes);
            if (id == 1) {
                found = field;
            }
        }
        this.numbers = found;
    }

    long instead(long small) throws Unsound {
        if (small != 0xffffffffL) {
            return small;
        }
        if (numbers.remaining() < Long.BYTES) {
            throw new Unsound("has an entry without its size");
        }
        return numbers.getLong();
    }
}
