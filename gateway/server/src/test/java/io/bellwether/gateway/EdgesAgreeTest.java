package io.bellwether.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.bellwether.gateway.inference.WarmUpToken;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.WireNames;
import io.bellwether.protocol.oip.GRPCInferenceServiceGrpc;
import io.bellwether.protocol.oip.InferParameter;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The same request gets the same reason and the same words over REST and over gRPC. */
class EdgesAgreeTest {
    private static final Metadata.Key<String> REASON =
            Metadata.Key.of(WireNames.TRAILER_REASON, Metadata.ASCII_STRING_MARSHALLER);
    private static final Map<FailureReason, Integer> HTTP = new EnumMap<>(Map.ofEntries(
            Map.entry(FailureReason.INVALID_INPUT, 400),
            Map.entry(FailureReason.TOO_LARGE, 400),
            Map.entry(FailureReason.MODEL_NOT_FOUND, 404),
            Map.entry(FailureReason.NOT_READY, 503),
            Map.entry(FailureReason.QUEUE_FULL, 503),
            Map.entry(FailureReason.SLO_UNATTAINABLE, 503),
            Map.entry(FailureReason.DEADLINE_EXCEEDED, 504),
            Map.entry(FailureReason.MODEL_FAILED, 500),
            Map.entry(FailureReason.WORKER_UNAVAILABLE, 503),
            Map.entry(FailureReason.CANCELLED, 499),
            Map.entry(FailureReason.INTERNAL, 500),
            Map.entry(FailureReason.LOAD_FAILED, 400),
            Map.entry(FailureReason.UNSUPPORTED, 501)));
    private static final Map<FailureReason, Status.Code> GRPC = new EnumMap<>(Map.ofEntries(
            Map.entry(FailureReason.INVALID_INPUT, Status.Code.INVALID_ARGUMENT),
            Map.entry(FailureReason.TOO_LARGE, Status.Code.INVALID_ARGUMENT),
            Map.entry(FailureReason.MODEL_NOT_FOUND, Status.Code.NOT_FOUND),
            Map.entry(FailureReason.NOT_READY, Status.Code.UNAVAILABLE),
            Map.entry(FailureReason.QUEUE_FULL, Status.Code.UNAVAILABLE),
            Map.entry(FailureReason.SLO_UNATTAINABLE, Status.Code.UNAVAILABLE),
            Map.entry(FailureReason.DEADLINE_EXCEEDED, Status.Code.DEADLINE_EXCEEDED),
            Map.entry(FailureReason.MODEL_FAILED, Status.Code.INTERNAL),
            Map.entry(FailureReason.WORKER_UNAVAILABLE, Status.Code.UNAVAILABLE),
            Map.entry(FailureReason.CANCELLED, Status.Code.CANCELLED),
            Map.entry(FailureReason.INTERNAL, Status.Code.INTERNAL),
            Map.entry(FailureReason.LOAD_FAILED, Status.Code.FAILED_PRECONDITION),
            Map.entry(FailureReason.UNSUPPORTED, Status.Code.UNIMPLEMENTED)));

    private FakeWorkerLink worker;
    private EdgeFixture gateway;

    @BeforeEach
    void start() {
        worker = new FakeWorkerLink().serving("m", "1");
        gateway = new EdgeFixture(worker);
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @ParameterizedTest
    @EnumSource(FailureReason.class)
    void everyFailureOfAWorkerHasItsCodes(FailureReason reason) {
        // Given
        worker.fails(reason, "words of the worker", true);

        // When
        HttpResponse<String> rest = gateway.post("/v2/models/m/infer", Requests.JSON);
        StatusRuntimeException grpc = grpcFailure(Requests.raw("m", ""));

        // Then
        assertThat(rest.statusCode()).isEqualTo(HTTP.get(reason));
        assertThat(grpc.getStatus().getCode()).isEqualTo(GRPC.get(reason));
        agree(rest, grpc);
        assertThat(rest.headers().firstValue(WireNames.HEADER_REASON)).contains(reason.name());
    }

    @ParameterizedTest
    @CsvSource({"x, ''", "m, 9"})
    void unknownModelsAndVersions(String model, String version) {
        // When
        HttpResponse<String> rest = gateway.post(
                "/v2/models/" + model + (version.isEmpty() ? "" : "/versions/" + version) + "/infer", Requests.JSON);
        StatusRuntimeException grpc = grpcFailure(Requests.raw(model, version));

        // Then
        agree(rest, grpc);
    }

    @Test
    void reservedParametersAreRefused() {
        // Given
        String json =
                Requests.JSON.replace("{\"inputs\"", "{\"parameters\":{\"bellwether_arm\":\"CONTROL\"},\"inputs\"");
        ModelInferRequest request = Requests.raw("m", "").toBuilder()
                .putParameters(
                        "bellwether_arm",
                        InferParameter.newBuilder().setStringParam("CONTROL").build())
                .build();

        // When
        HttpResponse<String> rest = gateway.post("/v2/models/m/infer", json);
        StatusRuntimeException grpc = grpcFailure(request);

        // Then
        agree(rest, grpc);
        assertThat(rest.statusCode()).isEqualTo(400);
        assertThat(worker.received).isEmpty();
    }

    @Test
    void wrongSizes() {
        // Given
        String json = Requests.JSON.replace("[1,2]", "[1,3]");
        ModelInferRequest.Builder request = Requests.raw("m", "").toBuilder();
        request.getInputsBuilder(0).setShape(1, 3);

        // When
        HttpResponse<String> rest = gateway.post("/v2/models/m/infer", json);
        StatusRuntimeException grpc = grpcFailure(request.build());

        // Then
        assertThat(rest.headers().firstValue(WireNames.HEADER_REASON)).contains("INVALID_INPUT");
        assertThat(trailer(grpc)).isEqualTo("INVALID_INPUT");
    }

    @Test
    void aGatewayThatIsNotWarmYet() {
        // Given
        try (EdgeFixture cold = EdgeFixture.cold(worker)) {
            // When
            HttpResponse<String> rest = cold.post("/v2/models/m/infer", Requests.JSON);
            StatusRuntimeException grpc = grpcFailure(cold, Requests.raw("m", ""));
            HttpResponse<String> ours =
                    cold.post("/v2/models/m/infer", Requests.JSON, WarmUpToken.HEADER, cold.token.value());

            // Then
            agree(rest, grpc);
            assertThat(trailer(grpc)).isEqualTo("NOT_READY");
            assertThat(rest.body()).contains("warming up");
            assertThat(rest.headers().firstValue("Retry-After")).contains("1");
            assertThat(ours.statusCode()).isEqualTo(200);
            assertThat(worker.received).hasSize(1);
        }
    }

    @Test
    void aGatewayThatLeaves() {
        // Given
        gateway.inference.stopAccepting();

        // When
        HttpResponse<String> rest = gateway.post("/v2/models/m/infer", Requests.JSON);
        StatusRuntimeException grpc = grpcFailure(Requests.raw("m", ""));

        // Then
        agree(rest, grpc);
        assertThat(trailer(grpc)).isEqualTo("NOT_READY");
    }

    private void agree(HttpResponse<String> rest, StatusRuntimeException grpc) {
        assertThat(rest.headers().firstValue(WireNames.HEADER_REASON)).contains(trailer(grpc));
        String words = new JsonObject(rest.body()).getString("error");
        assertThat(words)
                .isEqualTo(grpc.getStatus().getDescription())
                .doesNotContain(EdgeFixture.internals().toList());
    }

    private static String trailer(StatusRuntimeException failure) {
        return failure.getTrailers().get(REASON);
    }

    private StatusRuntimeException grpcFailure(ModelInferRequest request) {
        return grpcFailure(gateway, request);
    }

    private static StatusRuntimeException grpcFailure(EdgeFixture asked, ModelInferRequest request) {
        return catchThrowableOfType(
                StatusRuntimeException.class,
                () -> GRPCInferenceServiceGrpc.newBlockingStub(asked.channel).modelInfer(request));
    }
}
