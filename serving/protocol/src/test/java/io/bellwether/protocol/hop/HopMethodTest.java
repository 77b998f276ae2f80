package io.bellwether.protocol.hop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.bellwether.protocol.BytesTensor;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayInputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class HopMethodTest {
    private static final List<ByteString> TEXTS =
            List.of(ByteString.copyFromUtf8("one"), ByteString.copyFromUtf8("two words"));

    @Test
    void tensorsThatAreViewsOfTheirMessageReadAsTheyWereWritten() {
        // Given
        GatewayTurn turn = GatewayTurn.newBuilder()
                .addRequests(HopRequest.newBuilder()
                        .setId(7)
                        .setInference(ModelInferRequest.newBuilder().addRawInputContents(BytesTensor.raw(TEXTS))))
                .build();

        // When
        GatewayTurn read = HopMethod.OPEN.parseRequest(HopMethod.OPEN.streamRequest(turn));
        GatewayTurn ofUnknownLength = HopMethod.OPEN.parseRequest(new ByteArrayInputStream(turn.toByteArray()));

        // Then
        assertThat(read).isEqualTo(turn);
        assertThat(ofUnknownLength).isEqualTo(turn);
        assertThat(BytesTensor.elements(read.getRequests(0).getInference().getRawInputContents(0)))
                .isEqualTo(TEXTS);
    }

    @Test
    void bytesThatAreNoMessageAreRefusedInPlainWords() {
        assertThatThrownBy(() -> HopMethod.OPEN.parseRequest(new ByteArrayInputStream(new byte[] {10, 9, 1})))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessage("INTERNAL: the message is no protobuf");
    }
}
