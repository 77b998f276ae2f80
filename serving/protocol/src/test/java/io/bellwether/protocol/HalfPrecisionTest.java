package io.bellwether.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HalfPrecisionTest {
    @ParameterizedTest
    @CsvSource({
        "3c00, 1",
        "c000, -2",
        "3555, 0.333251953125",
        "7bff, 65504",
        "0400, 6.103515625e-5",
        "03ff, 6.097555160522461e-5",
        "0001, 5.960464477539063e-8",
        "8000, -0",
        "7c00, Infinity",
        "fc00, -Infinity",
        "7e00, NaN"
    })
    void theExamplesOfTheStandardAreRead(String bits, double value) {
        assertThat((double) HalfPrecision.toFloat((short) Integer.parseInt(bits, 16)))
                .isEqualTo(Double.valueOf(value));
    }

    @Test
    void positiveNumbersRiseWithTheirBits() {
        for (int bits = 1; bits <= 0x7c00; bits++) {
            assertThat(HalfPrecision.toFloat((short) bits)).as("%x", bits).isGreaterThan(HalfPrecision.toFloat((short)
                    (bits - 1)));
        }
    }
}
