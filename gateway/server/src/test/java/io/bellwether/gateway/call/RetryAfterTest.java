package io.bellwether.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.Refusal;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryAfterTest {

    @ParameterizedTest
    @CsvSource({
        "0, 1000, 1",
        "1, 1, 1",
        "1000000, 1, 1",
        "1000001, 2, 1",
        "1000000000, 1000, 1",
        "1000000001, 1001, 2",
        "9223372036854775807, 9223372036855, 9223372037"
    })
    void nobodyIsToldToComeTooEarly(long nanos, String millis, String seconds) {
        // Given
        Map<String, String> headers = new TreeMap<>();

        // When
        RetryAfter.of(new Refusal(FailureReason.OVER_QUOTA, "words", nanos))
                .orElseThrow()
                .write(headers::put);

        // Then
        assertThat(headers).isEqualTo(Map.of("Retry-After", seconds, "Retry-After-Ms", millis));
    }

    @Test
    void whatCannotHelpIsNotRepeated() {
        assertThat(RetryAfter.of(Refusal.invalid("words"))).isEmpty();
    }
}
