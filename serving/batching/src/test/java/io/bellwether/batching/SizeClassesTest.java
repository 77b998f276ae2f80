package io.bellwether.batching;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SizeClassesTest {
    @ParameterizedTest
    @CsvSource({
        // powers of the square root of 2, rounded down: 1, 1, 2, 2, 4, 5, 8, 11, 16, 22, 32
        "1, 0, 1",
        "2, 2, 2",
        "3, 4, 4",
        "4, 4, 4",
        "5, 5, 5",
        "6, 6, 8",
        "8, 6, 8",
        "9, 7, 11",
        "11, 7, 11",
        "12, 8, 16",
        "17, 9, 22",
        "1048576, 40, 1048576",
        "1048577, 41, 1482910",
        "2147483648, 62, 2147483648",
        "9223372036854775807, 62, 2147483648"
    })
    void aSizeBelongsToTheFirstClassThatHoldsIt(long size, int sizeClass, long largest) {
        assertThat(SizeClasses.of(size)).isEqualTo(sizeClass);
        assertThat(SizeClasses.largest(sizeClass)).isEqualTo(largest);
    }

    @Test
    void paddingWithinAClassIsLessThan29Percent() {
        for (long size = 1; size <= 1 << 16; size++) {
            long padded = SizeClasses.largest(SizeClasses.of(size));
            assertThat((double) (padded - size) / padded).as("size %d", size).isLessThan(0.293);
        }
    }
}
