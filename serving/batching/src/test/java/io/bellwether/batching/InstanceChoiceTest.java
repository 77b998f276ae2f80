package io.bellwether.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class InstanceChoiceTest {
    private static final OptionalInt OPEN = OptionalInt.empty();

    private static List<String> candidates(OptionalInt instances, OptionalInt threads, int processors) {
        return InstanceChoice.candidates(instances, threads, processors).stream()
                .map(pair -> pair.instances() + "x" + pair.threads())
                .toList();
    }

    static Stream<Arguments> open() {
        return Stream.of(
                Arguments.of(1, List.of("1x1")),
                Arguments.of(2, List.of("1x1", "2x1", "1x2")),
                Arguments.of(3, List.of("1x1", "2x1", "3x1", "1x3")),
                Arguments.of(4, List.of("1x1", "2x1", "4x1", "1x2", "2x2", "1x4")),
                Arguments.of(6, List.of("1x1", "2x1", "3x1", "4x1", "6x1", "1x3", "2x3", "1x6")),
                Arguments.of(8, List.of("1x1", "4x1", "8x1", "2x2", "4x2", "1x4", "2x4", "1x8")));
    }

    @ParameterizedTest
    @MethodSource
    void open(int processors, List<String> pairs) {
        assertThat(candidates(OPEN, OPEN, processors)).containsExactlyElementsOf(pairs);
    }

    @Test
    void whatIsGivenStays() {
        assertThat(candidates(OptionalInt.of(2), OPEN, 8)).containsExactly("2x1", "2x2", "2x4");
        assertThat(candidates(OPEN, OptionalInt.of(3), 8)).containsExactly("1x3", "2x3");
        assertThat(candidates(OptionalInt.of(2), OptionalInt.of(3), 4)).containsExactly("2x3");
    }

    @Test
    void whatIsGivenMayTakeMoreThanThereIs() {
        assertThat(candidates(OptionalInt.of(64), OPEN, 2)).containsExactly("64x1");
        assertThat(candidates(OPEN, OptionalInt.of(64), 2)).containsExactly("1x64");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 5, 7, 12, 13, 16, 17, 64, 256, Integer.MAX_VALUE})
    void pairsAreFewDistinctAndWithinTheProcessors(int processors) {
        // When
        List<InstanceChoice> pairs = InstanceChoice.candidates(OPEN, OPEN, processors);

        // Then
        int most = Math.max(1, Math.min(16, processors));
        assertThat(pairs).startsWith(InstanceChoice.ONE).doesNotHaveDuplicates().hasSizeLessThanOrEqualTo(12);
        assertThat(pairs).allMatch(pair -> pair.processors() <= most);
        assertThat(pairs).contains(new InstanceChoice(most, 1), new InstanceChoice(1, most));
    }

    @Test
    void numbersWithoutSenseAreRefused() {
        assertThatThrownBy(() -> new InstanceChoice(0, 1)).hasMessageContaining("instances must be 1 to 256 but is 0");
        assertThatThrownBy(() -> new InstanceChoice(257, 1)).hasMessageContaining("instances");
        assertThatThrownBy(() -> new InstanceChoice(1, 0)).hasMessageContaining("threads must be 1 to 256 but is 0");
        assertThatThrownBy(() -> new InstanceChoice(1, 257)).hasMessageContaining("threads");
    }
}
