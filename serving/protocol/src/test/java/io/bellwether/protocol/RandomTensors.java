package io.bellwether.protocol;

import com.google.protobuf.ByteString;
import io.bellwether.protocol.oip.InferTensorContents;
import io.bellwether.protocol.oip.ModelInferRequest.InferInputTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** One random tensor in the three forms in which a client can send it: JSON text, typed contents and raw bytes. */
record RandomTensors(DataType type, List<Long> shape, ByteString raw, List<String> json, InferTensorContents typed) {

    static final List<DataType> JSON_TYPES = List.of(
            DataType.BOOL,
            DataType.UINT8,
            DataType.UINT16,
            DataType.UINT32,
            DataType.UINT64,
            DataType.INT8,
            DataType.INT16,
            DataType.INT32,
            DataType.INT64,
            DataType.FP32,
            DataType.FP64,
            DataType.BYTES);

    static RandomTensors next(Random random) {
        DataType type = JSON_TYPES.get(random.nextInt(JSON_TYPES.size()));
        List<Long> shape = new ArrayList<>();
        int elements = 1;
        for (int i = random.nextInt(4); i > 0; i--) {
            int dimension = random.nextInt(5);
            shape.add((long) dimension);
            elements *= dimension;
        }
        ByteBuffer raw = ByteBuffer.allocate(elements * 64 + 8).order(ByteOrder.LITTLE_ENDIAN);
        List<String> json = new ArrayList<>();
        InferTensorContents.Builder typed = InferTensorContents.newBuilder();
        for (int i = 0; i < elements; i++) {
            json.add(element(type, random, raw, typed));
        }
        return new RandomTensors(type, shape, ByteString.copyFrom(raw.flip()), json, typed.build());
    }

    InferInputTensor.Builder head(String name) {
        return InferInputTensor.newBuilder()
                .setName(name)
                .setDatatype(type.name())
                .addAllShape(shape);
    }

    /** The values flat, or nested by the shape. */
    String data(boolean nested) {
        return nested && !shape.isEmpty() && !json.isEmpty()
                ? nest(0, 0, json.size())
                : "[" + String.join(",", json) + "]";
    }

    private String nest(int dimension, int from, int to) {
        if (dimension == shape.size()) {
            return json.get(from);
        }
        int parts = Math.toIntExact(shape.get(dimension));
        int step = (to - from) / parts;
        List<String> items = new ArrayList<>();
        for (int i = 0; i < parts; i++) {
            items.add(nest(dimension + 1, from + i * step, from + (i + 1) * step));
        }
        return "[" + String.join(", ", items) + "]";
    }

    private static String element(DataType type, Random random, ByteBuffer raw, InferTensorContents.Builder typed) {
        long bits = random.nextInt(4) == 0 ? edge(random) : random.nextLong();
        switch (type) {
            case BOOL -> {
                boolean value = random.nextBoolean();
                raw.put((byte) (value ? 1 : 0));
                typed.addBoolContents(value);
                return String.valueOf(value);
            }
            case INT8, INT16, INT32 -> {
                int shift = Integer.SIZE - Byte.SIZE * type.widthBytes();
                int value = (int) bits << shift >> shift;
                IntegerRange.put(type, value, raw);
                typed.addIntContents(value);
                return String.valueOf(value);
            }
            case UINT8, UINT16, UINT32 -> {
                int shift = Integer.SIZE - Byte.SIZE * type.widthBytes();
                int value = (int) bits << shift >>> shift;
                IntegerRange.put(type, Integer.toUnsignedLong(value), raw);
                typed.addUintContents(value);
                return Integer.toUnsignedString(value);
            }
            case INT64 -> {
                raw.putLong(bits);
                typed.addInt64Contents(bits);
                return String.valueOf(bits);
            }
            case UINT64 -> {
                raw.putLong(bits);
                typed.addUint64Contents(bits);
                return Long.toUnsignedString(bits);
            }
            case FP32 -> {
                float value = Float.intBitsToFloat((int) bits);
                float finite = Float.isFinite(value) ? value : -0f;
                raw.putFloat(finite);
                typed.addFp32Contents(finite);
                return String.valueOf(finite);
            }
            case FP64 -> {
                double value = Double.longBitsToDouble(bits);
                double finite = Double.isFinite(value) ? value : -0d;
                raw.putDouble(finite);
                typed.addFp64Contents(finite);
                return String.valueOf(finite);
            }
            case BYTES -> {
                String text = text(random);
                byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
                raw.putInt(utf8.length).put(utf8);
                typed.addBytesContents(ByteString.copyFrom(utf8));
                return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
            }
            case FP16, BF16 -> throw new IllegalArgumentException(type + " is raw only");
        }
        throw new IllegalArgumentException(type.name());
    }

    private static long edge(Random random) {
        long[] edges = {0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE, Integer.MIN_VALUE, Integer.MAX_VALUE, 0x7F, 0x80, 0xFF
        };
        return edges[random.nextInt(edges.length)];
    }

    private static String text(Random random) {
        int[] characters = {'a', '"', '\\', 'é', '€', 0x1F600, '7'};
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(8); i > 0; i--) {
            text.appendCodePoint(characters[random.nextInt(characters.length)]);
        }
        return text.toString();
    }
}
