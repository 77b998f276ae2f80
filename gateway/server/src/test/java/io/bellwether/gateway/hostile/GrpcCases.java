package io.bellwether.gateway.hostile;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.bellwether.gateway.Requests;
import io.bellwether.gateway.hostile.GrpcCase.Expected;
import io.bellwether.protocol.WireNames;
import io.bellwether.protocol.oip.InferParameter;
import io.bellwether.protocol.oip.InferTensorContents;
import io.bellwether.protocol.oip.ModelConfigRequest;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferRequest.InferInputTensor;
import io.bellwether.protocol.oip.ModelInferRequest.InferRequestedOutputTensor;
import io.bellwether.protocol.oip.ModelMetadataRequest;
import io.bellwether.protocol.oip.ModelReadyRequest;
import io.bellwether.protocol.oip.ModelStatisticsRequest;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Wrong calls over gRPC, made of tables: each hostile value in each slot that takes it. */
final class GrpcCases {
    /** What the protocol limits names to. */
    private static final int NAME_CHARACTERS_MAX = 256;

    private static final List<Long> LONGS = List.of(
            -1L,
            0L,
            3L,
            Integer.MAX_VALUE + 0L,
            Integer.MAX_VALUE + 1L,
            Integer.MIN_VALUE - 1L,
            1L << 32,
            (1L << 53) + 1,
            Long.MAX_VALUE,
            Long.MIN_VALUE);

    /** Methods that are offered, other than inference. */
    private static final List<String> OTHER_METHODS = List.of(
            "ServerLive",
            "ServerReady",
            "ModelReady",
            "ServerMetadata",
            "ModelMetadata",
            "ModelConfig",
            "ModelStatistics",
            "RepositoryIndex");

    private final List<GrpcCase> all = new ArrayList<>();

    static List<GrpcCase> all() {
        GrpcCases cases = new GrpcCases();
        HostileValues.NAMES.forEach(cases::names);
        HostileValues.NAMES.stream().filter(GrpcCases::isMetadata).forEach(cases::requestIds);
        LONGS.forEach(cases::numbers);
        cases.contents();
        cases.counts();
        cases.parameters();
        cases.messages();
        cases.notOffered();
        return cases.all;
    }

    private void names(String name) {
        infer(
                "model " + name,
                name.length() > NAME_CHARACTERS_MAX ? Expected.invalid() : Expected.notFound(),
                r -> r.setModelName(name),
                name);
        infer(
                "version " + name,
                name.length() > NAME_CHARACTERS_MAX ? Expected.invalid() : Expected.notFound(),
                r -> r.setModelVersion(name),
                name);
        infer("input " + name, Expected.invalid(), r -> r.getInputsBuilder(0).setName(name), name);
        infer("datatype " + name, Expected.invalid(), r -> r.getInputsBuilder(0).setDatatype(name), name);
        infer("output " + name, Expected.invalid(), r -> r.addOutputs(output(name)), name);
        infer("reserved " + name, Expected.invalid(), r -> r.putParameters("bellwether_" + name, flag()), name);
        infer(
                "shared memory " + name,
                name.length() > 256 ? Expected.invalid() : Expected.of(Status.Code.UNIMPLEMENTED, "UNSUPPORTED"),
                r -> r.getInputsBuilder(0).putParameters("shared_memory_" + name, flag()),
                name);
        infer(
                "id with a wrong shape " + name,
                Expected.invalid(),
                r -> r.setId(name).getInputsBuilder(0).clearShape(),
                name);
        String at = " of model " + name;
        var metadata = ModelMetadataRequest.newBuilder().setName(name).build();
        var ready = ModelReadyRequest.newBuilder().setName("m").setVersion(name).build();
        var config =
                ModelConfigRequest.newBuilder().setName(name).setVersion(name).build();
        var statistics = ModelStatisticsRequest.newBuilder().setName(name).build();
        all.add(GrpcCase.of("metadata" + at, "ModelMetadata", metadata, Expected.notFound(), name));
        all.add(GrpcCase.of("readiness" + at, "ModelReady", ready, Expected.ok(), name));
        all.add(GrpcCase.of("configuration" + at, "ModelConfig", config, Expected.notFound(), name));
        all.add(GrpcCase.of("statistics" + at, "ModelStatistics", statistics, Expected.notFound(), name));
    }

    private static boolean isMetadata(String name) {
        return name.chars().allMatch(c -> c >= ' ' && c < 0x7f) && !name.matches("x{1,128}");
    }

    private void requestIds(String name) {
        all.add(GrpcCase.infer("request id " + name, Requests.raw("m", ""), Expected.invalid(), name)
                .with(WireNames.METADATA_REQUEST_ID, name));
    }

    private void numbers(long number) {
        infer("dimension " + number, Expected.invalid(), r -> r.getInputsBuilder(0)
                .setShape(1, number));
        infer("all dimensions " + number, Expected.invalid(), r -> r.getInputsBuilder(0)
                .clearShape()
                .addAllShape(Collections.nCopies(4, number)));
        infer("many dimensions " + number, Expected.invalid(), r -> r.getInputsBuilder(0)
                .addAllShape(Collections.nCopies(1_000, number)));
        InferParameter signed =
                InferParameter.newBuilder().setInt64Param(number).build();
        infer("timeout " + number, timeout(number), r -> r.putParameters("timeout", signed));
        infer("unknown number " + number, Expected.ok(), r -> r.putParameters("x", signed));
    }

    private void contents() {
        for (double number : new double[] {
            Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -0.0, 4.9e-324, Double.MAX_VALUE
        }) {
            InferParameter real =
                    InferParameter.newBuilder().setDoubleParam(number).build();
            infer("timeout " + number, Expected.invalid(), r -> r.putParameters("timeout", real));
            infer("unknown number " + number, Expected.ok(), r -> r.putParameters("x", real));
            infer(
                    "FP32 " + number,
                    Expected.ok(),
                    r -> r.setRawInputContents(0, Requests.floats((float) number, (float) number)));
        }
        for (int number : new int[] {128, -129, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            typed("INT8", c -> c.addIntContents(number));
            typed("UINT8", c -> c.addUintContents(number | 256));
        }
        typed("FP32", c -> c.addFp64Contents(1));
        typed("FP32", c -> c.addFp32Contents(1).addFp32Contents(2));
        typed("FP32", c -> c.addFp32Contents(1).addIntContents(1));
        typed("FP16", c -> c.addFp32Contents(1));
        typed("BF16", c -> c.addFp32Contents(1));
        typed("BOOL", c -> c.addIntContents(1));
        typed("INT64", c -> c.addIntContents(1));
        typed("BYTES", c -> c.addBytesContents(ByteString.copyFrom(new byte[1_001])));
        typed("BYTES", c -> c.addBytesContents(ByteString.EMPTY).addBytesContents(ByteString.EMPTY));
        typed("FP32", c -> {});
        infer("neither contents nor raw", Expected.invalid(), r -> r.clearRawInputContents());
        infer("contents and raw", Expected.invalid(), r -> r.getInputsBuilder(0)
                .setContents(InferTensorContents.newBuilder().addFp32Contents(1)));
        for (int size : new int[] {0, 1, 7, 9, 4_000}) {
            infer(
                    size + " raw bytes",
                    Expected.invalid(),
                    r -> r.setRawInputContents(0, ByteString.copyFrom(new byte[size])));
        }
        for (int length : new int[] {-1, 5, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            infer("BYTES of length " + length, Expected.invalid(), r -> {
                r.getInputsBuilder(0).setDatatype("BYTES").clearShape().addShape(1);
                r.setRawInputContents(0, littleEndian(length).concat(ByteString.copyFromUtf8("abcd")));
            });
        }
    }

    private void counts() {
        infer("no inputs", Expected.invalid(), r -> r.clearInputs().clearRawInputContents());
        infer(
                "no raw for the second input",
                Expected.invalid(),
                r -> r.addInputs(r.getInputs(0).toBuilder().setName("z")));
        infer("raw without an input", Expected.invalid(), r -> r.addRawInputContents(ByteString.EMPTY));
        infer("the same input twice", Expected.invalid(), r -> r.addInputs(r.getInputs(0))
                .addRawInputContents(r.getRawInputContents(0)));
        infer("many inputs", Expected.invalid(), r -> r.addAllInputs(Collections.nCopies(1_000, r.getInputs(0))));
        infer(
                "many raw",
                Expected.invalid(),
                r -> r.addAllRawInputContents(Collections.nCopies(10_000, ByteString.EMPTY)));
        infer("many outputs", Expected.invalid(), r -> r.addAllOutputs(Collections.nCopies(1_000, output("y"))));
        infer("many parameters", Expected.invalid(), r -> {
            for (int i = 0; i < 1_000; i++) {
                r.putParameters("p" + i, flag());
            }
        });
        infer("nothing", Expected.invalid(), r -> r.clear());
        infer("more tensor than allowed", Expected.invalid(), r -> {
            r.getInputsBuilder(0).setShape(1, 2_000);
            r.setRawInputContents(0, ByteString.copyFrom(new byte[8_000]));
        });
    }

    private void parameters() {
        String large = "y".repeat(3_500);
        infer("large model name", Expected.invalid(), r -> r.setModelName(large), large);
        infer("large version", Expected.invalid(), r -> r.setModelVersion(large), large);
        infer("large id", Expected.invalid(), r -> r.setId(large), large);
        infer("large input name", Expected.invalid(), r -> r.getInputsBuilder(0).setName(large), large);
        infer("large datatype", Expected.invalid(), r -> r.getInputsBuilder(0).setDatatype(large), large);
        infer("large output name", Expected.invalid(), r -> r.addOutputs(output(large)), large);
        infer(
                "large reserved parameter",
                Expected.invalid(),
                r -> r.putParameters("bellwether_" + large, flag()),
                large);
        infer("large parameter", Expected.invalid(), r -> r.putParameters(large, flag()), large);
        infer(
                "timeout as text",
                Expected.invalid(),
                r -> r.putParameters(
                        "timeout",
                        InferParameter.newBuilder().setStringParam("1").build()));
        infer("timeout as flag", Expected.invalid(), r -> r.putParameters("timeout", flag()));
        var metadata = ModelMetadataRequest.newBuilder().setName(large).build();
        all.add(GrpcCase.of("metadata of a large name", "ModelMetadata", metadata, Expected.notFound(), large));
        for (String deadline : List.of("1", "1X", "-1S", "abc", "123456789n", "1e3S", "NaN")) {
            all.add(new GrpcCase(
                    "deadline " + deadline,
                    "ModelInfer",
                    Requests.raw("m", "").toByteString(),
                    Map.of("grpc-timeout", deadline),
                    new Expected(Set.of(Status.Code.INTERNAL, Status.Code.CANCELLED), Set.of()),
                    List.of()));
        }
    }

    /** Bytes that are no message, or more of one than can be. */
    private void messages() {
        ByteString good = Requests.raw("m", "").toByteString();
        bytes("cut message", good.substring(0, good.size() - 3));
        bytes("text", ByteString.copyFromUtf8("{\"inputs\":[]}"));
        bytes("tag 0", good.concat(ByteString.copyFrom(new byte[] {0, 0})));
        bytes("wire type 7", good.concat(ByteString.copyFrom(new byte[] {0x0f, 1})));
        bytes(
                "endless number",
                good.concat(ByteString.copyFrom(new byte[] {8, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1})));
        bytes("length over the end", good.concat(ByteString.copyFrom(new byte[] {0x0a, -1, -1, -1, -1, 7})));
        bytes("negative length", good.concat(ByteString.copyFrom(new byte[] {0x0a, -1, -1, -1, -1, 15})));
        bytes("name that is not UTF-8", good.concat(ByteString.copyFrom(new byte[] {0x0a, 2, -64, -81})));
        ByteString open = ByteString.copyFrom(new byte[] {(byte) 0x9b, 6});
        bytes("groups in groups", good.concat(ByteString.copyFrom(Collections.nCopies(10_000, open))));
        bytes("end of a group that never began", good.concat(ByteString.copyFrom(new byte[] {(byte) 0x9c, 6})));
        for (String method : OTHER_METHODS) {
            all.add(new GrpcCase(
                    method + " of text",
                    method,
                    ByteString.copyFromUtf8("nonsense"),
                    Map.of(),
                    Expected.invalid(),
                    List.of()));
        }
        UnknownFieldSet unknown = UnknownFieldSet.newBuilder()
                .addField(99, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                .build();
        infer("unknown field", Expected.ok(), r -> r.setUnknownFields(unknown));
    }

    private void notOffered() {
        for (String method :
                List.of("RepositoryModelLoad", "SystemSharedMemoryStatus", "TraceSetting", "LogSettings", "..", "x")) {
            all.add(new GrpcCase(
                    "method " + method,
                    method,
                    ByteString.EMPTY,
                    Map.of(),
                    Expected.of(Status.Code.UNIMPLEMENTED),
                    List.of(method)));
        }
    }

    private static Expected timeout(long micros) {
        return micros < 0
                ? Expected.invalid()
                : new Expected(Set.of(Status.Code.OK, Status.Code.DEADLINE_EXCEEDED), Set.of("DEADLINE_EXCEEDED"));
    }

    private void bytes(String what, ByteString bytes) {
        all.add(new GrpcCase(what, "ModelInfer", bytes, Map.of(), Expected.invalid(), List.of()));
    }

    private void typed(String datatype, Consumer<InferTensorContents.Builder> contents) {
        InferTensorContents.Builder filled = InferTensorContents.newBuilder();
        contents.accept(filled);
        ModelInferRequest request = ModelInferRequest.newBuilder()
                .setModelName("m")
                .addInputs(InferInputTensor.newBuilder()
                        .setName("x")
                        .setDatatype(datatype)
                        .addShape(1)
                        .setContents(filled))
                .build();
        all.add(GrpcCase.infer("typed contents of " + datatype, request, Expected.invalid()));
    }

    private void infer(String what, Expected expected, Consumer<ModelInferRequest.Builder> change, String... sent) {
        ModelInferRequest.Builder request = Requests.raw("m", "").toBuilder();
        change.accept(request);
        all.add(GrpcCase.infer(what, request.build(), expected, sent));
    }

    private static InferRequestedOutputTensor output(String name) {
        return InferRequestedOutputTensor.newBuilder().setName(name).build();
    }

    private static InferParameter flag() {
        return InferParameter.newBuilder().setBoolParam(true).build();
    }

    private static ByteString littleEndian(int value) {
        return ByteString.copyFrom(
                new byte[] {(byte) value, (byte) (value >> 8), (byte) (value >> 16), (byte) (value >> 24)});
    }
}
