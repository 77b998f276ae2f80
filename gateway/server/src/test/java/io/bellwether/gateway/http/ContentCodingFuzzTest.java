package io.bellwether.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.sun.management.ThreadMXBean;
import io.bellwether.gateway.call.HeldBytes;
import io.bellwether.protocol.Decoded;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.Refusal;
import java.lang.management.ManagementFactory;
import java.util.Arrays;

/** Compressed bodies, honest and not. The first byte of an input chooses the coding: gzip if it is even. */
class ContentCodingFuzzTest {
    private static final int BYTES_MAX = 64 * 1024;
    private static final long ALLOCATED_BYTES_MAX = 4 * 1024 * 1024;
    private static final Refusal NO_ROOM = new Refusal(FailureReason.QUEUE_FULL, "no room");
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @FuzzTest(maxDuration = "1m")
    void decompress(byte[] input) {
        if (input.length == 0) {
            return;
        }
        // Given
        ContentCoding coding = (input[0] & 1) == 0 ? ContentCoding.GZIP : ContentCoding.DEFLATE;
        byte[] body = Arrays.copyOfRange(input, 1, input.length);
        HeldBytes held = new HeldBytes(BYTES_MAX);
        long before = THREADS.getCurrentThreadAllocatedBytes();

        // When
        Decoded<ContentCoding.Body> plain = coding.decompress(body, body.length, held.share(), BYTES_MAX, NO_ROOM);

        // Then
        assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isLessThan(ALLOCATED_BYTES_MAX);
        if (plain instanceof Decoded.Refused<ContentCoding.Body> refused) {
            assertThat(refused.refusal().reason()).isIn(FailureReason.INVALID_INPUT, FailureReason.TOO_LARGE);
        } else {
            byte[] bytes = bytes(plain);
            byte[] packed = coding.compress(bytes);
            Decoded<ContentCoding.Body> again =
                    coding.decompress(packed, packed.length, new HeldBytes(BYTES_MAX).share(), BYTES_MAX, NO_ROOM);
            assertThat(bytes(again)).isEqualTo(bytes);
        }
    }

    private static byte[] bytes(Decoded<ContentCoding.Body> decoded) {
        ContentCoding.Body body = ((Decoded.Valid<ContentCoding.Body>) decoded).value();
        return Arrays.copyOf(body.bytes(), body.length());
    }
}
