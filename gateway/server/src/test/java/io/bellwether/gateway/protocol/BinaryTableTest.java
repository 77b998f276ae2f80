package io.bellwether.gateway.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.gateway.EdgeFixture;
import io.bellwether.gateway.FakeWorkerLink;
import io.bellwether.gateway.Requests;
import io.bellwether.gateway.http.ContentCoding;
import io.bellwether.protocol.WireNames;
import io.vertx.core.json.JsonArray;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The extension for raw tensors and compression, point by point. */
class BinaryTableTest {
    private static final String TWO =
            """
            {%s"inputs":[
             {"name":"t","shape":[2],"datatype":"BYTES","parameters":{"binary_data_size":9}},
             {"name":"j","shape":[2],"datatype":"INT16","data":[1,2]},
             {"name":"b","shape":[1],"datatype":"BOOL","parameters":{"binary_data_size":1}}]%s}
            """;
    private static final String BEHIND = "0100000061" + "00000000" + "01";

    private final FakeWorkerLink worker = new FakeWorkerLink().serving("m", "1").echoing();
    private final EdgeFixture gateway = new EdgeFixture(worker);

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    @DisplayName("2.2 raw tensors follow the JSON in its order, mixed with JSON data, without padding")
    void mixed() {
        HttpResponse<byte[]> answer = Binary.post(gateway, TWO.formatted("", ""), Binary.bytes(BEHIND));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(worker.received.get(0).getRawInputContentsList().stream()
                        .map(raw -> raw.size())
                        .toList())
                .containsExactly(9, 4, 1);
        assertThat(Binary.outputs(answer).getJsonObject(0).getJsonArray("data"))
                .isEqualTo(new JsonArray("[\"a\",\"\"]"));
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(answer.headers().firstValue(WireNames.HEADER_JSON_LENGTH)).isEmpty();
    }

    @Test
    @DisplayName("2.2 binary_data_output is the default of all outputs, binary_data of one output overrides it")
    void outputPreferences() {
        String all = TWO.formatted("\"parameters\":{\"binary_data_output\":true},", "");
        String butOne = all.replace(
                "]}\n",
                "],\"outputs\":[{\"name\":\"t\"},{\"name\":\"j\",\"parameters\":{\"binary_data\":false}},{\"name\":\"b\"}]}\n");
        HttpResponse<byte[]> answer = Binary.post(gateway, all, Binary.bytes(BEHIND));
        HttpResponse<byte[]> other = Binary.post(gateway, butOne, Binary.bytes(BEHIND));
        assertThat(Binary.behind(answer)).isEqualTo("0100000061" + "00000000" + "01000200" + "01");
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/octet-stream");
        assertThat(Binary.outputs(answer)
                        .getJsonObject(0)
                        .getJsonObject("parameters")
                        .getInteger("binary_data_size"))
                .isEqualTo(9);
        assertThat(Binary.behind(other)).isEqualTo("0100000061" + "00000000" + "01");
        assertThat(Binary.outputs(other).getJsonObject(1).getJsonArray("data")).isEqualTo(new JsonArray("[1,2]"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"FP32", "BYTES", "FP16"})
    @DisplayName("2.2 tensors of no element")
    void zeroSize(String type) {
        HttpResponse<byte[]> answer = Binary.post(
                gateway,
                "{\"parameters\":{\"binary_data_output\":true},\"inputs\":[{\"name\":\"x\",\"shape\":[0,3],\"datatype\":\""
                        + type + "\",\"parameters\":{\"binary_data_size\":0}}]}",
                new byte[0]);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(Binary.behind(answer)).isEmpty();
        assertThat(Binary.outputs(answer).getJsonObject(0).getJsonArray("shape"))
                .isEqualTo(new JsonArray("[0,3]"));
    }

    @Test
    @DisplayName("2.2 length 0: the whole body is the one input, and every output is raw")
    void raw() {
        byte[] body = Requests.floats(1.5f, 2.5f).toByteArray();
        HttpResponse<byte[]> answer = Binary.post(gateway, "/v2/models/m/versions/1/infer", "0", body);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(worker.received.get(0).getInputs(0).getShapeList()).containsExactly(1L, 2L);
        assertThat(Binary.outputs(answer).getJsonObject(0).getString("name")).isEqualTo("x");
        assertThat(Binary.behind(answer)).isEqualTo("0000c03f00002040");
    }

    @ParameterizedTest
    @CsvSource({
        "m, 01020304, 400, unexpected size for raw input 'x': got 4 bytes",
        "m, '', 400, the body is empty",
        "other, 0102030405060708, 404, Request for unknown model: 'other' is not found"
    })
    @DisplayName("2.2 length 0: what the model does not take")
    void rawRefused(String model, String hex, int status, String words) {
        HttpResponse<byte[]> answer = Binary.post(gateway, "/v2/models/" + model + "/infer", "0", Binary.bytes(hex));
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(Binary.error(answer)).contains(words);
        assertThat(worker.received).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        BEHIND + "00, unexpected additional input data for model 'm'",
        "0100000061, unexpected size for input 't'"
    })
    @DisplayName("2.2 the sizes must add up to the body")
    void sizes(String hex, String words) {
        HttpResponse<byte[]> answer = Binary.post(gateway, TWO.formatted("", ""), Binary.bytes(hex));
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(Binary.error(answer)).contains(words);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "x", "99999"})
    @DisplayName("2.1, 2.2 a length beyond the body: the text that clients test for")
    void lengthOutOfRange(String length) {
        HttpResponse<byte[]> answer = Binary.post(gateway, "/v2/models/m/infer", length, new byte[10]);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(Binary.error(answer)).contains("inference header size should be in range (0, 10)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate"})
    @DisplayName("2.2 compression: the length counts the JSON after decompression")
    void compressed(String coding) {
        byte[] head = TWO.formatted("", "").getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(head);
        body.writeBytes(Binary.bytes(BEHIND));
        byte[] packed =
                (coding.equals("gzip") ? ContentCoding.GZIP : ContentCoding.DEFLATE).compress(body.toByteArray());
        HttpResponse<byte[]> answer = Binary.post(
                gateway, "/v2/models/m/infer", Integer.toString(head.length), packed, "Content-Encoding", coding);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(Binary.outputs(answer)).hasSize(3);
    }
}
