package io.bellwether.gateway.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.gateway.EdgeFixture;
import io.bellwether.gateway.FakeWorkerLink;
import io.bellwether.gateway.Requests;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.ProtocolLimits;
import io.bellwether.protocol.WireNames;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What real clients stumble over, and where we answer otherwise than Triton on purpose. */
class ClientPitfallsTest {
    private static final String INFER = "/v2/models/m/infer";
    private static final String BINARY =
            """
            {"parameters":{"binary_data_output":true},
             "inputs":[{"name":"x","shape":[1,2],"datatype":"FP32","parameters":{"binary_data_size":8}}]}
            """;

    private final FakeWorkerLink worker = new FakeWorkerLink().serving("m", "1").serving("a b", "1");
    private final EdgeFixture gateway = new EdgeFixture(worker);

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    @DisplayName("2.4.2 errors are JSON with \"error\", also where a binary answer was asked for")
    void errorsAreJson() {
        worker.fails(FailureReason.MODEL_FAILED, "words", true);
        HttpResponse<byte[]> answer = Binary.post(gateway, BINARY, new byte[8]);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(Binary.error(answer)).isEqualTo("words");
    }

    @Test
    @DisplayName("2.4.3 no content type is needed; a quoted model name; model_version is a string")
    void loose() {
        HttpResponse<String> answer = gateway.send(gateway.request("/v2/models/a%20b/infer")
                .POST(HttpRequest.BodyPublishers.ofByteArray(Requests.JSON.getBytes(StandardCharsets.UTF_8))));
        assertThat(new JsonObject(answer.body()).getValue("model_version")).isEqualTo("1");
        assertThat(new JsonObject(answer.body()).getString("model_name")).isEqualTo("a b");
    }

    @Test
    @DisplayName("2.4.4 a binary answer has its length and is never sent in chunks")
    void lengthIsKnown() {
        HttpResponse<byte[]> answer = Binary.post(gateway, BINARY, new byte[8]);
        assertThat(answer.headers().firstValue("Content-Length")).contains(Integer.toString(answer.body().length));
        assertThat(answer.headers().firstValue("Transfer-Encoding")).isEmpty();
    }

    @Test
    @DisplayName("2.4.5 a gRPC message may be as large as a body, beyond the 4 MiB that gRPC takes by default")
    void largeMessages() throws IOException {
        // Given
        Properties shipped = new Properties();
        try (InputStream file = ClientPitfallsTest.class.getResourceAsStream("/application.properties")) {
            shipped.load(file);
        }

        // Then
        assertThat(Integer.parseInt(shipped.getProperty("quarkus.grpc.server.max-inbound-message-size")))
                .isGreaterThan(ProtocolLimits.DEFAULT.bodyBytesMax())
                .isGreaterThan(4 << 20);
    }

    @Test
    @DisplayName("2.4.6 an output that is asked for twice is answered once")
    void duplicateOutputs() {
        worker.echoing();
        String twice = Requests.JSON.replace("]}]}", "]}],\"outputs\":[{\"name\":\"x\"},{\"name\":\"x\"}]}");
        HttpResponse<String> answer = gateway.post(INFER, twice);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(new JsonObject(answer.body()).getJsonArray("outputs")).hasSize(1);
    }

    @Test
    @DisplayName("2.4.6 an output that is asked for twice in different ways has no one answer")
    void differingOutputs() {
        String twice = Requests.JSON.replace(
                "]}]}", "]}],\"outputs\":[{\"name\":\"x\"},{\"name\":\"x\",\"parameters\":{\"classification\":1}}]}");
        HttpResponse<String> answer = gateway.post(INFER, twice);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("output 'x' is asked for twice, with different parameters");
        assertThat(worker.received).isEmpty();
    }

    @Test
    @DisplayName(
            "2.4.7 a missing batch dimension: the words of the worker, which say what is expected, reach the client")
    void batchDimension() {
        String words =
                "unexpected shape for input 'x' for model 'm'. Expected [-1,2], got [2]. NOTE: the first dimension is"
                        + " the batch dimension, from 1 to 8";
        worker.fails(FailureReason.INVALID_INPUT, words, false);
        HttpResponse<String> answer = gateway.post(INFER, Requests.JSON);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(new JsonObject(answer.body()).getString("error")).isEqualTo(words);
    }

    @Test
    @DisplayName("2.4.8 unknown parameters and fields are no error")
    void unknownParameters() {
        String more = Requests.JSON.replace(
                "\"datatype\"", "\"parameters\":{\"content_type\":\"np\"},\"extra\":[1,{}],\"datatype\"");
        assertThat(gateway.post(INFER, more).statusCode()).isEqualTo(200);
        assertThat(worker.received
                        .get(0)
                        .getInputs(0)
                        .getParametersOrThrow("content_type")
                        .getStringParam())
                .isEqualTo("np");
    }

    @Test
    @DisplayName("2.4.9 health is 200 or 503")
    void healthForProbes() {
        worker.up = false;
        gateway.directory.poll();
        assertThat(gateway.get("/v2/health/ready").statusCode()).isEqualTo(503);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "{}",
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"FP32\",\"data\":[1]}]}",
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"FP32\",\"data\":[1,\"2\"]}]}",
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"INT32\",\"data\":[1.5,2]}]}"
            })
    @DisplayName("2.5 malformed JSON, no inputs, too few values, a string among numbers, FP32 data for integers: 400")
    void mistakes(String body) {
        HttpResponse<String> answer = gateway.post(INFER, body);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.headers().firstValue(WireNames.HEADER_REASON)).contains("INVALID_INPUT");
    }

    @Test
    @DisplayName("2.5 an empty body is 400")
    void emptyBody() {
        HttpResponse<String> answer = gateway.post(INFER, "");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.headers().firstValue(WireNames.HEADER_REASON)).contains("INVALID_INPUT");
    }

    @Test
    @DisplayName("2.5 unknown datatype, unknown input name, batch above the maximum: 400 in the words of the worker")
    void whatOnlyTheModelKnows() {
        HttpResponse<String> datatype = gateway.post(INFER, Requests.JSON.replace("FP32", "FP99"));
        assertThat(datatype.statusCode()).isEqualTo(400);
        assertThat(worker.received).isEmpty();
        for (String words : List.of(
                "unexpected inference input 'z' for model 'm'; it takes [x]",
                "inference request batch-size must be <= 8 for 'm', is 9")) {
            worker.fails(words.contains("batch") ? FailureReason.TOO_LARGE : FailureReason.INVALID_INPUT, words, false);
            HttpResponse<String> answer = gateway.post(INFER, Requests.JSON);
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(new JsonObject(answer.body()).getString("error")).isEqualTo(words);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v2/health/live", "/v2/health/ready", "/v2/models/m/ready"})
    @DisplayName("2.5 health and ready, success: 200 with a small JSON body")
    void healthBody(String path) {
        HttpResponse<String> answer = gateway.get(path);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(new JsonObject(answer.body()).size()).isBetween(1, 2);
    }

    @Test
    @DisplayName("2.5 id: echoed when sent")
    void idIsEchoed() {
        String with = Requests.JSON.replace("{\"inputs\"", "{\"id\":\"7\",\"inputs\"");
        assertThat(new JsonObject(gateway.post(INFER, with).body()).getString("id"))
                .isEqualTo("7");
        assertThat(new JsonObject(gateway.post(INFER, Requests.JSON).body()).containsKey("id"))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({"GET, /v2/models/m/infer, POST", "POST, /v2/models/m/config, GET", "POST, /v2/health/live, GET"})
    @DisplayName("2.5 a wrong method is 405 with the right one")
    void wrongMethod(String method, String path, String allowed) {
        HttpResponse<String> answer =
                gateway.send(gateway.request(path).method(method, HttpRequest.BodyPublishers.noBody()));
        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("Allow")).contains(allowed);
        assertThat(answer.body()).contains("Method Not Allowed");
    }

    @Test
    @DisplayName("2.5 an item that makes the model throw: 500 with a reason and without a traceback")
    void modelFails() {
        worker.fails(FailureReason.MODEL_FAILED, "model 'm' version '1' failed on this input", true);
        HttpResponse<String> answer = gateway.post(INFER, Requests.JSON);
        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.headers().firstValue(WireNames.HEADER_REASON)).contains("MODEL_FAILED");
        assertThat(new JsonArray().add(answer.body()).encode()).doesNotContain("Traceback");
    }
}
