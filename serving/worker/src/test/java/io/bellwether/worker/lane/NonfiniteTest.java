package io.bellwether.worker.lane;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.engine.ElementType;
import io.bellwether.engine.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NonfiniteTest {
    /** Bits by IEEE 754 for binary16, and the first 16 of binary32. */
    @ParameterizedTest
    @CsvSource({
        "FP16, 7c00, 7e00", "FP16, fc00, 7e00", "FP16, 7c01, 7e00", "FP16, 7bff, 7bff", "FP16, 0000, 0000",
        "BF16, 7f80, 7fc0", "BF16, ff80, 7fc0", "BF16, 7f81, 7fc0", "BF16, 7f7f, 7f7f", "BF16, 8000, 8000",
        "INT16, 7fff, 7fff", "INT16, 7f80, 7f80"
    })
    void whatIsNoFiniteNumberBecomesTheOneNan(ElementType type, String given, String expected) {
        // Given
        ByteBuffer data = ByteBuffer.allocate(Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        data.putShort(0, (short) Integer.parseInt(given, 16));

        // When
        Nonfinite.toNan(List.of(new TensorSpec("y", type, List.of(1L))), List.of(data));

        // Then
        assertThat(data.getShort(0)).isEqualTo((short) Integer.parseInt(expected, 16));
    }
}
