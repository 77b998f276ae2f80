package io.bellwether.gateway.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.bellwether.gateway.EdgeFixture;
import io.bellwether.gateway.FakeWorkerLink;
import io.bellwether.gateway.Requests;
import io.bellwether.gateway.grpc.DeflateCodec;
import io.bellwether.protocol.WireNames;
import io.bellwether.protocol.oip.GRPCInferenceServiceGrpc;
import io.bellwether.protocol.oip.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import io.bellwether.protocol.oip.InferTensorContents;
import io.bellwether.protocol.oip.ModelConfigRequest;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferResponse;
import io.bellwether.protocol.oip.ModelMetadataRequest;
import io.bellwether.protocol.oip.ModelReadyRequest;
import io.bellwether.protocol.oip.ModelStatisticsRequest;
import io.bellwether.protocol.oip.RepositoryIndexRequest;
import io.bellwether.protocol.oip.ServerLiveRequest;
import io.bellwether.protocol.oip.ServerMetadataRequest;
import io.bellwether.protocol.oip.ServerReadyRequest;
import io.grpc.CallOptions;
import io.grpc.CompressorRegistry;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The gRPC part of the protocol, point by point; streams and health have tests of their own. */
class GrpcTableTest {
    private static final Metadata.Key<String> REASON =
            Metadata.Key.of(WireNames.TRAILER_REASON, Metadata.ASCII_STRING_MARSHALLER);

    private final FakeWorkerLink worker =
            new FakeWorkerLink().serving("m", "1", "2").listing("m", "LOADING", "3");
    private final EdgeFixture gateway = new EdgeFixture(worker);
    private final GRPCInferenceServiceBlockingStub client = GRPCInferenceServiceGrpc.newBlockingStub(gateway.channel);

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    @DisplayName("2.3 every call that is offered answers, and agrees with REST")
    void calls() {
        assertThat(client.serverLive(ServerLiveRequest.getDefaultInstance()).getLive())
                .isTrue();
        assertThat(client.serverReady(ServerReadyRequest.getDefaultInstance()).getReady())
                .isTrue();
        assertThat(client.serverMetadata(ServerMetadataRequest.getDefaultInstance())
                        .getName())
                .isEqualTo("bellwether");
        assertThat(client.modelReady(ModelReadyRequest.newBuilder()
                                .setName("m")
                                .setVersion("3")
                                .build())
                        .getReady())
                .isFalse();
        assertThat(client.modelMetadata(
                                ModelMetadataRequest.newBuilder().setName("m").build())
                        .getInputs(0)
                        .getShapeList())
                .containsExactly(-1L, 2L);
        assertThat(client.modelConfig(
                                ModelConfigRequest.newBuilder().setName("m").build())
                        .getConfig()
                        .getMaxBatchSize())
                .isEqualTo(8);
        assertThat(client.modelStatistics(ModelStatisticsRequest.getDefaultInstance())
                        .getModelStats(0)
                        .getInferenceCount())
                .isEqualTo(5);
        assertThat(client.repositoryIndex(RepositoryIndexRequest.getDefaultInstance())
                        .getModelsCount())
                .isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource({"m, 3", "m, 9", "nobody, ''", "nobody, 1", "'', ''"})
    @DisplayName("2.3 ModelReady of what is not there: no, as clients expect of is_model_ready, and no error")
    void notThere(String model, String version) {
        ModelReadyRequest request = ModelReadyRequest.newBuilder()
                .setName(model)
                .setVersion(version)
                .build();
        assertThat(client.modelReady(request).getReady()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "SystemSharedMemoryStatus, shared memory",
        "SystemSharedMemoryRegister, shared memory",
        "SystemSharedMemoryUnregister, shared memory",
        "CudaSharedMemoryStatus, shared memory",
        "CudaSharedMemoryRegister, shared memory",
        "CudaSharedMemoryUnregister, shared memory",
        "TraceSetting, trace settings",
        "LogSettings, log settings"
    })
    @DisplayName("2.3 shared memory, trace and log settings: UNIMPLEMENTED in the words of REST")
    void notOffered(String method, String what) {
        // Given
        var known = GRPCInferenceServiceGrpc.getModelInferMethod().toBuilder()
                .setFullMethodName("inference.GRPCInferenceService/" + method)
                .build();

        // When
        StatusRuntimeException failure = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> ClientCalls.blockingUnaryCall(
                        gateway.channel, known, CallOptions.DEFAULT, Requests.raw("m", "")));

        // Then
        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
        assertThat(failure.getStatus().getDescription()).isEqualTo("this server does not offer " + what);
        assertThat(failure.getTrailers().get(REASON)).isEqualTo("UNSUPPORTED");
    }

    @Test
    @DisplayName("2.3 contents beside raw_input_contents are refused in the words that clients know")
    void contentsBesideRaw() {
        ModelInferRequest.Builder request = Requests.raw("m", "").toBuilder();
        request.getInputsBuilder(0)
                .setContents(InferTensorContents.newBuilder().addFp32Contents(1).addFp32Contents(2));
        assertThat(refused(request))
                .contains("contents field must not be specified when using raw_input_contents for 'x'");
    }

    @Test
    @DisplayName("2.3 raw_input_contents map in order to the inputs, one for each")
    void rawInOrder() {
        worker.echoing();
        ModelInferRequest.Builder request = Requests.raw("m", "").toBuilder();
        request.addInputsBuilder().setName("t").setDatatype("BYTES").addShape(1);
        assertThat(refused(request)).contains("2 inputs, but 1 raw_input_contents");
        request.addRawInputContents(ByteString.copyFrom(Binary.bytes("0100000061")));
        ModelInferResponse answer = client.modelInfer(request.build());
        assertThat(answer.getRawOutputContentsList()).isEqualTo(request.getRawInputContentsList());
    }

    @Test
    @DisplayName("2.3 no data at all: unable to find data for input tensor")
    void noData() {
        ModelInferRequest.Builder request = Requests.raw("m", "").toBuilder().clearRawInputContents();
        assertThat(refused(request)).contains("unable to find data for input tensor 'x'");
    }

    @ParameterizedTest
    @CsvSource({"FP16", "BF16"})
    @DisplayName("2.3 FP16 and BF16 come by raw_input_contents only")
    void halfPrecision(String type) {
        worker.echoing();
        ModelInferRequest.Builder request = ModelInferRequest.newBuilder().setModelName("m");
        request.addInputsBuilder().setName("x").setDatatype(type).addShape(2);
        request.addRawInputContents(ByteString.copyFrom(Binary.bytes("003c00c0")));
        assertThat(client.modelInfer(request.build()).getRawOutputContents(0))
                .isEqualTo(request.getRawInputContents(0));
        request.clearRawInputContents().getInputsBuilder(0).getContentsBuilder().addFp32Contents(1);
        assertThat(refused(request)).contains("is not supported");
    }

    @Test
    @DisplayName("2.3, 2.4.1 answers are raw, also to typed contents")
    void alwaysRaw() {
        worker.echoing();
        ModelInferRequest.Builder request = Requests.raw("m", "").toBuilder().clearRawInputContents();
        request.getInputsBuilder(0)
                .setContents(
                        InferTensorContents.newBuilder().addFp32Contents(1.5f).addFp32Contents(2.5f));
        ModelInferResponse answer = client.modelInfer(request.build());
        assertThat(answer.getRawOutputContents(0)).isEqualTo(Requests.floats(1.5f, 2.5f));
        assertThat(answer.getOutputs(0).hasContents()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate"})
    @DisplayName("2.3 messages may be compressed as the clients offer it")
    void compressed(String encoding) {
        // Given
        CompressorRegistry compressors = CompressorRegistry.getDefaultInstance();
        compressors.register(new DeflateCodec());

        // When
        ModelInferResponse answer = client.withCompression(encoding).modelInfer(Requests.raw("m", ""));

        // Then
        assertThat(answer.getRawOutputContents(0)).isEqualTo(Requests.floats(4f));
        assertThat(worker.received.get(0).getRawInputContents(0)).isEqualTo(Requests.floats(1.5f, 2.5f));
    }

    private String refused(ModelInferRequest.Builder request) {
        StatusRuntimeException failure =
                catchThrowableOfType(StatusRuntimeException.class, () -> client.modelInfer(request.build()));
        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(failure.getTrailers().get(REASON)).isEqualTo("INVALID_INPUT");
        return String.valueOf(failure.getStatus().getDescription());
    }
}
