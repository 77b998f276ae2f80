package io.bellwether.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.bellwether.gateway.call.Cancellation;
import io.bellwether.gateway.inference.InferenceCall;
import io.bellwether.gateway.inference.InferenceResult;
import io.bellwether.gateway.inference.WarmUpToken;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.WireNames;
import io.bellwether.protocol.oip.GRPCInferenceServiceGrpc;
import io.bellwether.protocol.oip.InferParameter;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.routing.admission.LimitSettings;
import io.bellwether.routing.admission.TenantQuota;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
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
    private static final Metadata.Key<String> PUSHBACK =
            Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER);
    private static final Map<FailureReason, Integer> HTTP = new EnumMap<>(Map.ofEntries(
            Map.entry(FailureReason.INVALID_INPUT, 400),
            Map.entry(FailureReason.TOO_LARGE, 400),
            Map.entry(FailureReason.MODEL_NOT_FOUND, 404),
            Map.entry(FailureReason.NOT_READY, 503),
            Map.entry(FailureReason.QUEUE_FULL, 503),
            Map.entry(FailureReason.OVER_QUOTA, 429),
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
            Map.entry(FailureReason.OVER_QUOTA, Status.Code.RESOURCE_EXHAUSTED),
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

        // Then: there are others to go to, at once
        agree(rest, grpc);
        assertThat(trailer(grpc)).isEqualTo("NOT_READY");
        assertThat(grpc.getTrailers().get(PUSHBACK)).isNull();
    }

    @Test
    void aTenantOverItsQuota() {
        // Given
        Map<String, TenantQuota> quotas = Map.of("ada", new TenantQuota(0.001, Double.POSITIVE_INFINITY, 1, 1));
        Metadata ada = new Metadata();
        ada.put(Metadata.Key.of("bellwether-tenant", Metadata.ASCII_STRING_MARSHALLER), "ada");
        LimitSettings unbound = new LimitSettings(64, 64, 64, 1, 1, 1, 1);
        try (EdgeFixture limited = EdgeFixture.withTenants(new FakeTime(), quotas, unbound, worker)) {
            limited.post("/v2/models/m/infer", Requests.JSON, "Bellwether-Tenant", "ada");

            // When
            HttpResponse<String> rest = limited.post("/v2/models/m/infer", Requests.JSON, "Bellwether-Tenant", "ada");
            StatusRuntimeException grpc = catchThrowableOfType(
                    StatusRuntimeException.class, () -> GRPCInferenceServiceGrpc.newBlockingStub(limited.channel)
                            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(ada))
                            .modelInfer(Requests.raw("m", "")));
            HttpResponse<String> other = limited.post("/v2/models/m/infer", Requests.JSON);

            // Then
            agree(rest, grpc);
            assertThat(rest.statusCode()).isEqualTo(429);
            assertThat(rest.body()).contains("tenant 'ada' is over its quota of 0.001 requests per second");
            assertThat(rest.headers().firstValue("Retry-After")).contains("1000");
            assertThat(rest.headers().firstValue("Retry-After-Ms")).contains("1000000");
            assertThat(grpc.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
            assertThat(grpc.getTrailers().get(PUSHBACK)).isEqualTo("1000000");
            assertThat(other.statusCode()).isEqualTo(200);
            assertThat(worker.received).hasSize(2);
        }
    }

    @Test
    void aModelWithAsManyInFlightAsItCanServe() {
        // Given
        LimitSettings one = new LimitSettings(1, 64, 1, 1, 1, 1, 250_000_000);
        try (EdgeFixture limited = EdgeFixture.withTenants(new FakeTime(), Map.of(), one, worker)) {
            worker.behaviour = request -> new CompletableFuture<>();
            CompletionStage<InferenceResult> held = limited.inference.infer(new InferenceCall(
                    "id", Requests.raw("m", ""), name -> "", 0, 0, InferenceCall.Kind.WHOLE, new Cancellation()));

            // When
            HttpResponse<String> rest = limited.post("/v2/models/m/infer", Requests.JSON);
            StatusRuntimeException grpc = grpcFailure(limited, Requests.raw("m", ""));

            // Then: the second one comes one turn later
            assertThat(held.toCompletableFuture()).isNotDone();
            assertThat(rest.statusCode()).isEqualTo(503);
            assertThat(rest.headers().firstValue(WireNames.HEADER_REASON)).contains("QUEUE_FULL");
            assertThat(rest.headers().firstValue("Retry-After")).contains("1");
            assertThat(rest.headers().firstValue("Retry-After-Ms")).contains("250");
            assertThat(grpc.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(trailer(grpc)).isEqualTo("QUEUE_FULL");
            assertThat(grpc.getTrailers().get(PUSHBACK)).isEqualTo("500");
            assertThat(grpc.getStatus().getDescription()).contains("model 'm'", "try again in 500 ms");
        }
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
