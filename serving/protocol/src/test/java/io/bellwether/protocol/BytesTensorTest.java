package io.bellwether.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.List;
import org.junit.jupiter.api.Test;

class BytesTensorTest {
    private static final List<ByteString> ELEMENTS =
            List.of(ByteString.copyFromUtf8("one"), ByteString.EMPTY, ByteString.copyFromUtf8("three"));

    @Test
    void elementsComeBackFromTheirRawForm() {
        assertThat(BytesTensor.elements(BytesTensor.raw(ELEMENTS))).isEqualTo(ELEMENTS);
    }

    @Test
    void aTensorMayBeAPartOfTheMessageItCameWith() {
        // Given
        ByteString raw = BytesTensor.raw(ELEMENTS);
        ByteString message = ByteString.copyFromUtf8("before ").concat(raw).concat(ByteString.copyFromUtf8("more"));

        // When
        ByteString part = ByteString.copyFrom(message.toByteArray()).substring(7, 7 + raw.size());

        // Then
        assertThat(BytesTensor.elements(part)).isEqualTo(ELEMENTS);
    }
}
