package io.bellwether.gateway.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.bellwether.gateway.Await;
import io.bellwether.gateway.Collected;
import io.bellwether.gateway.EdgeFixture;
import io.bellwether.gateway.FakeWorkerLink;
import io.bellwether.protocol.health.HealthCheckRequest;
import io.bellwether.protocol.health.HealthCheckResponse;
import io.bellwether.protocol.health.HealthCheckResponse.ServingStatus;
import io.bellwether.protocol.health.HealthGrpc;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GrpcHealthTest {
    private final FakeWorkerLink worker = new FakeWorkerLink().serving("m", "1");
    private final EdgeFixture gateway = new EdgeFixture(worker);

    @AfterEach
    void stop() {
        gateway.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "inference.GRPCInferenceService"})
    @DisplayName("2.3 grpc.health.v1.Health/Check")
    void theAnswerFollowsReadiness(String service) {
        // When
        ServingStatus ready = check(service);
        worker.up = false;
        gateway.directory.poll();
        ServingStatus without = check(service);
        worker.up = true;
        gateway.directory.poll();
        ServingStatus again = check(service);
        gateway.gate.onDraining();
        ServingStatus draining = check(service);

        // Then
        assertThat(List.of(ready, without, again, draining))
                .containsExactly(
                        ServingStatus.SERVING,
                        ServingStatus.NOT_SERVING,
                        ServingStatus.SERVING,
                        ServingStatus.NOT_SERVING);
    }

    @Test
    void anUnknownServiceIsNotFound() {
        // When
        StatusRuntimeException failure =
                catchThrowableOfType(StatusRuntimeException.class, () -> check("somebody.Else"));

        // Then
        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(failure.getStatus().getDescription()).contains("inference.GRPCInferenceService");
    }

    @Test
    @DisplayName("2.3 grpc.health.v1.Health/Watch")
    void whoWatchesHearsEachChangeOnce() {
        // Given
        Collected<HealthCheckResponse> heard = watch("");
        Await.until("the first state comes", () -> heard.messages.size() == 1);

        // When
        gateway.gate.tellWatchers();
        worker.up = false;
        gateway.directory.poll();
        gateway.gate.tellWatchers();
        Await.until("the loss comes", () -> heard.messages.size() == 2);
        worker.up = true;
        gateway.directory.poll();
        gateway.gate.tellWatchers();
        Await.until("the return comes", () -> heard.messages.size() == 3);
        gateway.gate.onDraining();
        Await.until("the end comes", () -> heard.messages.size() == 4);

        // Then
        assertThat(states(heard))
                .containsExactly(
                        ServingStatus.SERVING,
                        ServingStatus.NOT_SERVING,
                        ServingStatus.SERVING,
                        ServingStatus.NOT_SERVING);
        assertThat(heard.completed).isFalse();
    }

    @Test
    void whoWatchesAnUnknownServiceHearsThatAndStays() {
        // When
        Collected<HealthCheckResponse> heard = watch("somebody.Else");
        Await.until("the state comes", () -> heard.messages.size() == 1);
        gateway.gate.onDraining();

        // Then
        assertThat(states(heard)).containsExactly(ServingStatus.SERVICE_UNKNOWN);
        assertThat(heard.completed).isFalse();
        assertThat(heard.failure).isNull();
    }

    private ServingStatus check(String service) {
        return HealthGrpc.newBlockingStub(gateway.channel)
                .check(request(service))
                .getStatus();
    }

    private Collected<HealthCheckResponse> watch(String service) {
        Collected<HealthCheckResponse> heard = new Collected<>();
        HealthGrpc.newStub(gateway.channel).watch(request(service), heard);
        return heard;
    }

    private static List<ServingStatus> states(Collected<HealthCheckResponse> heard) {
        return heard.messages.stream().map(HealthCheckResponse::getStatus).toList();
    }

    private static HealthCheckRequest request(String service) {
        return HealthCheckRequest.newBuilder().setService(service).build();
    }
}
