package io.bellwether.gateway.hostile;

import com.google.protobuf.ByteString;
import io.bellwether.protocol.oip.InferTensorContents;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferRequest.InferInputTensor;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Bodies made to cost memory. */
enum HostileBody {
    DEEP(Edge.REST, 10, n -> text("[".repeat(n))),
    DEEP_WHERE_IGNORED(Edge.REST, 10, n -> text("{\"x\":" + "[".repeat(n))),
    MANY_EMPTY_INPUTS(Edge.REST, 10, n -> text("{\"inputs\":[" + "{},".repeat(n / 3))),
    SHAPE_WITHOUT_DATA(Edge.REST, 10, n -> text(input("[16777216]", "INT8", "") + " ".repeat(n))),
    LONG_ID(Edge.REST, 10, n -> text("{\"id\":\"" + "a".repeat(n) + "\",\"inputs\":[]}")),
    LONG_NAME(Edge.REST, 10, n -> text("{\"" + "a".repeat(n) + "\":1}")),
    LONG_NUMBER(Edge.REST, 10, n -> text(input("[" + "9".repeat(n) + "]", "INT8", ""))),
    MANY_PARAMETERS(Edge.REST, 10, n -> text("{\"parameters\":" + numbered(n) + "}")),
    MANY_NAMES(Edge.REST, 10, n -> text(numbered(n))),
    NUMBERS_OF_EIGHT_BYTES(Edge.REST, 10, n -> text(input("[" + n / 2 + "]", "FP64", "0,".repeat(n / 2 - 1) + "0"))),
    TEXTS_OF_ONE_BYTE(
            Edge.REST, 10, n -> text(input("[" + n / 4 + "]", "BYTES", "\"a\",".repeat(n / 4 - 1) + "\"a\""))),
    EMBEDDING_EMPTY_OBJECTS(Edge.OPENAI, 10, n -> text("{\"model\":\"m\",\"x\":[" + "{},".repeat(n / 3) + "{}]}")),
    EMBEDDING_NUMBERS(Edge.OPENAI, 10, n -> text("{\"model\":\"m\",\"input\":[" + "1,".repeat(n / 2) + "1]}")),
    EMBEDDING_MANY_NAMES(Edge.OPENAI, 10, n -> text(numbered(n))),
    EMBEDDING_LONG_TEXT(Edge.OPENAI, 10, n -> text("{\"model\":\"m\",\"input\":\"" + "a".repeat(n) + "\"}")),
    EMBEDDING_MANY_TEXTS(
            Edge.OPENAI, 10, n -> text("{\"model\":\"m\",\"input\":[" + "\"a\",".repeat(n / 4 - 1) + "\"a\"]}")),
    /** The usual body, for comparison: an honest tensor. */
    REST_BINARY_TENSOR(Edge.REST_BINARY, 3, n -> {
        String head =
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[%d],\"datatype\":\"INT8\",\"parameters\":{\"binary_data_size\":%d}}]}"
                        .formatted(n, n);
        return Arrays.copyOf(
                text(head + " ".repeat(HostileBody.HEAD_BYTES - head.length())), HostileBody.HEAD_BYTES + n);
    }),
    /** The same over gRPC. */
    GRPC_RAW_TENSOR(
            Edge.GRPC,
            3,
            n -> request(InferInputTensor.newBuilder()
                            .setName("x")
                            .setDatatype("INT8")
                            .addShape(n))
                    .toBuilder()
                    .addRawInputContents(ByteString.copyFrom(new byte[n]))
                    .build()
                    .toByteArray()),
    GRPC_EMPTY_INPUTS(Edge.GRPC, 10, n -> pairs(0x2a, 0, n)),
    GRPC_EMPTY_PARAMETERS(Edge.GRPC, 10, n -> pairs(0x22, 0, n)),
    GRPC_UNKNOWN_NUMBERS(Edge.GRPC, 10, n -> pairs(0x78, 1, n)),
    GRPC_MANY_DIMENSIONS(Edge.GRPC, 10, n -> request(InferInputTensor.newBuilder()
                    .addAllShape(IntStream.range(0, n).mapToObj(i -> 1L).toList()))
            .toByteArray()),
    GRPC_LONG_NAME(Edge.GRPC, 10, n -> ModelInferRequest.newBuilder()
            .setModelName("a".repeat(n))
            .build()
            .toByteArray()),
    /** Lists that protobuf makes before anybody can say no; they are counted at this price among the bodies held. */
    GRPC_TYPED_NUMBERS_OF_ONE_BYTE(Edge.GRPC, 36, n -> request(InferInputTensor.newBuilder()
                    .setName("x")
                    .setDatatype("INT64")
                    .addShape(n)
                    .setContents(InferTensorContents.newBuilder()
                            .addAllInt64Contents(
                                    IntStream.range(0, n).mapToObj(i -> 1L).toList())))
            .toByteArray()),
    GRPC_TYPED_TEXTS_OF_ONE_BYTE(Edge.GRPC, 36, n -> request(InferInputTensor.newBuilder()
                    .setName("x")
                    .setDatatype("BYTES")
                    .addShape(n / 3)
                    .setContents(InferTensorContents.newBuilder()
                            .addAllBytesContents(IntStream.range(0, n / 3)
                                    .mapToObj(i -> ByteString.copyFromUtf8("a"))
                                    .toList())))
            .toByteArray());

    /** JSON in front of raw tensors. */
    static final int HEAD_BYTES = 256;

    /** Which edge reads it. */
    enum Edge {
        REST,
        /** The first {@link #HEAD_BYTES} are JSON, the rest are tensors. */
        REST_BINARY,
        OPENAI,
        GRPC
    }

    final Edge edge;
    /** Heap that it may cost, in multiples of its own size. */
    final int ratioMax;

    // None of these functions has a state.
    @SuppressWarnings("ImmutableEnumChecker")
    private final IntFunction<byte[]> maker;

    HostileBody(Edge edge, int ratioMax, IntFunction<byte[]> maker) {
        this.edge = edge;
        this.ratioMax = ratioMax;
        this.maker = maker;
    }

    /** One of about so many bytes. */
    byte[] make(int bytes) {
        return maker.apply(bytes);
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String input(String shape, String datatype, String data) {
        return "{\"inputs\":[{\"name\":\"x\",\"shape\":" + shape + ",\"datatype\":\"" + datatype + "\",\"data\":["
                + data + "]}]}";
    }

    /** An object of many names. */
    private static String numbered(int bytes) {
        return IntStream.range(0, bytes / 11)
                .mapToObj(i -> "\"n" + (1_000_000 + i) + "\":1")
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static byte[] pairs(int first, int second, int bytes) {
        byte[] all = new byte[bytes / 2 * 2];
        for (int i = 0; i < all.length; i += 2) {
            all[i] = (byte) first;
            all[i + 1] = (byte) second;
        }
        return all;
    }

    private static ModelInferRequest request(InferInputTensor.Builder input) {
        return ModelInferRequest.newBuilder().setModelName("m").addInputs(input).build();
    }
}
