package io.bellwether.gateway.control;

import java.io.IOException;
import java.util.Optional;

/** A few bytes that outlive the process, always whole: after a crash they are those of before or those of after. */
public interface DurableBytes {
    /**
     * What was written last; empty if nothing ever was.
     *
     * @throws IOException if it cannot be read, or is too large
     */
    Optional<byte[]> read() throws IOException;

    /** @throws IOException if it is not certain that the bytes are kept; those of before are then whole */
    void write(byte[] bytes) throws IOException;
}
