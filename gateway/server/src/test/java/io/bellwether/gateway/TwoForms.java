package io.bellwether.gateway;

import com.google.protobuf.ByteString;
import io.bellwether.protocol.DataType;
import io.bellwether.protocol.oip.InferParameter;
import io.bellwether.protocol.oip.InferTensorContents;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferRequest.InferInputTensor;
import io.bellwether.protocol.oip.ModelInferRequest.InferRequestedOutputTensor;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** One request of a client, to be written for REST and for gRPC. Fields are open so that a test can spoil them. */
final class TwoForms {
    private static final List<DataType> TYPES = List.of(DataType.values());

    String model = "m";
    String version = "";
    String id = "";
    final Map<String, InferParameter> parameters = new TreeMap<>();
    final List<Tensor> inputs = new ArrayList<>();
    final List<String> outputs = new ArrayList<>();
    private final Random random;

    /** One input; its elements are numbers, booleans or texts. */
    static final class Tensor {
        String name = "";
        String datatype = "";
        DataType type = DataType.INT32;
        List<Long> shape = List.of();
        final List<Object> elements = new ArrayList<>();
        final Map<String, InferParameter> parameters = new TreeMap<>();
        boolean binary;
    }

    /**
     * The body for REST.
     *
     * @param jsonBytes where the raw tensors begin
     */
    record Rest(ByteString body, int jsonBytes) {}

    /** A request that nothing is wrong with. */
    TwoForms(Random random) {
        this.random = random;
        int count = 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            inputs.add(tensor("input" + i));
        }
        if (random.nextBoolean()) {
            id = "request " + random.nextInt(1_000);
        }
        if (random.nextInt(3) == 0) {
            version = "1";
        }
        if (random.nextInt(3) == 0) {
            outputs.add(inputs.get(random.nextInt(count)).name);
        }
        List.of("a", "b", "c").forEach(name -> {
            if (random.nextInt(3) == 0) {
                parameters.put(name, parameter());
            }
        });
    }

    private InferParameter parameter() {
        InferParameter.Builder value = InferParameter.newBuilder();
        return switch (random.nextInt(5)) {
            case 0 -> value.setBoolParam(random.nextBoolean()).build();
            case 1 -> value.setInt64Param(random.nextLong()).build();
            case 2 -> value.setUint64Param(random.nextLong() | Long.MIN_VALUE).build();
            case 3 -> value.setDoubleParam(random.nextInt(100) + 0.5).build();
            default -> value.setStringParam("ü" + random.nextInt()).build();
        };
    }

    private Tensor tensor(String name) {
        Tensor tensor = new Tensor();
        tensor.name = name;
        tensor.type = TYPES.get(random.nextInt(TYPES.size()));
        tensor.datatype = tensor.type.name();
        tensor.shape = random.longs(random.nextInt(3), 0, 4).boxed().toList();
        long count = tensor.shape.stream().reduce(1L, (a, b) -> a * b);
        for (long i = 0; i < count; i++) {
            tensor.elements.add(element(tensor.type));
        }
        tensor.binary = tensor.type.rawOnly() || random.nextBoolean();
        return tensor;
    }

    Object element(DataType type) {
        return switch (type) {
            case BOOL -> random.nextBoolean();
            case BYTES -> "é".repeat(random.nextInt(3)) + random.nextInt(10);
            case FP32 -> random.nextFloat() * 1e10f;
            case FP64 -> random.nextGaussian() * 1e100;
            case FP16, BF16, INT16 -> (long) (short) random.nextInt();
            case INT8 -> (long) (byte) random.nextInt();
            case UINT8 -> (long) random.nextInt(1 << 8);
            case UINT16 -> (long) random.nextInt(1 << 16);
            case INT32 -> (long) random.nextInt();
            case UINT32 -> Integer.toUnsignedLong(random.nextInt());
            case INT64, UINT64 -> random.nextLong();
        };
    }

    Rest rest() {
        JsonObject json = new JsonObject();
        if (!id.isEmpty()) {
            json.put("id", id);
        }
        json.put("parameters", json(parameters).put("binary_data_output", true));
        ByteArrayOutputStream behind = new ByteArrayOutputStream();
        JsonArray list = new JsonArray();
        for (Tensor input : inputs) {
            JsonObject one = new JsonObject().put("name", input.name).put("datatype", input.datatype);
            JsonObject extra = json(input.parameters);
            if (input.binary) {
                byte[] raw = raw(input).toByteArray();
                behind.writeBytes(raw);
                extra.put("binary_data_size", raw.length);
            } else {
                one.put("data", random.nextBoolean() ? flat(input) : nested(input));
            }
            list.add(one.put("shape", new JsonArray(input.shape)).put("parameters", extra));
        }
        json.put("inputs", list);
        if (!outputs.isEmpty()) {
            JsonArray wanted = new JsonArray();
            outputs.forEach(name -> wanted.add(new JsonObject().put("name", name)));
            json.put("outputs", wanted);
        }
        byte[] head = json.encode().getBytes(StandardCharsets.UTF_8);
        return new Rest(ByteString.copyFrom(head).concat(ByteString.copyFrom(behind.toByteArray())), head.length);
    }

    ModelInferRequest grpc() {
        ModelInferRequest.Builder request = ModelInferRequest.newBuilder()
                .setModelName(model)
                .setModelVersion(version)
                .setId(id)
                .putAllParameters(parameters)
                .putParameters(
                        "binary_data_output",
                        InferParameter.newBuilder().setBoolParam(true).build());
        boolean raw = inputs.stream().anyMatch(input -> input.type.rawOnly()) || random.nextBoolean();
        for (Tensor input : inputs) {
            InferInputTensor.Builder tensor = request.addInputsBuilder()
                    .setName(input.name)
                    .setDatatype(input.datatype)
                    .addAllShape(input.shape)
                    .putAllParameters(input.parameters);
            if (raw) {
                request.addRawInputContents(raw(input));
            } else {
                tensor.setContents(typed(input));
            }
        }
        outputs.forEach(name ->
                request.addOutputs(InferRequestedOutputTensor.newBuilder().setName(name)));
        return request.build();
    }

    private static JsonObject json(Map<String, InferParameter> parameters) {
        JsonObject json = new JsonObject();
        parameters.forEach((name, value) -> {
            switch (value.getParameterChoiceCase()) {
                case BOOL_PARAM -> json.put(name, value.getBoolParam());
                case INT64_PARAM -> json.put(name, value.getInt64Param());
                case UINT64_PARAM -> json.put(name, new BigDecimal(Long.toUnsignedString(value.getUint64Param())));
                case DOUBLE_PARAM -> json.put(name, value.getDoubleParam());
                default -> json.put(name, value.getStringParam());
            }
        });
        return json;
    }

    private static JsonArray flat(Tensor input) {
        JsonArray data = new JsonArray();
        input.elements.forEach(element -> data.add(json(input.type, element)));
        return data;
    }

    /** In rows of the last dimension, where that divides the elements. */
    private static JsonArray nested(Tensor input) {
        int columns = input.shape.isEmpty() ? 1 : (int) Math.max(1, input.shape.get(input.shape.size() - 1));
        JsonArray rows = new JsonArray();
        for (int i = 0; i < input.elements.size(); i++) {
            if (i % columns == 0) {
                rows.add(new JsonArray());
            }
            rows.getJsonArray(rows.size() - 1).add(json(input.type, input.elements.get(i)));
        }
        return rows;
    }

    private static Object json(DataType type, Object element) {
        return type == DataType.UINT64 ? new BigDecimal(Long.toUnsignedString((Long) element)) : element;
    }

    private static ByteString raw(Tensor input) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (Object element : input.elements) {
            ByteBuffer bytes = ByteBuffer.allocate(2_048).order(ByteOrder.LITTLE_ENDIAN);
            if (element instanceof String text) {
                byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
                bytes.putInt(utf8.length).put(utf8);
            } else if (element instanceof Boolean truth) {
                bytes.put((byte) (truth ? 1 : 0));
            } else if (element instanceof Float number) {
                bytes.putFloat(number);
            } else if (element instanceof Double number) {
                bytes.putDouble(number);
            } else {
                bytes.putLong((Long) element).position(input.type.widthBytes());
            }
            all.writeBytes(ByteString.copyFrom(bytes.flip()).toByteArray());
        }
        return ByteString.copyFrom(all.toByteArray());
    }

    private static InferTensorContents typed(Tensor input) {
        InferTensorContents.Builder contents = InferTensorContents.newBuilder();
        for (Object element : input.elements) {
            switch (input.type) {
                case BOOL -> contents.addBoolContents((Boolean) element);
                case INT8, INT16, INT32 -> contents.addIntContents(((Long) element).intValue());
                case UINT8, UINT16, UINT32 -> contents.addUintContents(((Long) element).intValue());
                case INT64 -> contents.addInt64Contents((Long) element);
                case UINT64 -> contents.addUint64Contents((Long) element);
                case FP32 -> contents.addFp32Contents((Float) element);
                case FP64 -> contents.addFp64Contents((Double) element);
                case BYTES -> contents.addBytesContents(ByteString.copyFromUtf8((String) element));
                case FP16, BF16 -> throw new IllegalStateException("raw only");
            }
        }
        return contents.build();
    }
}
