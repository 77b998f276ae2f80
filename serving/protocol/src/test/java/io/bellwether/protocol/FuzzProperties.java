package io.bellwether.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.bellwether.protocol.oip.ModelInferRequest;
import java.lang.management.ManagementFactory;
import java.util.OptionalLong;
import java.util.function.Supplier;

/** What must hold for whatever comes in. */
final class FuzzProperties {
    /** Small, so that the fuzzer meets every limit. */
    static final ProtocolLimits LIMITS = new ProtocolLimits(64 * 1024, 16, 32, 4, 4, 16 * 1024, 256);

    private static final int MESSAGE_CHARACTERS_MAX = 1_000;
    /** The parser and the instrumentation allocate a little for themselves. */
    private static final long ALLOCATED_BYTES_BASE = 512 * 1024;

    private static final long ALLOCATED_PER_BYTE_MAX = 200;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private FuzzProperties() {}

    /** Runs a decoder on so many bytes; an exception of it, or an allocation out of proportion, fails the test. */
    static <T> Decoded<T> decoded(int bytes, Supplier<Decoded<T>> decoder) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        Decoded<T> decoded = decoder.get();
        long most = ALLOCATED_BYTES_BASE + ALLOCATED_PER_BYTE_MAX * bytes;
        if (THREADS.getCurrentThreadAllocatedBytes() - before > most) {
            // The first time of all loads classes, which is not what the input costs.
            before = THREADS.getCurrentThreadAllocatedBytes();
            decoded = decoder.get();
            assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isLessThan(most);
        }
        if (decoded instanceof Decoded.Refused<T> refused) {
            assertThat(refused.refusal().message()).isNotBlank().hasSizeLessThan(MESSAGE_CHARACTERS_MAX);
            assertThat(refused.refusal().reason())
                    .isIn(FailureReason.INVALID_INPUT, FailureReason.TOO_LARGE, FailureReason.UNSUPPORTED);
        }
        return decoded;
    }

    /** Every tensor is raw, of exactly the size that its head says, and within the limits. */
    static void isWhole(ModelInferRequest request) {
        assertThat(request.getInputsCount()).isBetween(1, LIMITS.inputsMax());
        assertThat(request.getRawInputContentsCount()).isEqualTo(request.getInputsCount());
        long bytes = 0;
        for (int i = 0; i < request.getInputsCount(); i++) {
            ModelInferRequest.InferInputTensor input = request.getInputs(i);
            assertThat(input.hasContents()).isFalse();
            assertThat(input.getName()).isNotEmpty();
            DataType type = DataType.named(input.getDatatype()).orElseThrow();
            OptionalLong elements = Shape.elements(input.getShapeList());
            assertThat(elements.orElseThrow()).isLessThanOrEqualTo(LIMITS.elementsMax());
            int size = request.getRawInputContents(i).size();
            if (type.fixedWidth()) {
                assertThat((long) size).isEqualTo(elements.getAsLong() * type.widthBytes());
            } else {
                assertThat((long) size).isGreaterThanOrEqualTo(elements.getAsLong() * Integer.BYTES);
            }
            bytes += size;
        }
        assertThat(bytes).isLessThanOrEqualTo(LIMITS.bodyBytesMax());
        assertThat(RequestCheck.normalise(request, LIMITS)).isEqualTo(Decoded.valid(request));
    }
}
