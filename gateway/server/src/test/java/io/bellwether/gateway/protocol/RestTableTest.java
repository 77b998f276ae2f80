package io.bellwether.gateway.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.gateway.EdgeFixture;
import io.bellwether.gateway.FakeWorkerLink;
import io.bellwether.gateway.Requests;
import io.bellwether.protocol.WireNames;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The REST part of the protocol, row by row. The numbers are those of the protocol's description. */
class RestTableTest {
    private static final String INFER = "/v2/models/m/infer";

    private final FakeWorkerLink worker =
            new FakeWorkerLink().serving("m", "1", "2").listing("m", "LOADING", "3");
    private final EdgeFixture gateway = new EdgeFixture(worker);

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    @DisplayName("2.1 GET /v2: name, version and exactly the extensions that are offered")
    void serverMetadata() {
        JsonObject server = new JsonObject(gateway.get("/v2").body());
        assertThat(server.getString("name")).isEqualTo("bellwether");
        assertThat(server.getString("version")).isEqualTo("test");
        List<?> extensions = server.getJsonArray("extensions").getList();
        assertThat(extensions.stream().map(Object::toString).toList())
                .containsExactlyInAnyOrder(
                        "binary_tensor_data",
                        "classification",
                        "model_configuration",
                        "parameters",
                        "schedule_policy",
                        "statistics");
    }

    @Test
    @DisplayName("2.1 GET /v2/health/live and /ready: 200 with a body, not 200 when not ready")
    void health() {
        assertThat(gateway.get("/v2/health/live").statusCode()).isEqualTo(200);
        assertThat(new JsonObject(gateway.get("/v2/health/ready").body()))
                .isEqualTo(new JsonObject("{\"ready\":true}"));
        gateway.gate.onDraining();
        assertThat(gateway.get("/v2/health/ready").statusCode()).isEqualTo(503);
        assertThat(gateway.get("/v2/health/live").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"m/ready, 200", "m/versions/2/ready, 200", "m/versions/3/ready, 503", "x/ready, 404"})
    @DisplayName("2.1 GET /v2/models/M[/versions/V]/ready; 2.5 an unknown model is 404")
    void modelReady(String path, int status) {
        assertThat(gateway.get("/v2/models/" + path).statusCode()).isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v2/models/m", "/v2/models/m/versions/2"})
    @DisplayName("2.1 GET /v2/models/M[/versions/V]: the batch dimension is -1")
    void modelMetadata(String path) {
        JsonObject model = new JsonObject(gateway.get(path).body());
        assertThat(model.getString("name")).isEqualTo("m");
        assertThat(model.getString("platform")).isEqualTo("fake");
        assertThat(model.getJsonArray("versions")).isEqualTo(new JsonArray(List.of("1", "2")));
        assertThat(model.getJsonArray("inputs").getJsonObject(0))
                .isEqualTo(new JsonObject("{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[-1,2]}"));
    }

    @Test
    @DisplayName("2.1 GET .../config: max_batch_size, input, output, dynamic_batching")
    void config() {
        JsonObject config = new JsonObject(gateway.get("/v2/models/m/config").body());
        assertThat(config.getInteger("max_batch_size")).isEqualTo(8);
        assertThat(config.getJsonArray("input").getJsonObject(0).getString("data_type"))
                .isEqualTo("TYPE_FP32");
        assertThat(config.fieldNames()).contains("output", "dynamic_batching", "version_policy", "platform");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v2/models/stats", "/v2/models/m/stats", "/v2/models/m/versions/1/stats"})
    @DisplayName("2.1 GET .../stats: what perf_analyzer reads")
    void statistics(String path) {
        JsonObject stats = new JsonObject(gateway.get(path).body())
                .getJsonArray("model_stats")
                .getJsonObject(0);
        assertThat(stats.fieldNames())
                .contains(
                        "name",
                        "version",
                        "last_inference",
                        "inference_count",
                        "execution_count",
                        "inference_stats",
                        "batch_stats");
        assertThat(stats.getJsonObject("inference_stats").fieldNames())
                .containsExactlyInAnyOrder(
                        "success",
                        "fail",
                        "queue",
                        "compute_input",
                        "compute_infer",
                        "compute_output",
                        "cache_hit",
                        "cache_miss");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{\"ready\":\"x\"}; field 'ready' of the body must be true or false, is a string",
                "{\"ready\":1}; field 'ready' of the body must be true or false, is a number",
                "{\"ready\":[]}; field 'ready' of the body must be true or false, is an array",
                "{\"ready\":{}}; field 'ready' of the body must be true or false, is an object",
                "[]; expected a JSON object",
                "x; expected a JSON object"
            })
    @DisplayName("2.1 POST /v2/repository/index: a body that is not understood is refused")
    void indexBodies(String body, String words) {
        HttpResponse<String> answer = gateway.post("/v2/repository/index", body);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains(words);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v2/repository/index", "/v2/repository/main/index"})
    @DisplayName("2.1 POST /v2/repository[/R]/index: name, version, state, reason")
    void repositoryIndex(String path) {
        JsonArray index = new JsonArray(gateway.post(path, "").body());
        assertThat(index).hasSize(3);
        assertThat(index.getJsonObject(2).fieldNames()).containsExactly("name", "version", "state", "reason");
        assertThat(new JsonArray(gateway.post(path, "{\"ready\":true}").body())).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /v2/trace/setting, trace settings",
        "POST, /v2/trace/setting, trace settings",
        "GET, /v2/models/m/trace/setting, trace settings",
        "POST, /v2/models/m/trace/setting, trace settings",
        "GET, /v2/logging, log settings",
        "POST, /v2/logging, log settings",
        "GET, /v2/systemsharedmemory/status, shared memory",
        "GET, /v2/systemsharedmemory/region/r/status, shared memory",
        "POST, /v2/systemsharedmemory/region/r/register, shared memory",
        "POST, /v2/systemsharedmemory/unregister, shared memory",
        "GET, /v2/cudasharedmemory/status, shared memory",
        "POST, /v2/cudasharedmemory/region/r/register, shared memory",
        "POST, /v2/cudasharedmemory/region/r/unregister, shared memory",
        "POST, /v2/models/m/generate, generate",
        "POST, /v2/models/m/versions/1/generate_stream, generate"
    })
    @DisplayName("2.1 trace, logging, shared memory, generate: 501 in the form of the protocol")
    void notOffered(String method, String path, String what) {
        HttpResponse<String> answer =
                gateway.send(gateway.request(path).method(method, HttpRequest.BodyPublishers.noBody()));
        assertThat(answer.statusCode()).isEqualTo(501);
        assertThat(answer.headers().firstValue(WireNames.HEADER_REASON)).contains("UNSUPPORTED");
        assertThat(new JsonObject(answer.body()).getString("error")).isEqualTo("this server does not offer " + what);
    }

    @Test
    @DisplayName("2.1 infer: id comes back only if it was sent; model_name, model_version, outputs")
    void inferForm() {
        JsonObject without = new JsonObject(gateway.post(INFER, Requests.JSON).body());
        JsonObject with =
                new JsonObject(gateway.post(INFER, Requests.JSON.replace("{\"inputs\"", "{\"id\":\"7\",\"inputs\""))
                        .body());
        assertThat(without.fieldNames()).containsExactly("model_name", "model_version", "outputs");
        assertThat(with.getString("id")).isEqualTo("7");
        assertThat(with.getJsonArray("outputs").getJsonObject(0))
                .isEqualTo(new JsonObject("{\"name\":\"y\",\"datatype\":\"FP32\",\"shape\":[1,1],\"data\":[4.0]}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "BOOL | [true,false] | 0100",
                "UINT8 | [0,255] | 00ff",
                "UINT16 | [1,65535] | 0100ffff",
                "UINT32 | [1,4294967295] | 01000000ffffffff",
                "UINT64 | [1,18446744073709551615] | 0100000000000000ffffffffffffffff",
                "INT8 | [-1,127] | ff7f",
                "INT16 | [-1,32767] | ffffff7f",
                "INT32 | [-1,2147483647] | ffffffffffffff7f",
                "INT64 | [-1,9223372036854775807] | ffffffffffffffffffffffffffffff7f",
                "FP32 | [1.0,-2.5] | 0000803f000020c0",
                "FP64 | [1.0,-2.5] | 000000000000f03f00000000000004c0",
                "BYTES | [\"ab\",\"\"] | 02000000616200000000"
            })
    @DisplayName("2.1 infer: every datatype of JSON, flat and nested, in and out")
    void datatypes(String type, String data, String hex) {
        // Given
        worker.echoing();
        String flat =
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[2,1],\"datatype\":\"" + type + "\",\"data\":" + data + "}]}";
        String[] both = data.substring(1, data.length() - 1).split(",");
        String nested = flat.replace(data, "[[" + both[0] + "],[" + both[1] + "]]");

        // When
        HttpResponse<String> answer = gateway.post(INFER, flat);
        HttpResponse<String> ofNested = gateway.post(INFER, nested);

        // Then
        assertThat(worker.received)
                .allSatisfy(request ->
                        assertThat(request.getRawInputContents(0).toByteArray()).isEqualTo(Binary.bytes(hex)));
        assertThat(answer.body()).contains("\"data\":" + data);
        assertThat(ofNested.body()).isEqualTo(answer.body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"FP16", "BF16"})
    @DisplayName("2.1 infer: FP16 and BF16 come by binary only")
    void halfPrecision(String type) {
        worker.echoing();
        HttpResponse<String> json = gateway.post(INFER, Requests.JSON.replace("FP32", type));
        HttpResponse<byte[]> binary = Binary.post(
                gateway,
                "{\"parameters\":{\"binary_data_output\":true},\"inputs\":[{\"name\":\"x\",\"shape\":[2],\"datatype\":\""
                        + type + "\",\"parameters\":{\"binary_data_size\":4}}]}",
                Binary.bytes("003c00c0"));
        assertThat(json.statusCode()).isEqualTo(400);
        assertThat(json.body())
                .contains("sending/receiving " + type
                        + " data via JSON is not supported. Please use the binary data format");
        assertThat(Binary.behind(binary)).isEqualTo("003c00c0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"timeout\":5000000 | 200",
                "\"priority\":3 | 200",
                "\"sequence_id\":0 | 200",
                "\"content_type\":\"np\",\"own\":{} | 400",
                "\"content_type\":\"np\",\"number\":1,\"yes\":true,\"part\":0.5 | 200",
                "\"sequence_id\":\"a\",\"sequence_start\":true,\"sequence_end\":false | 200",
                "\"headers\":\"x\" | 200",
                "\"triton_x\":1 | 400",
                "\"triton_enable_empty_final_response\":true | 200",
                "\"bellwether_slot\":1 | 400",
                "\"priority\":-1 | 400",
                "\"timeout\":\"soon\" | 400"
            })
    @DisplayName("2.1 infer: reserved parameters have their meaning, all others go to the model")
    void parameters(String parameters, int status) {
        HttpResponse<String> answer = gateway.post(
                INFER, Requests.JSON.replace("{\"inputs\"", "{\"parameters\":{" + parameters + "},\"inputs\""));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"1\"", "1.0", "9223372036854775808"})
    @DisplayName("2.1 infer: INT64 in JSON is a whole number of 64 bits, and no text")
    void wideIntegers(String value) {
        HttpResponse<String> answer = gateway.post(
                INFER, "{\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"INT64\",\"data\":[" + value + "]}]}");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(new JsonObject(answer.body()).getString("error")).contains("'x'");
        assertThat(worker.received).isEmpty();
    }

    @Test
    @DisplayName("2.1 texts that clients test for; an oversized body is 400")
    void texts() {
        assertThat(gateway.post("/v2/models/x/infer", Requests.JSON).body())
                .contains("Request for unknown model: 'x' is not found");
        assertThat(gateway.post(INFER, "{\"x\":" + "[".repeat(70) + "]".repeat(70) + "}")
                        .body())
                .contains("JSON nesting depth exceeds maximum allowed limit");
        assertThat(gateway.post(INFER, " ".repeat(EdgeFixture.BODY_BYTES_MAX + 1))
                        .statusCode())
                .isEqualTo(400);
    }
}
