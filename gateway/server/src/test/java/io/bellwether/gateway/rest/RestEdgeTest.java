package io.bellwether.gateway.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.gateway.Await;
import io.bellwether.gateway.EdgeFixture;
import io.bellwether.gateway.FakeWorkerLink;
import io.bellwether.gateway.Requests;
import io.bellwether.gateway.http.ContentCoding;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.WireNames;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RestEdgeTest {
    private static final String INFER = "/v2/models/m/infer";

    private FakeWorkerLink worker;
    private EdgeFixture gateway;

    @BeforeEach
    void start() {
        worker = new FakeWorkerLink()
                .serving("m", "1", "2")
                .listing("m", "LOADING", "3")
                .serving("a/b", "1");
        gateway = new EdgeFixture(worker);
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void jsonInJsonOutWithTheTraceInHeaders() {
        // When
        HttpResponse<String> answer = gateway.post(INFER, Requests.JSON, WireNames.HEADER_REQUEST_ID, "req:1");

        // Then
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(new JsonObject(answer.body())
                        .getJsonArray("outputs")
                        .getJsonObject(0)
                        .getJsonArray("data")
                        .getDouble(0))
                .isEqualTo(4.0);
        assertThat(answer.headers().firstValue(WireNames.HEADER_REQUEST_ID)).contains("req:1");
        assertThat(answer.headers().firstValue(WireNames.HEADER_MODEL_VERSION)).contains("1");
        assertThat(answer.headers().firstValue(WireNames.HEADER_ARM)).contains("STABLE_REST");
        assertThat(answer.headers().firstValue(WireNames.HEADER_ROUTE_VERSION)).contains("-1");
        assertThat(answer.headers().firstValue("Content-Length"))
                .contains(Integer.toString(answer.body().getBytes(StandardCharsets.UTF_8).length));
        assertThat(answer.headers().firstValue("Transfer-Encoding")).isEmpty();
        assertThat(worker.received.get(0).getRawInputContents(0)).isEqualTo(Requests.floats(1.5f, 2.5f));
    }

    @Test
    void binaryInBinaryOut() {
        // Given
        byte[] head = ("{\"parameters\":{\"binary_data_output\":true},\"inputs\":[{\"name\":\"x\",\"shape\":[1,2],"
                        + "\"datatype\":\"FP32\",\"parameters\":{\"binary_data_size\":8}}]}")
                .getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(head);
        body.writeBytes(Requests.floats(1.5f, 2.5f).toByteArray());

        // When
        HttpResponse<byte[]> answer = gateway.send(
                gateway.request(INFER)
                        .header(WireNames.HEADER_JSON_LENGTH, Integer.toString(head.length))
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body.toByteArray())),
                HttpResponse.BodyHandlers.ofByteArray());

        // Then
        assertThat(answer.statusCode()).isEqualTo(200);
        int jsonBytes = Integer.parseInt(
                answer.headers().firstValue(WireNames.HEADER_JSON_LENGTH).orElseThrow());
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/octet-stream");
        assertThat(Arrays.copyOfRange(answer.body(), jsonBytes, answer.body().length))
                .isEqualTo(Requests.floats(4f).toByteArray());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "{\"inputs\":[]} trailing",
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"FP32\",\"data\":[1.5]}]}",
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"FP99\",\"data\":[1.5,2]}]}",
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[-1,2],\"datatype\":\"FP32\",\"data\":[1.5,2]}]}",
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"FP32\",\"data\":[1.5,\"no\"]}]}",
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[4294967296,4294967296],\"datatype\":\"FP32\",\"data\":[1]}]}"
            })
    void malformedBodiesAreRefusedWithoutInternals(String body) {
        // When
        HttpResponse<String> answer = gateway.post(INFER, body);

        // Then
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
        String error = new JsonObject(answer.body()).getString("error");
        assertThat(error).isNotBlank().doesNotContain(EdgeFixture.internals().toList());
        assertThat(worker.received).isEmpty();
    }

    @Test
    void aBodyOverTheLimitIsAnsweredInTheFormOfTheProtocol() {
        // When
        HttpResponse<String> answer = gateway.post(INFER, " ".repeat(EdgeFixture.BODY_BYTES_MAX + 1));

        // Then
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.headers().firstValue(WireNames.HEADER_REASON)).contains("TOO_LARGE");
        assertThat(new JsonObject(answer.body()).getString("error")).contains("at most 4096 bytes");
        assertThat(gateway.post(INFER, Requests.JSON).statusCode()).isEqualTo(200);
    }

    @Test
    void aBodyWithoutDeclaredLengthIsLimitedToo() {
        // When
        HttpResponse<String> answer = gateway.send(gateway.request(INFER)
                .POST(HttpRequest.BodyPublishers.fromPublisher(
                        HttpRequest.BodyPublishers.ofString(" ".repeat(EdgeFixture.BODY_BYTES_MAX * 2)))));

        // Then
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.headers().firstValue(WireNames.HEADER_REASON)).contains("TOO_LARGE");
    }

    @Test
    void aBodyOfExactlyTheLimitIsRead() {
        // Given
        String padded = Requests.JSON + " ".repeat(EdgeFixture.BODY_BYTES_MAX - Requests.JSON.length());

        // When
        HttpResponse<String> answer = gateway.post(INFER, padded);

        // Then
        assertThat(answer.statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "/v2/models/x/infer, Request for unknown model: 'x' is not found",
        "/v2/models/m/versions/9/infer, Request for unknown model: 'm' version '9' is not found"
    })
    void unknownModelsAndVersionsAreNotFound(String path, String error) {
        // When
        HttpResponse<String> answer = gateway.post(path, Requests.JSON);

        // Then
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.headers().firstValue(WireNames.HEADER_REASON)).contains("MODEL_NOT_FOUND");
        assertThat(new JsonObject(answer.body()).getString("error")).isEqualTo(error);
    }

    @Test
    void aVersionThatLoadsIsNotReady() {
        // When
        HttpResponse<String> answer = gateway.post("/v2/models/m/versions/3/infer", Requests.JSON);

        // Then
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue(WireNames.HEADER_REASON)).contains("NOT_READY");
    }

    @Test
    void aNamedVersionIsPinned() {
        // When
        HttpResponse<String> answer = gateway.post("/v2/models/m/versions/2/infer", Requests.JSON);

        // Then
        assertThat(answer.headers().firstValue(WireNames.HEADER_ARM)).contains("PINNED");
        assertThat(worker.received.get(0).getModelVersion()).isEqualTo("2");
    }

    @Test
    void namesAreDecodedExactlyOnce() {
        // When
        HttpResponse<String> once = gateway.post("/v2/models/a%2Fb/infer", Requests.JSON);
        HttpResponse<String> twice = gateway.post("/v2/models/a%252Fb/infer", Requests.JSON);

        // Then
        assertThat(once.statusCode()).isEqualTo(200);
        assertThat(new JsonObject(twice.body()).getString("error")).contains("'a%2Fb'");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /v2/models/m/infer, 405",
        "POST, /v2, 405",
        "DELETE, /v2/models/m, 405",
        "GET, /, 404",
        "GET, /v3, 404",
        "GET, /v2/models, 404",
        "GET, /v2//models/m, 404",
        "GET, /v2/models/m/versions, 404",
        "GET, /favicon.ico, 404",
        "POST, /v2/models/m/config, 405",
        "POST, /v2/models/stats, 405",
        "GET, /v2/trace/setting, 501",
        "POST, /v2/repository/models/m/load, 501",
        "GET, /v2/systemsharedmemory/status, 501"
    })
    void everyOtherPathHasAJsonErrorToo(String method, String path, int status) {
        // When
        HttpResponse<String> answer =
                gateway.send(gateway.request(path).method(method, HttpRequest.BodyPublishers.noBody()));

        // Then
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(new JsonObject(answer.body()).getString("error"))
                .isNotBlank()
                .doesNotContain(EdgeFixture.internals().toList());
    }

    @Test
    void aPathThatCannotBeDecodedHasAJsonError() throws IOException {
        // When
        String answer = rawRequest("GET /v2/models/a%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        // Then
        assertThat(answer).startsWith("HTTP/1.1 400 ").contains("{\"error\":");
    }

    @Test
    void healthMetadataAndIndexAnswer() {
        // Then
        assertThat(gateway.get("/v2").body()).contains("\"extensions\"");
        assertThat(gateway.get("/v2/health/live").statusCode()).isEqualTo(200);
        assertThat(gateway.get("/v2/health/ready").statusCode()).isEqualTo(200);
        assertThat(gateway.get("/v2/models/m").body()).contains("\"versions\":[\"1\",\"2\"]");
        assertThat(gateway.get("/v2/models/m/ready").statusCode()).isEqualTo(200);
        assertThat(gateway.get("/v2/models/m/versions/3/ready").statusCode()).isEqualTo(503);
        assertThat(gateway.get("/v2/models/x/ready").statusCode()).isEqualTo(404);
        assertThat(gateway.post("/v2/repository/index", "").body()).contains("LOADING");
        assertThat(gateway.post("/v2/repository/index", "{\"ready\":true}").body())
                .doesNotContain("LOADING");
    }

    @Test
    void theConfigurationIsThatOfTheWorker() {
        // When
        JsonObject config =
                new JsonObject(gateway.get("/v2/models/m/versions/1/config").body());

        // Then
        assertThat(config.getString("name")).isEqualTo("m");
        assertThat(config.getInteger("max_batch_size")).isEqualTo(8);
        assertThat(config.containsKey("dynamic_batching")).isTrue();
        assertThat(config.getJsonArray("input").getJsonObject(0))
                .isEqualTo(new JsonObject("{\"name\":\"x\",\"data_type\":\"TYPE_FP32\",\"dims\":[2]}"));
        assertThat(gateway.get("/v2/models/none/config").statusCode()).isEqualTo(404);
    }

    @Test
    void statisticsOfAllWorkersAddUp() {
        // Given
        FakeWorkerLink away = new FakeWorkerLink();
        away.up = false;
        try (EdgeFixture two =
                new EdgeFixture(new FakeWorkerLink().serving("m", "1"), new FakeWorkerLink().serving("m", "1"), away)) {
            // When
            JsonObject model = new JsonObject(two.get("/v2/models/m/stats").body())
                    .getJsonArray("model_stats")
                    .getJsonObject(0);

            // Then
            assertThat(model.getString("version")).isEqualTo("1");
            assertThat(model.getInteger("inference_count")).isEqualTo(10);
            assertThat(model.getInteger("execution_count")).isEqualTo(6);
            assertThat(model.getInteger("last_inference")).isEqualTo(7);
            assertThat(model.getJsonObject("inference_stats").getJsonObject("success"))
                    .isEqualTo(new JsonObject("{\"count\":10,\"ns\":1000}"));
            assertThat(model.getJsonArray("batch_stats")).hasSize(2);
            assertThat(model.getJsonArray("batch_stats")
                            .getJsonObject(1)
                            .getJsonObject("compute_infer")
                            .getInteger("count"))
                    .isEqualTo(4);
            assertThat(two.get("/v2/models/stats").statusCode()).isEqualTo(200);
            assertThat(two.get("/v2/models/none/stats").statusCode()).isEqualTo(404);
            assertThat(two.get("/v2/models/m/versions/9/stats").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void notReadyWithoutAWorker() {
        // Given
        worker.up = false;
        gateway.directory.poll();

        // Then
        assertThat(gateway.get("/v2/health/ready").statusCode()).isEqualTo(503);
        HttpResponse<String> answer = gateway.post(INFER, Requests.JSON);
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue(WireNames.HEADER_REASON)).contains("WORKER_UNAVAILABLE");
    }

    @Test
    void aFullQueueSaysWhenToComeBack() {
        // Given
        worker.fails(FailureReason.QUEUE_FULL, "Exceeds maximum queue size of model 'm' version '1'", true);

        // When
        HttpResponse<String> answer = gateway.post(INFER, Requests.JSON);

        // Then
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).contains("1");
        assertThat(answer.body()).contains("Exceeds maximum queue size");
    }

    @Test
    void theTimeoutParameterIsTheBudget() {
        // When
        gateway.post(INFER, Requests.JSON.replace("{\"inputs\"", "{\"parameters\":{\"timeout\":250000},\"inputs\""));

        // Then
        assertThat(worker.budgetsNanos.get(0)).isPositive().isLessThanOrEqualTo(250_000_000L);
    }

    @Test
    void aBadRequestIdIsRefused() {
        // When
        HttpResponse<String> answer = gateway.post(INFER, Requests.JSON, WireNames.HEADER_REQUEST_ID, "has space");

        // Then
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.headers().firstValue(WireNames.HEADER_REQUEST_ID))
                .isPresent()
                .isNotEqualTo("has space");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate", "identity"})
    void compressedBodiesAreTaken(String coding) {
        // Given
        byte[] plain = Requests.JSON.getBytes(StandardCharsets.UTF_8);
        ContentCoding named = ContentCoding.valueOf(coding.toUpperCase(Locale.ROOT));
        byte[] body = named == ContentCoding.IDENTITY ? plain : named.compress(plain);

        // When
        HttpResponse<String> answer = gateway.send(gateway.request(INFER)
                .header("Content-Encoding", coding)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body)));

        // Then
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(worker.received.get(0).getRawInputContents(0)).isEqualTo(Requests.floats(1.5f, 2.5f));
    }

    @Test
    void aBodyThatGrowsBeyondTheLimitOrIsBrokenIsRefused() {
        // Given
        byte[] bomb = ContentCoding.GZIP.compress(new byte[1 << 20]);
        byte[] broken = ContentCoding.GZIP.compress(Requests.JSON.getBytes(StandardCharsets.UTF_8));
        broken[broken.length - 6] ^= 1;

        // When
        HttpResponse<String> tooLarge = compressed("gzip", bomb);
        HttpResponse<String> invalid = compressed("gzip", broken);
        HttpResponse<String> unknown = compressed("br", broken);

        // Then
        assertThat(bomb.length).isLessThan(EdgeFixture.BODY_BYTES_MAX);
        assertThat(tooLarge.statusCode()).isEqualTo(400);
        assertThat(tooLarge.headers().firstValue(WireNames.HEADER_REASON)).contains("TOO_LARGE");
        assertThat(tooLarge.body()).contains("after decompression");
        assertThat(invalid.statusCode()).isEqualTo(400);
        assertThat(invalid.body()).contains("not valid gzip");
        assertThat(unknown.statusCode()).isEqualTo(501);
        Await.until("nothing is held", () -> gateway.inference.bodies().bytes() == 0);
    }

    @ParameterizedTest
    @CsvSource({"'gzip', gzip", "'deflate;q=0.9, gzip;q=0.5', deflate", "'gzip;q=0', ''", "'br', ''", "'*', gzip"})
    @DisplayName("2.2 compression: the answer follows the q-values of Accept-Encoding")
    void largeAnswersAreCompressedAsTheClientAllows(String accepted, String coding) throws IOException {
        // Given
        worker.behaviour = request -> FakeWorkerLink.done(FakeWorkerLink.answered(Requests.answer(request).toBuilder()
                .setOutputs(
                        0, Requests.answer(request).getOutputs(0).toBuilder().setShape(1, 1_000))
                .setRawOutputContents(0, Requests.floats(new float[1_000]))
                .build()));

        // When
        HttpResponse<byte[]> answer = gateway.send(
                gateway.request(INFER)
                        .header("Accept-Encoding", accepted)
                        .POST(HttpRequest.BodyPublishers.ofString(Requests.JSON)),
                HttpResponse.BodyHandlers.ofByteArray());

        // Then
        assertThat(answer.headers().firstValue("Content-Encoding").orElse("")).isEqualTo(coding);
        InputStream body = new ByteArrayInputStream(answer.body());
        InputStream plain =
                switch (coding) {
                    case "gzip" -> new GZIPInputStream(body);
                    case "deflate" -> new InflaterInputStream(body);
                    default -> body;
                };
        JsonObject json = new JsonObject(new String(plain.readAllBytes(), StandardCharsets.UTF_8));
        assertThat(json.getJsonArray("outputs").getJsonObject(0).getJsonArray("data"))
                .hasSize(1_000);
    }

    private HttpResponse<String> compressed(String coding, byte[] body) {
        return gateway.send(gateway.request(INFER)
                .header("Content-Encoding", coding)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body)));
    }

    @Test
    void aClientThatLeavesCancelsTheWork() throws IOException {
        // Given
        worker.behaviour = request -> new CompletableFuture<>();

        // When
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), gateway.restPort)) {
            write(
                    client,
                    "POST " + INFER + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + Requests.JSON.length() + "\r\n\r\n"
                            + Requests.JSON);
            Await.until("the worker has the request", () -> worker.received.size() == 1);
        }

        // Then
        Await.until("the worker hears of it", () -> worker.cancelled.get() == 1);
        Await.until("nothing is in flight", () -> gateway.inference.inFlight() == 0);
    }

    @Test
    void bodiesOfAllClientsTogetherHaveALimitAndLeaveNothingBehind() throws IOException {
        // Given: clients that have sent most of a body and then wait
        String head = "POST " + INFER + " HTTP/1.1\r\nHost: x\r\nContent-Length: 4096\r\n\r\n";
        List<Socket> clients = new ArrayList<>();
        try {
            for (int i = 1; i <= 2; i++) {
                Socket client = new Socket(InetAddress.getLoopbackAddress(), gateway.restPort);
                clients.add(client);
                write(client, head + " ".repeat(4_000));
                long held = 4_096L * i;
                Await.until(
                        "body " + i + " is held",
                        () -> gateway.inference.bodies().bytes() == held);
            }

            // When
            HttpResponse<String> large = gateway.post(INFER, Requests.JSON + " ".repeat(3_000));
            HttpResponse<String> small = gateway.post(INFER, Requests.JSON);

            // Then
            assertThat(large.statusCode()).isEqualTo(503);
            assertThat(large.headers().firstValue(WireNames.HEADER_REASON)).contains("QUEUE_FULL");
            assertThat(large.headers().firstValue("Retry-After")).contains("1");
            assertThat(large.body()).contains("hold 10000 bytes");
            assertThat(small.statusCode()).isEqualTo(200);
        } finally {
            for (Socket client : clients) {
                client.close();
            }
        }
        Await.until("nothing is held", () -> gateway.inference.bodies().bytes() == 0);
    }

    @Test
    void aBodyThatComesInManyPartsIsWhole() throws IOException {
        // Given
        String body = Requests.JSON + " ".repeat(4_000 - Requests.JSON.length());

        // When
        String answer;
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), gateway.restPort)) {
            write(
                    client,
                    "POST " + INFER + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
                            + "Connection: close\r\n\r\n");
            for (int at = 0; at < body.length(); at += 100) {
                write(client, "64\r\n" + body.substring(at, at + 100) + "\r\n");
            }
            write(client, "0\r\n\r\n");
            answer = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }

        // Then
        assertThat(answer).startsWith("HTTP/1.1 200");
        Await.until("nothing is held", () -> gateway.inference.bodies().bytes() == 0);
    }

    private String rawRequest(String request) throws IOException {
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), gateway.restPort)) {
            write(client, request);
            return new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static void write(Socket client, String text) throws IOException {
        OutputStream out = client.getOutputStream();
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }
}
