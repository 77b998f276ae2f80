package io.bellwether.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.sun.management.ThreadMXBean;
import io.bellwether.protocol.oip.InferParameter;
import io.bellwether.protocol.oip.InferTensorContents;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferRequest.InferInputTensor;
import java.lang.management.ManagementFactory;
import java.util.Collections;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said about bytes before they become objects. */
class MessageCostTest {
    private static final ProtocolLimits LIMITS = ProtocolLimits.DEFAULT;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Test
    void aRawTensorCostsAboutItsBytes() {
        // When
        long cost = cost(request(r -> r.addRawInputContents(ByteString.copyFrom(new byte[1_000_000]))));

        // Then
        assertThat(cost).isBetween(1_000_000L, 1_010_000L);
    }

    @ParameterizedTest
    @ValueSource(ints = {1_000, 100_000})
    void typedContentsCostNoMoreThanIsSaid(int count) throws InvalidProtocolBufferException {
        // Given
        ByteString small = ByteString.copyFromUtf8("a");
        ModelInferRequest longs = typed(
                c -> c.addAllInt64Contents(LongStream.range(0, count).boxed().toList()));
        ModelInferRequest ints = typed(c -> c.addAllIntContents(Collections.nCopies(count, 1)));
        ModelInferRequest floats = typed(c -> c.addAllFp32Contents(Collections.nCopies(count, 1f)));
        ModelInferRequest texts = typed(c -> c.addAllBytesContents(Collections.nCopies(count, small)));

        for (ModelInferRequest request : new ModelInferRequest[] {longs, ints, floats, texts}) {
            ByteString bytes = request.toByteString();
            assertThat(ModelInferRequest.parseFrom(bytes)).isEqualTo(request);

            // When
            long before = THREADS.getCurrentThreadAllocatedBytes();
            ModelInferRequest parsed = ModelInferRequest.parseFrom(bytes);
            long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;

            // Then: of a list that grows by half, all but the last two are garbage
            assertThat(parsed).isEqualTo(request);
            assertThat(allocated).isLessThan(2 * cost(request) + 16_384);
        }
    }

    @Test
    void whatWouldBeMoreObjectsThanAllowedIsTooLarge() {
        isTooLarge(request(r -> r.addAllInputs(Collections.nCopies(100_000, InferInputTensor.getDefaultInstance()))));
        isTooLarge(request(r -> r.addAllRawInputContents(Collections.nCopies(100_000, ByteString.EMPTY))));
        isTooLarge(request(r -> r.addInputs(InferInputTensor.newBuilder()
                .addAllShape(LongStream.range(0, 100).boxed().toList()))));
        isTooLarge(request(r -> {
            for (int i = 0; i < 30_000; i++) {
                r.putParameters("p" + i, InferParameter.getDefaultInstance());
            }
        }));
        isTooLarge(typed(c -> c.addAllInt64Contents(Collections.nCopies(3_000_000, 1L))));
        isTooLarge(typed(c -> c.addAllBytesContents(Collections.nCopies(5_000_000, ByteString.EMPTY))));
    }

    @Test
    void bytesThatAreNoMessageAreInvalid() {
        for (byte[] bytes : new byte[][] {{0}, {0x0b}, {0x0f}, {0x2a, 5, 1}, {0x2a, -1, -1, -1, -1, 15}, {'{', '}'}}) {
            Decoded<Long> cost = MessageCost.of(ByteString.copyFrom(bytes).newInput(), LIMITS);
            assertThat(cost).isEqualTo(MessageCost.broken().<Long>as());
        }
    }

    @Test
    void fieldsOfAnotherKindAreUnknownOnes() {
        // Given inputs, parameters and contents as numbers, which protobuf keeps as unknown fields
        byte[] bytes = {0x28, 1, 0x20, 1, 0x2a, 2, 0x28, 7};

        // Then
        assertThat(MessageCost.of(ByteString.copyFrom(bytes).newInput(), LIMITS))
                .isInstanceOf(Decoded.Valid.class);
    }

    private static void isTooLarge(ModelInferRequest request) {
        Decoded<Long> cost = MessageCost.of(request.toByteString().newInput(), LIMITS);
        assertThat(cost).isInstanceOf(Decoded.Refused.class);
        assertThat(((Decoded.Refused<Long>) cost).refusal().reason()).isEqualTo(FailureReason.TOO_LARGE);
    }

    private static long cost(ModelInferRequest request) {
        return ((Decoded.Valid<Long>) MessageCost.of(request.toByteString().newInput(), LIMITS)).value();
    }

    private static ModelInferRequest typed(Consumer<InferTensorContents.Builder> contents) {
        InferTensorContents.Builder filled = InferTensorContents.newBuilder();
        contents.accept(filled);
        return request(r -> r.addInputs(InferInputTensor.newBuilder().setContents(filled)));
    }

    private static ModelInferRequest request(Consumer<ModelInferRequest.Builder> change) {
        ModelInferRequest.Builder request = ModelInferRequest.newBuilder().setModelName("m");
        change.accept(request);
        return request.build();
    }
}
