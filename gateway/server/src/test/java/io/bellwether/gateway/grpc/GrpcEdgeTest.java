package io.bellwether.gateway.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.bellwether.gateway.Await;
import io.bellwether.gateway.EdgeFixture;
import io.bellwether.gateway.FakeWorkerLink;
import io.bellwether.gateway.Requests;
import io.bellwether.gateway.evidence.Evidence;
import io.bellwether.protocol.WireNames;
import io.bellwether.protocol.oip.GRPCInferenceServiceGrpc;
import io.bellwether.protocol.oip.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferResponse;
import io.bellwether.protocol.oip.ModelMetadataRequest;
import io.bellwether.protocol.oip.ModelReadyRequest;
import io.bellwether.protocol.oip.RepositoryIndexRequest;
import io.bellwether.protocol.oip.ServerMetadataRequest;
import io.bellwether.protocol.oip.ServerReadyRequest;
import io.bellwether.telemetry.events.Snapshot;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GrpcEdgeTest {
    private FakeWorkerLink worker;
    private EdgeFixture gateway;
    private GRPCInferenceServiceBlockingStub client;

    @BeforeEach
    void start() {
        worker = new FakeWorkerLink().serving("m", "1", "2");
        gateway = new EdgeFixture(worker);
        client = GRPCInferenceServiceGrpc.newBlockingStub(gateway.channel).withDeadlineAfter(20, TimeUnit.SECONDS);
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void tensorsTravelAsTheyAreAndTheTraceIsInMetadata() {
        // Given
        AtomicReference<Metadata> headers = new AtomicReference<>();
        AtomicReference<Metadata> trailers = new AtomicReference<>();

        // When
        ModelInferResponse answer = client.withInterceptors(
                        MetadataUtils.newCaptureMetadataInterceptor(headers, trailers))
                .modelInfer(Requests.raw("m", "").toBuilder().setId("mine").build());

        // Then
        assertThat(answer.getRawOutputContents(0)).isEqualTo(Requests.floats(4f));
        assertThat(answer.getId()).isEqualTo("mine");
        assertThat(headers.get().get(key(WireNames.METADATA_MODEL_VERSION))).isEqualTo("1");
        assertThat(headers.get().get(key(WireNames.METADATA_ARM))).isEqualTo("STABLE_REST");
        assertThat(headers.get().get(key(WireNames.METADATA_REQUEST_ID)))
                .isNotBlank()
                .isNotEqualTo("mine");
        assertThat(worker.received.get(0).getRawInputContents(0)).isEqualTo(Requests.floats(1.5f, 2.5f));
        assertThat(worker.received.get(0).getParametersMap()).isEmpty();
        assertThat(worker.origins.get(0)).isPresent();
    }

    @Test
    void theDeadlineOfTheClientIsTheBudget() {
        // When
        client.withDeadlineAfter(3, TimeUnit.SECONDS).modelInfer(Requests.raw("m", ""));

        // Then
        assertThat(worker.budgetsNanos.get(0)).isPositive().isLessThanOrEqualTo(3_000_000_000L);
    }

    @Test
    void aDeadlineThatPassesCancelsTheWork() {
        // Given
        worker.behaviour = request -> new CompletableFuture<>();

        // When
        StatusRuntimeException failure = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> client.withDeadlineAfter(150, TimeUnit.MILLISECONDS).modelInfer(Requests.raw("m", "")));

        // Then
        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        Await.until("the worker hears of it", () -> worker.cancelled.get() == 1);
        Await.until("nothing is in flight", () -> gateway.inference.inFlight() == 0);
    }

    @Test
    void aClientThatCancelsCancelsTheWork() {
        // Given
        worker.behaviour = request -> new CompletableFuture<>();
        Context.CancellableContext caller = Context.current().withCancellation();
        caller.run(() ->
                GRPCInferenceServiceGrpc.newStub(gateway.channel).modelInfer(Requests.raw("m", ""), new Ignoring()));
        Await.until("the worker has the request", () -> worker.received.size() == 1);

        // When
        caller.cancel(null);

        // Then
        Await.until("the worker hears of it", () -> worker.cancelled.get() == 1);
        Await.until("nothing is in flight", () -> gateway.inference.inFlight() == 0);
    }

    @Test
    void everythingElseAnswers() {
        // Then
        assertThat(client.serverReady(ServerReadyRequest.getDefaultInstance()).getReady())
                .isTrue();
        assertThat(client.serverMetadata(ServerMetadataRequest.getDefaultInstance())
                        .getExtensionsList())
                .contains("binary_tensor_data");
        assertThat(client.modelReady(ModelReadyRequest.newBuilder().setName("m").build())
                        .getReady())
                .isTrue();
        assertThat(client.modelMetadata(
                                ModelMetadataRequest.newBuilder().setName("m").build())
                        .getVersionsList())
                .containsExactly("1", "2");
        assertThat(client.repositoryIndex(RepositoryIndexRequest.getDefaultInstance())
                        .getModelsCount())
                .isEqualTo(2);
    }

    private static int countedCells(Evidence evidence) {
        return evidence.snapshots(Set.of(), 0).stream()
                .mapToInt(Snapshot::getCellsCount)
                .sum();
    }

    @Test
    void warmUpRequestsAreServedAndNotCounted() {
        // Given
        Metadata mark = new Metadata();
        mark.put(key(io.bellwether.gateway.inference.WarmUpToken.HEADER), gateway.token.value());

        // When
        client.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(mark)).modelInfer(Requests.raw("m", "1"));

        // Then
        assertThat(gateway.registry.find("bellwether.gateway.requests").counters())
                .isEmpty();
        assertThat(gateway.registry.find("bellwether.gateway.admissions").counters())
                .isEmpty();
        assertThat(countedCells(gateway.evidence)).isZero();
        // The same code ran, on books that nobody reads.
        assertThat(countedCells(gateway.rehearsal)).isEqualTo(1);
        assertThat(worker.received).hasSize(1);
    }

    @Test
    void aMalformedTensorIsRefusedBeforeAnyWorkerSeesIt() {
        // Given
        ModelInferRequest wrong = Requests.raw("m", "").toBuilder()
                .setRawInputContents(0, Requests.floats(1f))
                .build();

        // When
        StatusRuntimeException failure =
                catchThrowableOfType(StatusRuntimeException.class, () -> client.modelInfer(wrong));

        // Then
        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(failure.getStatus().getDescription()).contains("x");
        assertThat(worker.received).isEmpty();
    }

    private static Metadata.Key<String> key(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }

    /** Waits for nothing. */
    private static final class Ignoring implements StreamObserver<ModelInferResponse> {
        @Override
        public void onNext(ModelInferResponse answer) {}

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {}
    }
}
