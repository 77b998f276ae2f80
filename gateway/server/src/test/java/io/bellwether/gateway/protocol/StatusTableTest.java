package io.bellwether.gateway.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.bellwether.gateway.EdgeFixture;
import io.bellwether.gateway.FakeWorkerLink;
import io.bellwether.gateway.Requests;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.WireNames;
import io.bellwether.protocol.oip.GRPCInferenceServiceGrpc;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of each reason on both edges. */
class StatusTableTest {
    private static final Metadata.Key<String> REASON =
            Metadata.Key.of(WireNames.TRAILER_REASON, Metadata.ASCII_STRING_MARSHALLER);

    private final FakeWorkerLink worker = new FakeWorkerLink().serving("m", "1");
    private final EdgeFixture gateway = new EdgeFixture(worker);

    @AfterEach
    void stop() {
        gateway.close();
    }

    @ParameterizedTest
    @CsvSource({
        "INVALID_INPUT, 400, INVALID_ARGUMENT",
        "TOO_LARGE, 400, INVALID_ARGUMENT",
        "MODEL_NOT_FOUND, 404, NOT_FOUND",
        "NOT_READY, 503, UNAVAILABLE",
        "QUEUE_FULL, 503, UNAVAILABLE",
        "SLO_UNATTAINABLE, 503, UNAVAILABLE",
        "WORKER_UNAVAILABLE, 503, UNAVAILABLE",
        "OVER_QUOTA, 429, RESOURCE_EXHAUSTED",
        "DEADLINE_EXCEEDED, 504, DEADLINE_EXCEEDED",
        "LOAD_FAILED, 400, FAILED_PRECONDITION",
        "UNSUPPORTED, 501, UNIMPLEMENTED",
        "INTERNAL, 500, INTERNAL",
        "MODEL_FAILED, 500, INTERNAL"
    })
    @DisplayName(
            "2.1 statuses of failures over REST and gRPC, each with its machine-readable reason and the same words")
    void statuses(FailureReason reason, int status, Status.Code code) {
        // Given
        worker.fails(reason, "words of the worker", true);

        // When
        HttpResponse<String> rest = gateway.post("/v2/models/m/infer", Requests.JSON);
        StatusRuntimeException grpc = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> GRPCInferenceServiceGrpc.newBlockingStub(gateway.channel).modelInfer(Requests.raw("m", "")));

        // Then
        assertThat(rest.statusCode()).isEqualTo(status);
        assertThat(rest.headers().firstValue(WireNames.HEADER_REASON)).contains(reason.name());
        assertThat(new JsonObject(rest.body()).getString("error")).isEqualTo("words of the worker");
        assertThat(grpc.getStatus().getCode()).isEqualTo(code);
        assertThat(grpc.getStatus().getDescription()).isEqualTo("words of the worker");
        assertThat(Status.trailersFromThrowable(grpc).get(REASON)).isEqualTo(reason.name());
    }
}
