package io.bellwether.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.bellwether.protocol.DataType;
import io.bellwether.protocol.WireNames;
import io.bellwether.protocol.oip.GRPCInferenceServiceGrpc;
import io.bellwether.protocol.oip.InferParameter;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferResponse;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Random requests, whole and spoiled in one way, over both edges: the same outcome, the same reason, the same request at
 * the worker, the same bytes back.
 */
class EdgesAgreePropertyTest {
    private static final long SEED = Long.getLong("seed", 41L);
    private static final int ROUNDS = 600;
    private static final Metadata.Key<String> REASON =
            Metadata.Key.of(WireNames.TRAILER_REASON, Metadata.ASCII_STRING_MARSHALLER);

    private enum Fault {
        UNKNOWN_MODEL,
        UNKNOWN_VERSION,
        NO_INPUTS,
        TOO_MANY_INPUTS,
        DUPLICATE_INPUT,
        NAMELESS_INPUT,
        LONG_NAME,
        UNKNOWN_DATATYPE,
        NEGATIVE_DIMENSION,
        TOO_MANY_DIMENSIONS,
        TOO_MANY_ELEMENTS,
        ELEMENT_TOO_MUCH,
        LARGE_TEXT,
        SHARED_MEMORY,
        HOP_PARAMETER,
        TRITON_PARAMETER,
        BAD_TIMEOUT,
        BAD_PRIORITY,
        LONG_PARAMETER_NAME,
        LONG_ID,
        TOO_MANY_OUTPUTS
    }

    private static final List<Fault> FAULTS = List.of(Fault.values());

    @Test
    void bothEdgesAnswerAlike() {
        Map<Fault, Integer> refused = new EnumMap<>(Fault.class);
        int served = 0;
        FakeWorkerLink worker = new FakeWorkerLink().serving("m", "1").echoing();
        try (EdgeFixture gateway = new EdgeFixture(worker)) {
            for (int round = 0; round < ROUNDS; round++) {
                // Given
                Random random = new Random(SEED + round);
                TwoForms request = new TwoForms(random);
                boolean whole = random.nextInt(3) == 0;
                Fault fault = FAULTS.get(random.nextInt(FAULTS.size()));
                if (!whole) {
                    spoil(request, fault);
                    request.model = random.nextInt(4) == 0 ? "other" : request.model;
                }
                worker.received.clear();

                // When
                HttpResponse<byte[]> rest = rest(gateway, request);
                Answer grpc = grpc(gateway, request.grpc());

                // Then
                String what = "seed " + (SEED + round) + (whole ? "" : " " + fault);
                assertThat(rest.headers().firstValue(WireNames.HEADER_REASON).orElse(""))
                        .as(what)
                        .isEqualTo(grpc.reason());
                assertThat(rest.statusCode() == 200).as(what).isEqualTo(whole);
                if (whole) {
                    served++;
                    assertThat(worker.received).as(what).hasSize(2);
                    assertThat(worker.received.get(0)).as(what).isEqualTo(worker.received.get(1));
                    assertThat(outputs(rest)).as(what).isEqualTo(outputs(grpc.response()));
                } else {
                    refused.merge(fault, 1, Integer::sum);
                    assertThat(worker.received).as(what).isEmpty();
                }
            }
        }
        assertThat(served).isGreaterThan(ROUNDS / 5);
        assertThat(refused).containsOnlyKeys(Fault.values());
    }

    private static void spoil(TwoForms request, Fault fault) {
        TwoForms.Tensor first = request.inputs.get(0);
        String longText = "n".repeat(300);
        switch (fault) {
            case UNKNOWN_MODEL -> request.model = "other";
            case UNKNOWN_VERSION -> request.version = "9";
            case NO_INPUTS -> request.inputs.clear();
            case TOO_MANY_INPUTS -> {
                for (int i = 0; request.inputs.size() <= 4; i++) {
                    request.inputs.add(number("more" + i));
                }
            }
            case DUPLICATE_INPUT -> request.inputs.add(number(first.name));
            case NAMELESS_INPUT -> first.name = "";
            case LONG_NAME -> first.name = longText;
            case UNKNOWN_DATATYPE -> first.datatype = "FP99";
            case NEGATIVE_DIMENSION -> first.shape = List.of(-1L);
            case TOO_MANY_DIMENSIONS -> first.shape = List.of(1L, 1L, 1L, 1L, 1L);
            case TOO_MANY_ELEMENTS -> first.shape = List.of(200L, 100L);
            case ELEMENT_TOO_MUCH -> first.elements.add(request.element(first.type));
            case LARGE_TEXT -> {
                TwoForms.Tensor text = number("text");
                text.type = DataType.BYTES;
                text.datatype = "BYTES";
                text.elements.set(0, "t".repeat(1_001));
                request.inputs.set(0, text);
            }
            case SHARED_MEMORY -> first.parameters.put("shared_memory_region", text("r"));
            case HOP_PARAMETER -> request.parameters.put("bellwether_slot", text("1"));
            case TRITON_PARAMETER -> request.parameters.put("triton_x", text("1"));
            case BAD_TIMEOUT -> request.parameters.put("timeout", text("soon"));
            case BAD_PRIORITY -> request.parameters.put("priority", text("high"));
            case LONG_PARAMETER_NAME -> request.parameters.put(longText, text("1"));
            case LONG_ID -> request.id = longText;
            case TOO_MANY_OUTPUTS -> List.of("a", "b", "c", "d", "e").forEach(request.outputs::add);
        }
    }

    private static TwoForms.Tensor number(String name) {
        TwoForms.Tensor tensor = new TwoForms.Tensor();
        tensor.name = name;
        tensor.datatype = "INT32";
        tensor.shape = List.of(1L);
        tensor.elements.add(7L);
        return tensor;
    }

    private static InferParameter text(String value) {
        return InferParameter.newBuilder().setStringParam(value).build();
    }

    /** What a client of gRPC got: an answer, or the reason why there is none. */
    private record Answer(ModelInferResponse response, String reason) {}

    private static Answer grpc(EdgeFixture gateway, ModelInferRequest request) {
        try {
            return new Answer(
                    GRPCInferenceServiceGrpc.newBlockingStub(gateway.channel).modelInfer(request), "");
        } catch (StatusRuntimeException e) {
            String reason = e.getTrailers() == null ? null : e.getTrailers().get(REASON);
            return new Answer(ModelInferResponse.getDefaultInstance(), reason == null ? "none: " + e : reason);
        }
    }

    private static HttpResponse<byte[]> rest(EdgeFixture gateway, TwoForms request) {
        TwoForms.Rest rest = request.rest();
        String path = "/v2/models/" + request.model + (request.version.isEmpty() ? "" : "/versions/" + request.version)
                + "/infer";
        return gateway.send(
                gateway.request(path)
                        .header(WireNames.HEADER_JSON_LENGTH, Integer.toString(rest.jsonBytes()))
                        .POST(HttpRequest.BodyPublishers.ofByteArray(rest.body().toByteArray())),
                HttpResponse.BodyHandlers.ofByteArray());
    }

    private static List<String> outputs(ModelInferResponse answer) {
        return IntStream.range(0, answer.getOutputsCount())
                .mapToObj(i -> answer.getOutputs(i).getName()
                        + answer.getOutputs(i).getDatatype()
                        + answer.getOutputs(i).getShapeList()
                        + hex(answer.getRawOutputContents(i)))
                .toList();
    }

    private static List<String> outputs(HttpResponse<byte[]> answer) {
        ByteString body = ByteString.copyFrom(answer.body());
        int at = Integer.parseInt(
                answer.headers().firstValue(WireNames.HEADER_JSON_LENGTH).orElseThrow());
        JsonArray outputs = new JsonObject(new String(body.substring(0, at).toByteArray(), StandardCharsets.UTF_8))
                .getJsonArray("outputs");
        List<String> read = new ArrayList<>();
        for (int i = 0; i < outputs.size(); i++) {
            JsonObject output = outputs.getJsonObject(i);
            int size = output.getJsonObject("parameters").getInteger("binary_data_size");
            read.add(output.getString("name")
                    + output.getString("datatype")
                    + output.getJsonArray("shape").getList()
                    + hex(body.substring(at, at + size)));
            at += size;
        }
        assertThat(at).isEqualTo(body.size());
        return read;
    }

    private static String hex(ByteString bytes) {
        return HexFormat.of().formatHex(bytes.toByteArray());
    }
}
