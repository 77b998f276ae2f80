package io.bellwether.gateway.openai;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.bellwether.controlapi.log.Command;
import io.bellwether.gateway.Await;
import io.bellwether.gateway.EdgeFixture;
import io.bellwether.gateway.FakeTime;
import io.bellwether.gateway.FakeWorkerLink;
import io.bellwether.gateway.Requests;
import io.bellwether.gateway.control.Commands;
import io.bellwether.gateway.control.LogEntry;
import io.bellwether.gateway.worker.Reply;
import io.bellwether.protocol.BytesTensor;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.WireNames;
import io.bellwether.protocol.oip.InferParameter;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferResponse;
import io.bellwether.protocol.oip.ModelMetadataResponse;
import io.bellwether.protocol.oip.ModelMetadataResponse.TensorMetadata;
import io.bellwether.routing.admission.LimitSettings;
import io.bellwether.routing.admission.TenantQuota;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The API as its clients use it, in front of a worker that embeds a text as (its bytes, its version). */
class OpenAiEdgeTest {
    private static final String PATH = "/v1/embeddings";

    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicInteger underWayMost = new AtomicInteger();
    private FakeWorkerLink worker;
    private EdgeFixture gateway;

    @BeforeEach
    void start() {
        worker = new FakeWorkerLink().serving("m", "1", "2").serving("images", "1");
        worker.metadata = name -> name.equals("m") ? texts() : Requests.metadata(name);
        worker.behaviour = request -> FakeWorkerLink.done(FakeWorkerLink.answered(embed(request)));
        gateway = new EdgeFixture(worker);
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void oneTextGivesOneVector() {
        // When
        HttpResponse<String> answer = gateway.post(PATH, "{\"model\":\"m\",\"input\":\"hello\",\"user\":\"x\"}");

        // Then
        assertThat(answer.statusCode()).isEqualTo(200);
        JsonObject json = new JsonObject(answer.body());
        assertThat(json.getString("object")).isEqualTo("list");
        assertThat(json.getString("model")).isEqualTo("m");
        assertThat(json.getJsonObject("usage"))
                .isEqualTo(new JsonObject().put("prompt_tokens", 5).put("total_tokens", 5));
        JsonObject one = json.getJsonArray("data").getJsonObject(0);
        assertThat(one.getString("object")).isEqualTo("embedding");
        assertThat(one.getInteger("index")).isZero();
        assertThat(one.getJsonArray("embedding")).isEqualTo(new JsonArray(List.of(5.0, 1.0)));
        assertThat(answer.headers().firstValue(WireNames.HEADER_MODEL_VERSION)).contains("1");
    }

    @Test
    void vectorsInBase64AreLittleEndianFloats() {
        // When
        HttpResponse<String> answer =
                gateway.post(PATH, "{\"model\":\"m\",\"input\":[\"hello\"],\"encoding_format\":\"base64\"}");

        // Then
        String vector = new JsonObject(answer.body())
                .getJsonArray("data")
                .getJsonObject(0)
                .getString("embedding");
        assertThat(Base64.getDecoder().decode(vector))
                .isEqualTo(Requests.floats(5, 1).toByteArray());
    }

    @Test
    void manyTextsKeepTheirOrderAndTravelAFewAtATime() {
        // Given
        worker.behaviour = this::embedLater;
        JsonArray texts = new JsonArray();
        IntStream.rangeClosed(1, 60).forEach(length -> texts.add("a".repeat(length)));

        // When
        HttpResponse<String> answer = gateway.post(
                PATH, new JsonObject().put("model", "m").put("input", texts).encode());

        // Then
        JsonArray data = new JsonObject(answer.body()).getJsonArray("data");
        assertThat(data).hasSize(60);
        for (int i = 0; i < 60; i++) {
            assertThat(data.getJsonObject(i).getInteger("index")).isEqualTo(i);
            assertThat(data.getJsonObject(i).getJsonArray("embedding").getDouble(0))
                    .isEqualTo(i + 1);
        }
        assertThat(new JsonObject(answer.body()).getJsonObject("usage").getInteger("prompt_tokens"))
                .isEqualTo(60 * 61 / 2);
        assertThat(underWayMost.get()).isBetween(2, 16);
    }

    @Test
    void allVectorsOfAnAnswerAreOfOneVersionWhileACandidateTakesHalf() {
        // Given
        Command create = Commands.create("r", 5_000, "");
        gateway.fold.apply(new LogEntry(0, 0, create), 0, true);

        // When
        List<List<Double>> answers = IntStream.range(0, 40)
                .mapToObj(i -> gateway.post(PATH, "{\"model\":\"m\",\"input\":[\"a\",\"b\",\"c\",\"d\"]}"))
                .map(answer -> versions(answer.body()))
                .toList();

        // Then
        assertThat(answers).allMatch(versions -> versions.stream().distinct().count() == 1);
        assertThat(answers.stream().map(versions -> versions.get(0)).distinct()).containsExactlyInAnyOrder(1.0, 2.0);
    }

    @Test
    void aTextThatFailsFailsTheRequest() {
        // Given
        worker.behaviour = request -> FakeWorkerLink.done(
                worker.received.size() < 3
                        ? FakeWorkerLink.answered(embed(request))
                        : new Reply.Failed(FailureReason.MODEL_FAILED, "model 'm' failed on this input", true));

        // When
        HttpResponse<String> answer = gateway.post(PATH, "{\"model\":\"m\",\"input\":[\"a\",\"b\",\"c\"]}");

        // Then
        assertThat(answer.statusCode()).isEqualTo(500);
        JsonObject error = new JsonObject(answer.body()).getJsonObject("error");
        assertThat(error.getString("type")).isEqualTo("server_error");
        assertThat(error.getString("code")).isEqualTo("model_failed");
        Await.until("nothing is in flight", () -> gateway.inference.inFlight() == 0);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nonsense | 400 | expected an object",
                "{\"input\":\"a\"} | 400 | model is missing",
                "{\"model\":\"m\"} | 400 | list of 1 to 2048 texts",
                "{\"model\":\"m\",\"input\":[]} | 400 | list of 1 to 2048 texts",
                "{\"model\":\"m\",\"input\":[1,2]} | 400 | check_embedding_ctx_length=False",
                "{\"model\":\"m\",\"input\":[\"a\",null]} | 400 | list of 1 to 2048 texts",
                "{\"model\":\"m\",\"input\":true} | 400 | list of 1 to 2048 texts",
                "{\"model\":\"m\",\"input\":[[1,2]]} | 400 | lists of tokens are not taken",
                "{\"model\":\"m\",\"input\":[\"a\",\"\"]} | 400 | text 1 of input has 0 bytes",
                "{\"model\":\"m\",\"input\":\"a\",\"encoding_format\":\"hex\"} | 400 | float or base64",
                "{\"model\":\"m\",\"input\":\"a\",\"dimensions\":1} | 400 | dimensions must be 2",
                "{\"model\":\"m\",\"input\":\"a\",\"dimensions\":\"x\"} | 400 | whole number",
                "{\"model\":\"m\",\"input\":\"a\",\"dimensions\":0} | 400 | whole number above 0",
                "{\"model\":\"x\",\"input\":\"a\"} | 404 | unknown model"
            })
    void whatIsWrongIsSaidInTheFormOfTheApi(String body, int status, String words) {
        // When
        HttpResponse<String> answer = gateway.post(PATH, body);

        // Then
        assertThat(answer.statusCode()).isEqualTo(status);
        JsonObject error = new JsonObject(answer.body()).getJsonObject("error");
        assertThat(error.getString("message")).contains(words);
        assertThat(error.getString("type")).isEqualTo("invalid_request_error");
        assertThat(error.containsKey("param")).isTrue();
        assertThat(EdgeFixture.internals().filter(word -> !word.equals("/"))).noneMatch(answer.body()::contains);
    }

    @Test
    void aDeadlineSaysHowFarItCameAndWhatHelps() {
        // Given
        worker.behaviour = request -> FakeWorkerLink.done(
                worker.received.size() < 2
                        ? FakeWorkerLink.answered(embed(request))
                        : new Reply.Failed(FailureReason.DEADLINE_EXCEEDED, "the deadline passed", true));

        // When
        HttpResponse<String> answer = gateway.post(PATH, "{\"model\":\"m\",\"input\":[\"a\",\"b\",\"c\"]}");

        // Then
        assertThat(answer.statusCode()).isEqualTo(504);
        assertThat(answer.body()).contains("1 of 3 texts were answered within the 10 s", "send fewer or shorter texts");
    }

    @Test
    void aFullQueueIsTooManyRequests() {
        // Given
        worker.fails(FailureReason.QUEUE_FULL, "Exceeds maximum queue size", false);

        // When
        HttpResponse<String> answer = gateway.post(PATH, "{\"model\":\"m\",\"input\":\"a\"}");

        // Then
        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(answer.headers().firstValue("Retry-After")).contains("1");
        assertThat(answer.body()).contains("rate_limit_error");
    }

    /** One request of several texts is one request of its tenant. */
    @Test
    void aTenantOverItsQuotaIsTooManyRequestsToo() {
        // Given
        Map<String, TenantQuota> quotas = Map.of("ada", new TenantQuota(0.5, Double.POSITIVE_INFINITY, 1, 1));
        LimitSettings unbound = new LimitSettings(64, 64, 64, 1, 1, 1, 1);
        try (EdgeFixture limited = EdgeFixture.withTenants(new FakeTime(), quotas, unbound, worker)) {
            String body = "{\"model\":\"m\",\"input\":[\"a\",\"b\",\"c\"]}";

            // When
            HttpResponse<String> first = limited.post(PATH, body, EdgeFixture.TENANT_HEADER, "ada");
            HttpResponse<String> second = limited.post(PATH, body, EdgeFixture.TENANT_HEADER, "ada");

            // Then
            assertThat(first.statusCode()).isEqualTo(200);
            assertThat(second.statusCode()).isEqualTo(429);
            assertThat(second.headers().firstValue("Retry-After-Ms")).contains("2000");
            JsonObject error = new JsonObject(second.body()).getJsonObject("error");
            assertThat(error.getString("type")).isEqualTo("rate_limit_error");
            assertThat(error.getString("code")).isEqualTo("over_quota");
            assertThat(error.getString("message"))
                    .startsWith("tenant 'ada' is over its quota of 0.5 requests per second");
        }
    }

    @Test
    void modelsThatEmbedAreListed() {
        // When
        JsonArray data = new JsonObject(gateway.get("/v1/models").body()).getJsonArray("data");

        // Then
        assertThat(data).hasSize(1);
        assertThat(data.getJsonObject(0).getString("id")).isEqualTo("m");
        assertThat(data.getJsonObject(0).getString("object")).isEqualTo("model");
        assertThat(new JsonObject(gateway.get("/v1/models/m").body()).getString("id"))
                .isEqualTo("m");
        assertThat(gateway.get("/v1/models/images").statusCode()).isEqualTo(404);
        assertThat(gateway.get("/v1/models/none").statusCode()).isEqualTo(404);
    }

    @Test
    void whileTheOnlyWorkerIsAwayModelsAreNotSaidToBeUnknown() {
        // Given
        worker.up = false;
        gateway.directory.poll();

        // When
        var all = gateway.get("/v1/models");
        var one = gateway.get("/v1/models/m");

        // Then
        assertThat(all.statusCode()).isEqualTo(503);
        assertThat(all.body()).contains("no model is ready");
        assertThat(one.statusCode()).isEqualTo(503);
        assertThat(one.body()).contains("no worker that serves model 'm' is reachable");
        assertThat(gateway.get("/v1/models/none").statusCode()).isEqualTo(404);
    }

    @Test
    void otherPathsAndMethodsAreRefusedInTheFormOfTheApi() {
        assertThat(gateway.get("/v1/chat/completions").body()).contains("offered are POST /v1/embeddings");
        assertThat(gateway.get(PATH).statusCode()).isEqualTo(405);
        assertThat(gateway.get(PATH).headers().firstValue("Allow")).contains("POST");
    }

    private CompletionStage<Reply> embedLater(ModelInferRequest request) {
        int now = underWay.incrementAndGet();
        underWayMost.accumulateAndGet(now, Math::max);
        return CompletableFuture.supplyAsync(
                () -> {
                    underWay.decrementAndGet();
                    return FakeWorkerLink.answered(embed(request));
                },
                CompletableFuture.delayedExecutor(1, TimeUnit.MILLISECONDS));
    }

    private static List<Double> versions(String body) {
        return new JsonObject(body)
                .getJsonArray("data").stream()
                        .map(one -> ((JsonObject) one).getJsonArray("embedding").getDouble(1))
                        .toList();
    }

    private static ModelInferResponse embed(ModelInferRequest request) {
        ByteString text = BytesTensor.elements(request.getRawInputContents(0)).get(0);
        return ModelInferResponse.newBuilder()
                .setModelName(request.getModelName())
                .setModelVersion(request.getModelVersion())
                .putParameters(
                        "prompt_tokens",
                        InferParameter.newBuilder().setInt64Param(text.size()).build())
                .addOutputs(ModelInferResponse.InferOutputTensor.newBuilder()
                        .setName("embedding")
                        .setDatatype("FP32")
                        .addShape(1)
                        .addShape(2))
                .addRawOutputContents(Requests.floats(text.size(), Float.parseFloat(request.getModelVersion())))
                .build();
    }

    private static ModelMetadataResponse texts() {
        return ModelMetadataResponse.newBuilder()
                .setName("m")
                .addInputs(TensorMetadata.newBuilder()
                        .setName("text")
                        .setDatatype("BYTES")
                        .addShape(-1)
                        .addShape(1))
                .addOutputs(TensorMetadata.newBuilder()
                        .setName("embedding")
                        .setDatatype("FP32")
                        .addShape(-1)
                        .addShape(2))
                .build();
    }
}
