package io.bellwether.gateway.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.bellwether.gateway.EdgeFixture;
import io.bellwether.gateway.FakeWorkerLink;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.Refusal;
import io.bellwether.protocol.oip.GRPCInferenceServiceGrpc;
import io.bellwether.protocol.oip.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import io.bellwether.protocol.oip.ModelRepositoryParameter;
import io.bellwether.protocol.oip.RepositoryModelLoadRequest;
import io.bellwether.protocol.oip.RepositoryModelUnloadRequest;
import io.bellwether.protocol.oip.ServerMetadataRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelControlTest {
    private final FakeWorkerLink one = new FakeWorkerLink().serving("digits", "1");
    private final FakeWorkerLink other = new FakeWorkerLink().serving("digits", "1");
    private final EdgeFixture gateway = EdgeFixture.withModelControl(one, other);

    @AfterEach
    void close() throws Exception {
        gateway.close();
    }

    @Test
    @DisplayName(
            "2.1 POST /v2/repository[/R]/models/M/load, /unload and 2.3 RepositoryModelLoad, RepositoryModelUnload: 200 empty, on every worker")
    void loadingAndUnloadingReachEveryWorker() {
        // When
        HttpResponse<String> loaded = post("/v2/repository/models/digits/load", "{}");
        HttpResponse<String> unloaded =
                post("/v2/repository/main/models/digits/unload", "{\"parameters\":{\"unload_dependents\":true}}");
        grpc().repositoryModelLoad(RepositoryModelLoadRequest.newBuilder()
                .setModelName("a")
                .build());
        grpc().repositoryModelUnload(RepositoryModelUnloadRequest.newBuilder()
                .setModelName("a")
                .build());

        // Then
        assertThat(loaded.statusCode()).isEqualTo(200);
        assertThat(loaded.body()).isEmpty();
        assertThat(unloaded.statusCode()).isEqualTo(200);
        assertThat(one.changes).containsExactly("load digits", "unload digits", "load a", "unload a");
        assertThat(other.changes).isEqualTo(one.changes);
    }

    @Test
    void whoIsToldOfALoadFindsTheModel() {
        // Given
        one.changing = model -> {
            one.serving(model, "1");
            return Optional.empty();
        };

        // When
        HttpResponse<String> loaded = post("/v2/repository/models/fresh/load", "");

        // Then
        assertThat(loaded.statusCode()).isEqualTo(200);
        assertThat(gateway.get("/v2/models/fresh/ready").statusCode()).isEqualTo(200);
    }

    @Test
    void aFailedLoadSaysWhy() {
        // Given
        Refusal why = new Refusal(FailureReason.LOAD_FAILED, "load failed for model 'digits': version 2: bad file");
        other.changing = model -> Optional.of(why);

        // When
        HttpResponse<String> rest = post("/v2/repository/models/digits/load", "");
        StatusRuntimeException grpc = catchThrowableOfType(
                StatusRuntimeException.class, () -> grpc().repositoryModelLoad(RepositoryModelLoadRequest.newBuilder()
                        .setModelName("digits")
                        .build()));

        // Then
        assertThat(rest.statusCode()).isEqualTo(400);
        assertThat(rest.body()).contains("version 2: bad file");
        assertThat(rest.headers().firstValue("bellwether-reason")).contains("LOAD_FAILED");
        assertThat(grpc.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
    }

    @Test
    void aWorkerWithoutTheModelDoesNotMatterWhenAnotherHasIt() {
        // Given
        Refusal unknown = new Refusal(FailureReason.MODEL_NOT_FOUND, "failed to load 'digits'");
        other.changing = model -> Optional.of(unknown);

        // When
        HttpResponse<String> oneHasIt = post("/v2/repository/models/digits/load", "");
        one.changing = model -> Optional.of(unknown);
        HttpResponse<String> nobodyHasIt = post("/v2/repository/models/digits/load", "");

        // Then
        assertThat(oneHasIt.statusCode()).isEqualTo(200);
        assertThat(nobodyHasIt.statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"x", "[]", "[", "7", "{\"a\":1,\"a\":2}", "{} {}", "{\"parameters\":7}", "{\"parameters\":[]}"})
    void bodiesThatSayNothingAreRefusedAsSuch(String body) {
        for (String verb : List.of("load", "unload")) {
            // When
            HttpResponse<String> answer = post("/v2/repository/models/digits/" + verb, body);

            // Then
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.headers().firstValue("bellwether-reason")).contains("INVALID_INPUT");
            assertThat(answer.body())
                    .containsAnyOf("expected a JSON object", "'parameters' of the body must be an object");
        }
        assertThat(one.changes).isEmpty();
    }

    @Test
    @DisplayName("2.1 POST .../load: parameters (config, file:) are not offered, and refused")
    void parametersOfALoadAreNotSilentlyIgnored() {
        // When
        HttpResponse<String> answer = post("/v2/repository/models/digits/load", "{\"parameters\":{\"config\":\"{}\"}}");
        HttpResponse<String> none = post("/v2/repository/models/digits/load", "{\"parameters\":null}");

        // Then
        assertThat(none.statusCode()).isEqualTo(200);
        one.changes.clear();
        assertThat(answer.statusCode()).isEqualTo(501);
        assertThat(one.changes).isEmpty();
    }

    @Test
    @DisplayName("2.3 RepositoryModelLoad: parameters are not offered, and refused")
    void parametersOfALoadAreNotIgnoredOverGrpcEither() {
        // When
        StatusRuntimeException refused = catchThrowableOfType(
                StatusRuntimeException.class, () -> grpc().repositoryModelLoad(RepositoryModelLoadRequest.newBuilder()
                        .setModelName("digits")
                        .putParameters(
                                "config",
                                ModelRepositoryParameter.newBuilder()
                                        .setStringParam("{}")
                                        .build())
                        .build()));

        // Then
        assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
    }

    @Test
    void aWebPageMayNotChangeModels() {
        // When
        HttpResponse<String> answer = gateway.send(gateway.request("/v2/repository/models/digits/unload")
                .header("Origin", "http://127.0.0.1:8000")
                .POST(HttpRequest.BodyPublishers.noBody()));

        // Then
        assertThat(answer.statusCode()).isEqualTo(501);
        assertThat(one.changes).isEmpty();
    }

    @Test
    @DisplayName("2.1 GET /v2: loading and unloading are extensions where they are switched on")
    void itIsAdvertisedWhereItIsSwitchedOn() {
        assertThat(grpc().serverMetadata(ServerMetadataRequest.getDefaultInstance())
                        .getExtensionsList())
                .contains("model_repository", "model_repository(unload_dependents)");
    }

    @Test
    void itIsOffByDefault() throws Exception {
        // Given
        FakeWorkerLink worker = new FakeWorkerLink().serving("digits", "1");
        try (EdgeFixture usual = new EdgeFixture(worker)) {
            // When
            HttpResponse<String> answer = usual.send(
                    usual.request("/v2/repository/models/digits/unload").POST(HttpRequest.BodyPublishers.noBody()));

            // Then
            assertThat(answer.statusCode()).isEqualTo(501);
            assertThat(answer.body()).contains("gateway.model-control-enabled=true");
            assertThat(worker.changes).isEmpty();
            assertThat(usual.get("/v2").body()).doesNotContain("model_repository");
        }
    }

    private HttpResponse<String> post(String path, String body) {
        return gateway.send(gateway.request(path).POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private GRPCInferenceServiceBlockingStub grpc() {
        return GRPCInferenceServiceGrpc.newBlockingStub(gateway.channel);
    }
}
