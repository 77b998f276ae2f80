package io.bellwether.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.bellwether.protocol.oip.InferParameter;
import io.bellwether.protocol.oip.ModelInferRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class InferRequestJsonTest {

    @Test
    void readsEveryPartOfARequest() {
        // Given
        String body =
                """
                {"id": "r-1",
                 "parameters": {"priority": 3, "hot": true, "note": "x", "t": 0.5, "none": null, "big": 18446744073709551615},
                 "inputs": [{"name": "image", "shape": [2, 2], "datatype": "FP32", "parameters": {"content_type": "np"},
                             "data": [[1, 2.5], [-3e2, 0]]}],
                 "outputs": [{"name": "scores", "parameters": {"binary_data": false}}, {"name": "labels"}],
                 "something": {"else": [1, 2]}}""";

        // When
        ModelInferRequest request = accepted(body);

        // Then
        assertThat(request.getModelName()).isEqualTo("digits");
        assertThat(request.getModelVersion()).isEqualTo("2");
        assertThat(request.getId()).isEqualTo("r-1");
        assertThat(request.getParametersMap())
                .containsOnlyKeys("priority", "hot", "note", "t", "big")
                .containsEntry(
                        "priority", InferParameter.newBuilder().setInt64Param(3).build())
                .containsEntry(
                        "big", InferParameter.newBuilder().setUint64Param(-1).build());
        assertThat(request.getInputs(0).getParametersMap()).containsOnlyKeys("content_type");
        assertThat(request.getOutputsList()).extracting(o -> o.getName()).containsExactly("scores", "labels");
        assertThat(request.getRawInputContents(0))
                .isEqualTo(ByteString.fromHex("0000803f" + "00002040" + "000096c3" + "00000000"));
    }

    @Test
    void readsFloatsWithOneRoundingOnly() {
        // Given a decimal that lies just above the middle of two floats, where a double in between would lose it
        String text = "1.00000017881393432617187499";
        String above = "1.00000017881393432617187501";

        // When
        ModelInferRequest request = accepted(input("FP32", "[4]", "[" + text + "," + above + ",16777217,-0]"));

        // Then
        var floats = request.getRawInputContents(0).asReadOnlyByteBuffer().order(java.nio.ByteOrder.LITTLE_ENDIAN);
        assertThat(floats.getFloat()).isEqualTo(Float.parseFloat(text));
        assertThat(floats.getFloat()).isEqualTo(Float.parseFloat(above));
        assertThat(floats.getFloat()).isEqualTo(16777216f);
        assertThat(Float.floatToRawIntBits(floats.getFloat())).isEqualTo(0x80000000);
    }

    @Test
    void binaryTensorsAreNotCopied() {
        // Given
        byte[] json =
                "{\"inputs\":[{\"name\":\"a\",\"shape\":[2],\"datatype\":\"FP16\",\"parameters\":{\"binary_data_size\":4}}]}"
                        .getBytes(StandardCharsets.UTF_8);
        byte[] body = java.util.Arrays.copyOf(json, json.length + 4);

        // When
        var decoded = InferRequestJson.decode("m", "", body, body.length, json.length, ProtocolLimits.DEFAULT);
        body[json.length] = 7;

        // Then
        ModelInferRequest request = ((Decoded.Valid<ModelInferRequest>) decoded).value();
        assertThat(request.getRawInputContents(0).byteAt(0)).isEqualTo((byte) 7);
        assertThat(request.getInputs(0).getParametersMap()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("refused")
    void refusesWithWhatAndWhere(String body, FailureReason reason, String part) {
        // When
        Refusal refusal = refusal(body, InferRequestJson.ALL_JSON);

        // Then
        assertThat(refusal.message()).contains(part).doesNotContain("jackson", "Source", "io.bellwether");
        assertThat(refusal.reason()).isEqualTo(reason);
    }

    static List<Arguments> refused() {
        String a = "{\"name\":\"a\",\"shape\":[1],\"datatype\":\"INT32\",\"data\":[1]}";
        return List.of(
                invalid("", "the body is empty"),
                invalid("{", "ends too early"),
                invalid("{\"inputs\":[" + a + "]", "ends too early"),
                invalid("[]", "must be a JSON object"),
                invalid("{}", "no inputs"),
                invalid("{\"inputs\":[]}", "no inputs"),
                invalid("{\"inputs\":7}", "inputs must be an array"),
                invalid("{\"inputs\":[7]}", "inputs[0] must be an object"),
                invalid("{\"inputs\":[" + a + "]} x", "malformed JSON: Unrecognized token 'x': was expecting"),
                invalid("{\"inputs\":[" + a + "]} {}", "goes on after"),
                invalid("{\"inputs\":[" + a + "," + a + "]}", "input 'a' is given twice"),
                invalid("{\"inputs\":[" + a + "],\"inputs\":[]}", "'inputs' twice"),
                invalid("{\"id\":7,\"inputs\":[" + a + "]}", "id must be a string"),
                invalid("{\"parameters\":{\"p\":[1]},\"inputs\":[" + a + "]}", "parameter 'p'"),
                invalid("{\"parameters\":{\"p\":1,\"p\":2},\"inputs\":[" + a + "]}", "'p' twice"),
                invalid("{\"inputs\":[" + a + "],\"outputs\":[{}]}", "outputs[0] has no name"),
                invalid("\u0000{}", "must be UTF-8"),
                invalid(input("FP32", "[1,64]", "[1]"), "input 'a' has 1 values, but its shape [1,64] needs 64"),
                invalid(input("FP32", "[1]", "[1,2,3]"), "has 3 values"),
                invalid(input("FP32", "[2]", "[1,\"2\"]"), "element 1 of input 'a' is a string"),
                invalid(input("FP32", "[1]", "[{}]"), "is an object"),
                invalid(input("FP32", "[1]", "[null]"), "is null"),
                invalid(input("FP32", "[1]", "[NaN]"), "Non-standard token 'NaN', which JSON does not have"),
                invalid(input("FP32", "[1]", "[1e39]"), "out of range for FP32"),
                invalid(input("FP64", "[1]", "[1e309]"), "out of range for FP64"),
                invalid(input("FP32", "[1]", "1"), "data of input 'a' must be an array"),
                invalid(input("INT32", "[1]", "[1.5]"), "needs an integer"),
                invalid(input("INT32", "[1]", "[1.0]"), "needs an integer"),
                invalid(input("INT8", "[1]", "[128]"), "out of range for INT8"),
                invalid(input("UINT8", "[1]", "[-1]"), "out of range for UINT8"),
                invalid(input("INT64", "[1]", "[9223372036854775808]"), "out of range for INT64"),
                invalid(input("UINT64", "[1]", "[18446744073709551616]"), "out of range for UINT64"),
                invalid(input("BOOL", "[1]", "[1]"), "needs true or false"),
                invalid(input("BYTES", "[1]", "[1]"), "needs a string"),
                invalid(input("BYTES", "[1]", "[\"\\ud800\"]"), "surrogate"),
                invalid("{\"id\":\"\\udc00\",\"inputs\":[" + a + "]}", "surrogate"),
                invalid("{\"inputs\":[{\"name\":\"a\\ud800\"}]}", "surrogate"),
                invalid("{\"inputs\":[" + a + "],\"outputs\":[{\"name\":\"\\ud800\\ud800\"}]}", "surrogate"),
                invalid("{\"parameters\":{\"\\ud800\":1},\"inputs\":[" + a + "]}", "surrogate"),
                invalid("{\"parameters\":{\"p\":\"\\ud800x\"},\"inputs\":[" + a + "]}", "surrogate"),
                invalid(
                        input("FP16", "[1]", "[1]"),
                        "sending/receiving FP16 data via JSON is not supported. Please use the binary data format"),
                invalid(input("BF16", "[1]", "[1]"), "via JSON is not supported"),
                invalid(input("FP33", "[1]", "[1]"), "unknown datatype 'FP33'; expected one of BOOL"),
                invalid(input("INT32", "[-1]", "[1]"), "every dimension must be 0 or more"),
                invalid(input("INT32", "[1.5]", "[1]"), "must be an array of integers"),
                invalid(input("INT32", "[[1]]", "[1]"), "must be an array of integers"),
                invalid("{\"inputs\":[{\"name\":\"a\",\"datatype\":\"INT32\",\"data\":[1]}]}", "has no shape"),
                invalid("{\"inputs\":[{\"name\":\"a\",\"shape\":[1],\"data\":[1]}]}", "has no datatype"),
                invalid("{\"inputs\":[{\"shape\":[1],\"datatype\":\"INT32\",\"data\":[1]}]}", "has no name"),
                invalid("{\"inputs\":[{\"name\":\"a\",\"shape\":[1],\"datatype\":\"INT32\"}]}", "unable to find data"),
                Arguments.of(
                        "{\"inputs\":[{\"name\":\"a\",\"shape\":[1],\"datatype\":\"INT32\","
                                + "\"parameters\":{\"shared_memory_region\":\"r\"}}]}",
                        FailureReason.UNSUPPORTED,
                        "input 'a' uses shared memory"),
                tooLarge(input("INT32", "[1,1,1,1,1,1,1,1,1]", "[1]"), "more than 8 dimensions"),
                tooLarge(input("INT32", "[2147483648,2]", "[1]"), "more than the"),
                tooLarge(input("INT32", "[4294967296,4294967296]", "[1]"), "more than the"),
                tooLarge(input("INT32", "[9223372036854775807]", "[1]"), "more than the"),
                tooLarge(input("INT32", "[9223372036854775808]", "[1]"), "out of range for a 64 bit integer"),
                tooLarge(input("INT32", "[1]", "[".repeat(70) + "1" + "]".repeat(70)), "JSON nesting depth exceeds"),
                tooLarge(
                        "{\"x\":" + "[".repeat(70) + "]".repeat(70) + "}",
                        "JSON nesting depth exceeds maximum allowed"),
                tooLarge("{\"" + "n".repeat(300) + "\":1}", "300 characters"),
                tooLarge(
                        input("FP32", "[1]", "[" + "1".repeat(2000) + "]"),
                        "a number is too long; at most 1000 characters"));
    }

    @Test
    void depthCountsTheSameWhenDataComesFirst() {
        // Given
        String late = "{\"inputs\":[{\"data\":" + "[".repeat(62) + "1" + "]".repeat(62)
                + ",\"name\":\"a\",\"shape\":[1],\"datatype\":\"INT32\"}]}";

        // When / Then
        assertThat(refusal(late, InferRequestJson.ALL_JSON).message()).contains("JSON nesting depth");
        assertThat(accepted(late.replace("[[", "[").replace("]]", "]"))).isNotNull();
    }

    @Test
    void refusesBrokenBinaryParts() {
        String head = "{\"inputs\":[{\"name\":\"a\",\"shape\":[1],\"datatype\":\"INT32\","
                + "\"parameters\":{\"binary_data_size\":4}}]}";
        assertThat(refusal(head, InferRequestJson.ALL_JSON).message()).contains("unexpected size for input 'a'");
        assertThat(refusal(head + "abc", head.length()).message()).contains("3 bytes are left");
        assertThat(refusal(head + "abcde", head.length()).message()).contains("unexpected additional input data");
        assertThat(refusal(head, head.length() + 1).message())
                .contains("inference header size should be in range (0, " + head.length() + ")");
        assertThat(refusal(head, 0).message()).contains("should be in range");
        assertThat(refusal(head.replace(":4}", ":3}") + "abc", head.length()).message())
                .contains("got 3 bytes")
                .contains("need 4");
        assertThat(refusal(head.replace("]}", ",\"x\":1}]}").replace("\"x\"", "\"data\""), head.length())
                        .message())
                .isNotEmpty();
    }

    private static Arguments invalid(String body, String part) {
        return Arguments.of(body, FailureReason.INVALID_INPUT, part);
    }

    private static Arguments tooLarge(String body, String part) {
        return Arguments.of(body, FailureReason.TOO_LARGE, part);
    }

    private static String input(String datatype, String shape, String data) {
        return "{\"inputs\":[{\"name\":\"a\",\"shape\":" + shape + ",\"datatype\":\"" + datatype + "\",\"data\":" + data
                + "}]}";
    }

    private static Decoded<ModelInferRequest> decode(String body, int jsonLength) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return InferRequestJson.decode("digits", "2", bytes, bytes.length, jsonLength, ProtocolLimits.DEFAULT);
    }

    private static ModelInferRequest accepted(String body) {
        Decoded<ModelInferRequest> decoded = decode(body, InferRequestJson.ALL_JSON);
        assertThat(decoded).isInstanceOf(Decoded.Valid.class);
        return ((Decoded.Valid<ModelInferRequest>) decoded).value();
    }

    private static Refusal refusal(String body, int jsonLength) {
        Decoded<ModelInferRequest> decoded = decode(body, jsonLength);
        assertThat(decoded).isInstanceOf(Decoded.Refused.class);
        return ((Decoded.Refused<ModelInferRequest>) decoded).refusal();
    }
}
