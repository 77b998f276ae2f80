package io.bellwether.protocol.hop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import io.bellwether.protocol.Account;
import io.bellwether.protocol.BytesTensor;
import io.bellwether.protocol.ClientMark;
import io.bellwether.protocol.Origin;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferResponse;
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
    void whatIsSaidBesideAnInferenceTravelsInTheFrame() {
        // Given
        Origin origin = new Origin(1_700_000_000L, "CONTROL", "r1", "", new ClientMark(-7, true));
        Account account = new Account(true, 7, 8, 9, 10, 11);
        GatewayTurn turn = GatewayTurn.newBuilder()
                .addRequests(HopRequest.newBuilder().setId(1).setOrigin(origin.message()))
                .build();
        WorkerTurn answers = WorkerTurn.newBuilder()
                .addAnswers(HopAnswer.newBuilder().setId(1).setAccount(account.message()))
                .build();

        // When
        GatewayTurn read = HopMethod.OPEN.parseRequest(HopMethod.OPEN.streamRequest(turn));
        WorkerTurn answered = HopMethod.OPEN.parseResponse(HopMethod.OPEN.streamResponse(answers));

        // Then
        assertThat(Origin.of(read.getRequests(0))).contains(origin);
        assertThat(Account.of(answered.getAnswers(0))).isEqualTo(account);
    }

    @Test
    void aFrameThatSaysNothingBesideTheInferenceIsReadAllTheSame() {
        // Given: bytes written before there were these fields; id 5, an empty inference
        HopRequest request = read(HopRequest.parser(), 0x08, 0x05, 0x1a, 0x00);
        HopAnswer answer = read(HopAnswer.parser(), 0x08, 0x05, 0x12, 0x00);

        // Then
        assertThat(request.getId()).isEqualTo(5);
        assertThat(Origin.of(request)).isEmpty();
        assertThat(answer.hasInference()).isTrue();
        assertThat(Account.of(answer)).isEqualTo(new Account(false, 0, 0, 0, 0, 0));
    }

    @Test
    void theEnvelopeIsNoLongerThanItsBound() {
        // Given
        ByteString tensor = ByteString.copyFrom(new byte[20 << 20]);
        ModelInferRequest inference =
                ModelInferRequest.newBuilder().addRawInputContents(tensor).build();
        ModelInferResponse result =
                ModelInferResponse.newBuilder().addRawOutputContents(tensor).build();
        HopOrigin origin = new Origin(Long.MAX_VALUE, "x".repeat(1_000), "", "").message();

        // When
        int requestBytes = GatewayTurn.newBuilder()
                .addRequests(HopRequest.newBuilder()
                        .setId(-1)
                        .setBudgetNanos(Long.MAX_VALUE)
                        .setInference(inference)
                        .setOrigin(origin))
                .build()
                .getSerializedSize();
        int answerBytes = WorkerTurn.newBuilder()
                .addAnswers(HopAnswer.newBuilder()
                        .setId(-1)
                        .setInference(result)
                        .setAccount(new Account(true, -1, -1, -1, -1, -1).message()))
                .build()
                .getSerializedSize();

        // Then
        assertThat(requestBytes - inference.getSerializedSize() - origin.getSerializedSize())
                .isLessThanOrEqualTo(HopMethod.ENVELOPE_BYTES_MAX);
        assertThat(answerBytes - result.getSerializedSize()).isLessThanOrEqualTo(HopMethod.ENVELOPE_BYTES_MAX);
    }

    private static <T> T read(Parser<T> parser, int... bytes) {
        byte[] message = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            message[i] = (byte) bytes[i];
        }
        try {
            return parser.parseFrom(message);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @Test
    void bytesThatAreNoMessageAreRefusedInPlainWords() {
        assertThatThrownBy(() -> HopMethod.OPEN.parseRequest(new ByteArrayInputStream(new byte[] {10, 9, 1})))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessage("INTERNAL: the message is no protobuf");
    }
}
