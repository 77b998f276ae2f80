package io.bellwether.worker.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import com.google.protobuf.ByteString;
import io.bellwether.protocol.WireNames;
import io.bellwether.protocol.oip.GRPCInferenceServiceGrpc;
import io.bellwether.protocol.oip.InferTensorContents;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferResponse;
import io.bellwether.protocol.oip.ServerLiveResponse;
import io.bellwether.worker.Samples;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Messages that are not what a client of ours would write. */
class GuardedInferTest {
    private static final Metadata.Key<String> REASON =
            Metadata.Key.of(WireNames.TRAILER_REASON, Metadata.ASCII_STRING_MARSHALLER);

    private EdgeFixture edge;

    @BeforeEach
    void start() throws Exception {
        edge = EdgeFixture.warmed();
    }

    @AfterEach
    void stop() throws Exception {
        edge.close();
    }

    static Stream<Arguments> refused() {
        ModelInferRequest sound = Samples.request("1", 1);
        ByteString bytes = sound.toByteString();
        InferTensorContents ones = InferTensorContents.newBuilder()
                .addAllInt64Contents(Collections.nCopies(100_000, 1L))
                .build();
        ModelInferRequest typed = sound.toBuilder()
                .clearRawInputContents()
                .setInputs(
                        0, sound.getInputs(0).toBuilder().setDatatype("INT64").setContents(ones))
                .build();
        ModelInferRequest many = sound.toBuilder()
                .addAllInputs(Collections.nCopies(200_000, ModelInferRequest.InferInputTensor.getDefaultInstance()))
                .build();
        return Stream.of(
                argumentSet("no message", ByteString.copyFromUtf8("nonsense"), "INVALID_INPUT", "protobuf encoding"),
                argumentSet("cut off", bytes.substring(0, bytes.size() - 1), "INVALID_INPUT", "protobuf encoding"),
                argumentSet(
                        "a name that is no UTF-8",
                        ByteString.copyFrom(new byte[] {0x0a, 0x02, (byte) 0xc3, 0x28}),
                        "INVALID_INPUT",
                        "protobuf encoding"),
                argumentSet("eight bytes of each one", typed.toByteString(), "TOO_LARGE", "tensors of the request"),
                argumentSet("an object of each two", many.toByteString(), "TOO_LARGE", "fields"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void itIsRefusedAsTheMistakeOfTheClient(ByteString message, String reason, String said) {
        assertThatThrownBy(() -> send(message)).isInstanceOfSatisfying(StatusRuntimeException.class, refusal -> {
            assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
            assertThat(refusal.getStatus().getDescription()).contains(said);
            assertThat(refusal.getTrailers().get(REASON)).isEqualTo(reason);
        });
        assertThat(edge.registry
                        .get("bellwether.worker.refused.early")
                        .tag("reason", reason.toLowerCase(Locale.ROOT))
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    static Stream<String> otherMethods() {
        return GRPCInferenceServiceGrpc.getServiceDescriptor().getMethods().stream()
                .filter(method -> method.getType() == MethodDescriptor.MethodType.UNARY)
                .map(MethodDescriptor::getFullMethodName)
                .filter(name -> !name.equals(
                        GRPCInferenceServiceGrpc.getModelInferMethod().getFullMethodName()));
    }

    @ParameterizedTest
    @MethodSource("otherMethods")
    void whatIsNoMessageIsTheMistakeOfTheClientInEveryMethod(String method) {
        assertThatThrownBy(() -> send(method, ByteString.copyFromUtf8("nonsense")))
                .isInstanceOfSatisfying(StatusRuntimeException.class, refusal -> {
                    assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
                    assertThat(refusal.getStatus().getDescription()).contains("protobuf encoding");
                    assertThat(refusal.getTrailers().get(REASON)).isEqualTo("INVALID_INPUT");
                });
        assertThat(edge.registry
                        .get("bellwether.worker.refused.early")
                        .tag("reason", "invalid_input")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void theOtherMethodsAnswerWhatIsSound() throws Exception {
        ByteString answer = send("inference.GRPCInferenceService/ServerLive", ByteString.EMPTY);
        assertThat(ServerLiveResponse.parseFrom(answer).getLive()).isTrue();
    }

    @Test
    void aSoundMessageIsServedAndTheOtherMethodsAreThere() throws Exception {
        ByteString answer = send(Samples.request("1", 1).toByteString());
        assertThat(ModelInferResponse.parseFrom(answer).getOutputsCount()).isEqualTo(1);
        assertThat(new InferenceEndpoint(edge).bindService().getMethods())
                .hasSameSizeAs(new InferenceService(edge).bindService().getMethods());
        assertThat(new InferenceEndpoint(edge)
                        .bindService()
                        .getServiceDescriptor()
                        .getSchemaDescriptor())
                .as("for reflection")
                .isNotNull();
    }

    private ByteString send(ByteString message) {
        return send(GRPCInferenceServiceGrpc.getModelInferMethod().getFullMethodName(), message);
    }

    private ByteString send(String name, ByteString message) {
        MethodDescriptor<ByteString, ByteString> method = MethodDescriptor.newBuilder(new Plain(), new Plain())
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(name)
                .build();
        return ClientCalls.blockingUnaryCall(edge.blocking().getChannel(), method, CallOptions.DEFAULT, message);
    }

    private static final class Plain implements MethodDescriptor.Marshaller<ByteString> {
        @Override
        public InputStream stream(ByteString value) {
            return value.newInput();
        }

        @Override
        public ByteString parse(InputStream stream) {
            try {
                return ByteString.readFrom(stream);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
