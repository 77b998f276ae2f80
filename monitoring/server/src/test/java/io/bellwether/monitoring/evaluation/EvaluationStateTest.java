package io.bellwether.monitoring.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class EvaluationStateTest {
    private static final long[] LONGS = {
        0, 1, -1, 63, 64, -64, -65, 8_191, 8_192, 1_764_345_600, Long.MAX_VALUE, Long.MIN_VALUE
    };
    private static final double[] DOUBLES = {0, -0.0, 1.5, Double.NEGATIVE_INFINITY, Double.MIN_VALUE};

    private final EvaluationState state = new EvaluationState("hash", LONGS, DOUBLES);

    @Test
    void numbersOfEverySizeComeBack() {
        byte[] bytes = state.toBytes();
        assertThat(EvaluationState.fromBytes(bytes)).isEqualTo(state);
        assertThat(bytes).hasSize(16 + 4 + 5 * 8 + (3 + 1 + 2 + 1 + 2 + 2 + 3 + 5 + 10 + 10));
    }

    @Test
    void whatAnEarlierReleaseWroteIsContinued() {
        // Given the layout before this one: eight bytes for each number, whole ones first
        byte[] hash = "hash".getBytes(StandardCharsets.UTF_8);
        ByteBuffer out = ByteBuffer.allocate(16 + hash.length + 8 * (LONGS.length + DOUBLES.length));
        out.putInt(4).putInt(hash.length).put(hash).putInt(LONGS.length).putInt(DOUBLES.length);
        Arrays.stream(LONGS).forEach(out::putLong);
        Arrays.stream(DOUBLES).forEach(out::putDouble);
        // Then
        assertThat(EvaluationState.fromBytes(out.array())).isEqualTo(state);
        assertThatThrownBy(() -> EvaluationState.fromBytes(Arrays.copyOf(out.array(), out.capacity() - 1)))
                .hasMessageContaining("cut short");
    }

    @Test
    void whatIsCutShortOrTooLongIsRefused() {
        byte[] bytes = state.toBytes();
        for (int length = 0; length < bytes.length; length++) {
            byte[] shorter = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> EvaluationState.fromBytes(shorter)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> EvaluationState.fromBytes(Arrays.copyOf(bytes, bytes.length + 1)))
                .hasMessageContaining("too long");
        // A number that never ends
        Arrays.fill(bytes, bytes.length - 10, bytes.length, (byte) -1);
        assertThatThrownBy(() -> EvaluationState.fromBytes(bytes)).hasMessageContaining("too long");
    }
}
