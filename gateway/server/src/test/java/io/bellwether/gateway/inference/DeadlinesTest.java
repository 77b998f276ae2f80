package io.bellwether.gateway.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bellwether.protocol.Decoded;
import io.bellwether.protocol.oip.InferParameter;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeadlinesTest {
    private final Deadlines deadlines = new Deadlines(5_000, 60_000);

    @ParameterizedTest
    @CsvSource({
        "0, 0, 0", // nothing said
        "700, 0, 700", // transport
        "0, 2, 2000", // parameter, microseconds
        "700, 2, 700", // the shorter of both
        "3000, 2, 2000",
        "90000, 0, 60000", // cut down
        "0, 9223372036854775807, 60000", // no overflow
        "0, -5, 0" // says nothing
    })
    void theShortestWins(long transportNanos, long timeoutMicros, long expectedNanos) {
        // Given
        Map<String, InferParameter> parameters = timeoutMicros == 0
                ? Map.of()
                : Map.of(
                        "timeout",
                        InferParameter.newBuilder().setInt64Param(timeoutMicros).build());

        // Then
        assertThat(deadlines.askedNanos(transportNanos, parameters).orElse(0)).isEqualTo(expectedNanos);
    }

    @Test
    void impossibleLimitsDoNotStart() {
        // Then
        assertThatThrownBy(() -> new Deadlines(0, 1)).hasMessageContaining("deadline-default");
        assertThatThrownBy(() -> new Deadlines(2, 1)).hasMessageContaining("deadline-max");
    }

    @Test
    void madeRequestIdsDifferAndAreAllowed() {
        // When
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            ids.add(RequestIds.made());
        }

        // Then
        assertThat(ids).hasSize(1_000).allSatisfy(id -> assertThat(RequestIds.of(id))
                .isEqualTo(Decoded.valid(id)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a\nb", "ü", "a/b", "\"", "a,b"})
    void otherRequestIdsAreRefused(String id) {
        // Then
        assertThat(RequestIds.of(id)).isInstanceOf(Decoded.Refused.class);
    }

    @Test
    void theLongestRequestIdHas128Characters() {
        // Then
        assertThat(RequestIds.of("a".repeat(128))).isInstanceOf(Decoded.Valid.class);
        assertThat(RequestIds.of("a".repeat(129))).isInstanceOf(Decoded.Refused.class);
    }
}
