package io.bellwether.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.bellwether.protocol.oip.InferParameter;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferResponse;
import io.bellwether.protocol.oip.ModelInferResponse.InferOutputTensor;
import io.bellwether.protocol.oip.ModelMetadataResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InferResponseJsonTest {

    @Test
    void writesFloatsShortestAndWhatIsNotFiniteAsNull() {
        // Given 0.1, 1e10, NaN, infinity, -0
        ModelInferResponse response =
                response("FP32", 5, "cdcccc3d" + "f9021550" + "0000c07f" + "0000807f" + "00000080");

        // When
        var body = InferResponseJson.encode(response, OutputPreferences.JSON);

        // Then
        assertThat(body.json().toStringUtf8())
                .isEqualTo("{\"model_name\":\"m\",\"model_version\":\"4\",\"outputs\":[{\"name\":\"y\","
                        + "\"datatype\":\"FP32\",\"shape\":[5],\"data\":[0.1,1.0E10,null,null,-0.0]}]}");
        assertThat(body.binary()).isFalse();
        assertThat(body.length()).isEqualTo(body.json().size());
    }

    @Test
    void writesHalvesAsTheFloatsTheyAre() {
        String halves = "003c" + "0100" + "ff7b" + "00c0" + "007c" + "0004";
        assertThat(json(response("FP16", 6, halves))).contains("[1.0,5.9604645E-8,65504.0,-2.0,null,6.1035156E-5]");
        assertThat(json(response("BF16", 1, "803f"))).contains("[1.0]");
    }

    @Test
    void writesIntegersOfEveryWidthAndStrings() {
        assertThat(json(response("UINT64", 1, "ffffffffffffffff"))).contains("[18446744073709551615]");
        assertThat(json(response("UINT32", 1, "ffffffff"))).contains("[4294967295]");
        assertThat(json(response("INT32", 1, "ffffffff"))).contains("[-1]");
        assertThat(json(response("UINT16", 1, "ffff"))).contains("[65535]");
        assertThat(json(response("UINT8", 1, "ff"))).contains("[255]");
        assertThat(json(response("INT8", 1, "ff"))).contains("[-1]");
        assertThat(json(response("BOOL", 2, "0100"))).contains("[true,false]");
        assertThat(json(response("BYTES", 2, "02000000" + "4122" + "00000000"))).contains("[\"A\\\"\",\"\"]");
    }

    @Test
    void answersAsBinaryWhereTheRequestSaysSo() {
        // Given
        InferParameter yes = InferParameter.newBuilder().setBoolParam(true).build();
        InferParameter no = InferParameter.newBuilder().setBoolParam(false).build();
        ModelInferRequest request = ModelInferRequest.newBuilder()
                .putParameters("binary_data_output", yes)
                .addOutputs(ModelInferRequest.InferRequestedOutputTensor.newBuilder()
                        .setName("z")
                        .putParameters("binary_data", no))
                .build();
        ModelInferResponse response = response("INT8", 2, "0102").toBuilder()
                .setId("q")
                .addOutputs(InferOutputTensor.newBuilder()
                        .setName("z")
                        .setDatatype("INT8")
                        .addShape(1))
                .addRawOutputContents(ByteString.fromHex("03"))
                .build();

        // When
        var body = InferResponseJson.encode(response, OutputPreferences.of(request));

        // Then
        assertThat(body.binary()).isTrue();
        assertThat(body.tensors()).containsExactly(ByteString.fromHex("0102"));
        assertThat(body.json().toStringUtf8())
                .contains("\"id\":\"q\"")
                .contains("\"shape\":[2],\"parameters\":{\"binary_data_size\":2}}")
                .contains("\"data\":[3]");
    }

    @Test
    void anAnswerThatIsNotRawIsABugOfTheCaller() {
        ModelInferResponse response =
                response("INT8", 1, "01").toBuilder().clearRawOutputContents().build();
        assertThatThrownBy(() -> InferResponseJson.encode(response, OutputPreferences.JSON))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void writesMetadataAndErrors() {
        ModelMetadataResponse model = ModelMetadataResponse.newBuilder()
                .setName("m")
                .addVersions("1")
                .setPlatform("pytorch")
                .addInputs(ModelMetadataResponse.TensorMetadata.newBuilder()
                        .setName("x")
                        .setDatatype("FP32")
                        .addShape(-1)
                        .addShape(64))
                .build();
        assertThat(new String(MetadataJson.model(model), StandardCharsets.UTF_8))
                .isEqualTo("{\"name\":\"m\",\"versions\":[\"1\"],\"platform\":\"pytorch\",\"inputs\":[{\"name\":\"x\","
                        + "\"datatype\":\"FP32\",\"shape\":[-1,64]}],\"outputs\":[]}");
        assertThat(new String(MetadataJson.error("bad \"x\"\n"), StandardCharsets.UTF_8))
                .isEqualTo("{\"error\":\"bad \\\"x\\\"\\n\"}");
        assertThat(new String(MetadataJson.modelReady("m", true), StandardCharsets.UTF_8))
                .isEqualTo("{\"name\":\"m\",\"ready\":true}");
    }

    @Test
    void anOutputMayBeAskedForAsBinaryByName() {
        assertThat(new OutputPreferences(false, Map.of("a", true)).binary("a")).isTrue();
    }

    private static String json(ModelInferResponse response) {
        return InferResponseJson.encode(response, OutputPreferences.JSON).json().toStringUtf8();
    }

    private static ModelInferResponse response(String datatype, long elements, String hex) {
        return ModelInferResponse.newBuilder()
                .setModelName("m")
                .setModelVersion("4")
                .addOutputs(InferOutputTensor.newBuilder()
                        .setName("y")
                        .setDatatype(datatype)
                        .addShape(elements))
                .addRawOutputContents(ByteString.fromHex(hex))
                .build();
    }
}
