package io.bellwether.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.gateway.call.HeldBytes;
import io.bellwether.protocol.Decoded;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.Refusal;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ContentCodingTest {
    private static final int MEBI = 1 << 20;
    private static final Refusal NO_ROOM = new Refusal(FailureReason.QUEUE_FULL, "no room");

    @ParameterizedTest
    @EnumSource(names = {"GZIP", "DEFLATE"})
    void aBodyMayGrowAMebibyteOrAHundredTimes(ContentCoding coding) {
        // Given
        byte[] inAnyCase = coding.compress(new byte[MEBI]);
        byte[] tooMuch = coding.compress(new byte[MEBI + 1]);

        // When
        Decoded<ContentCoding.Body> allowed = decompress(coding, inAnyCase, 16 * MEBI);
        Decoded<ContentCoding.Body> refused = decompress(coding, tooMuch, 16 * MEBI);

        // Then
        assertThat(((Decoded.Valid<ContentCoding.Body>) allowed).value().length())
                .isEqualTo(MEBI);
        assertThat(refusal(refused).reason()).isEqualTo(FailureReason.TOO_LARGE);
        assertThat(refusal(refused).message()).contains("100 times as many bytes as were sent");
    }

    @ParameterizedTest
    @EnumSource(names = {"GZIP", "DEFLATE"})
    void theLimitOfTheBodyHoldsInAnyCase(ContentCoding coding) {
        // When
        Decoded<ContentCoding.Body> refused = decompress(coding, coding.compress(new byte[4_097]), 4_096);

        // Then
        assertThat(refusal(refused).message()).contains("at most 4096 bytes");
    }

    private static Decoded<ContentCoding.Body> decompress(ContentCoding coding, byte[] packed, int bytesMax) {
        return coding.decompress(packed, packed.length, new HeldBytes(64 * MEBI).share(), bytesMax, NO_ROOM);
    }

    private static Refusal refusal(Decoded<ContentCoding.Body> decoded) {
        return ((Decoded.Refused<ContentCoding.Body>) decoded).refusal();
    }
}
