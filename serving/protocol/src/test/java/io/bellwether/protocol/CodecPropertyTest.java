package io.bellwether.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferResponse;
import io.bellwether.protocol.oip.ModelInferResponse.InferOutputTensor;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The three ways in give the same request, and an answer reads back as the bytes it was made of. */
class CodecPropertyTest {
    private static final int ROUNDS = 3000;

    private static final long SEED = Long.getLong("seed", 20260101L);

    @Test
    void jsonTypedAndRawRequestsAreTheSameRequest() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            // Given
            Random random = new Random(SEED + round);
            List<RandomTensors> tensors = new ArrayList<>();
            for (int i = 1 + random.nextInt(3); i > 0; i--) {
                tensors.add(RandomTensors.next(random));
            }
            ModelInferRequest raw = raw(tensors);
            Mixed mixed = mixed(tensors, random);

            // When
            var fromRaw = RequestCheck.normalise(raw, ProtocolLimits.DEFAULT);
            var fromTyped = RequestCheck.normalise(typed(tensors), ProtocolLimits.DEFAULT);
            var fromJson = InferRequestJson.decode(
                    "m", "3", mixed.body(), mixed.bytes().size(), mixed.jsonLength(), ProtocolLimits.DEFAULT);

            // Then
            assertThat(fromRaw).as("seed %d", SEED + round).isEqualTo(Decoded.valid(raw));
            assertThat(fromTyped).as("seed %d", SEED + round).isEqualTo(fromRaw);
            assertThat(fromJson).as("seed %d body %s", SEED + round, mixed).isEqualTo(fromRaw);
        }
    }

    @Test
    void anAnswerAsJsonReadsBackAsTheSameBytes() {
        for (int round = 0; round < ROUNDS; round++) {
            // Given
            Random random = new Random(SEED + round);
            RandomTensors tensor = RandomTensors.next(random);
            ModelInferResponse response = ModelInferResponse.newBuilder()
                    .setModelName("m")
                    .addOutputs(InferOutputTensor.newBuilder()
                            .setName("t0")
                            .setDatatype(tensor.type().name())
                            .addAllShape(tensor.shape()))
                    .addRawOutputContents(tensor.raw())
                    .build();

            // When
            String json = InferResponseJson.encode(response, OutputPreferences.JSON)
                    .json()
                    .toStringUtf8();
            byte[] body = json.replace("\"outputs\"", "\"inputs\"").getBytes(StandardCharsets.UTF_8);
            var back = InferRequestJson.decode(
                    "m", "", body, body.length, InferRequestJson.ALL_JSON, ProtocolLimits.DEFAULT);

            // Then
            assertThat(back).as("seed %d json %s", SEED + round, json).isInstanceOf(Decoded.Valid.class);
            ModelInferRequest request = ((Decoded.Valid<ModelInferRequest>) back).value();
            assertThat(request.getRawInputContents(0))
                    .as("seed %d", SEED + round)
                    .isEqualTo(tensor.raw());
        }
    }

    private record Mixed(ByteString bytes, int jsonLength) {
        byte[] body() {
            return bytes.toByteArray();
        }

        @Override
        public String toString() {
            return bytes.toStringUtf8();
        }
    }

    /** A body with the fields of each input in random order and some inputs binary. */
    private static Mixed mixed(List<RandomTensors> tensors, Random random) throws Exception {
        List<String> inputs = new ArrayList<>();
        ByteArrayOutputStream tail = new ByteArrayOutputStream();
        boolean anyBinary = false;
        for (int i = 0; i < tensors.size(); i++) {
            RandomTensors tensor = tensors.get(i);
            List<String> fields = new ArrayList<>(List.of(
                    "\"name\" : \"t" + i + "\"",
                    "\"shape\":" + Shape.text(tensor.shape()),
                    "\"datatype\":\"" + tensor.type() + "\"",
                    "\"extra\":{\"a\":[1,{\"b\":null}]}"));
            if (random.nextInt(3) == 0) {
                fields.add(
                        "\"parameters\":{\"binary_data_size\":" + tensor.raw().size() + "}");
                tail.write(tensor.raw().toByteArray());
                anyBinary = true;
            } else {
                fields.add("\"data\":" + tensor.data(random.nextBoolean()));
            }
            Collections.shuffle(fields, random);
            inputs.add("{" + String.join(",", fields) + "}");
        }
        byte[] json = ("{\"inputs\": [" + String.join(", ", inputs) + "]}\n").getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.write(json);
        tail.writeTo(body);
        return new Mixed(ByteString.copyFrom(body.toByteArray()), anyBinary ? json.length : InferRequestJson.ALL_JSON);
    }

    private static ModelInferRequest.Builder target() {
        return ModelInferRequest.newBuilder().setModelName("m").setModelVersion("3");
    }

    private static ModelInferRequest raw(List<RandomTensors> tensors) {
        ModelInferRequest.Builder request = target();
        for (int i = 0; i < tensors.size(); i++) {
            request.addInputs(tensors.get(i).head("t" + i));
            ByteString raw = tensors.get(i).raw();
            request.addRawInputContents(raw);
        }
        return request.build();
    }

    private static ModelInferRequest typed(List<RandomTensors> tensors) {
        ModelInferRequest.Builder request = target();
        for (int i = 0; i < tensors.size(); i++) {
            request.addInputs(
                    tensors.get(i).head("t" + i).setContents(tensors.get(i).typed()));
        }
        return request.build();
    }
}
