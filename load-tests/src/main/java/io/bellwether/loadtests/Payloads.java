package io.bellwether.loadtests;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.bellwether.protocol.oip.InferParameter;
import io.bellwether.protocol.oip.ModelInferRequest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.StringJoiner;

/** Requests for rows, in the three forms of the protocol: JSON, JSON with binary tensors, gRPC with raw contents. */
final class Payloads implements Rows {
    private static final long MICROS_PER_MILLI = 1000;
    private static final int TOKEN_MIN = 1000;
    private static final int TOKEN_MAX = 20_000;
    private static final double FRACTION = 64;

    /**
     * One input of one row.
     *
     * @param shape without the batch dimension
     * @param json its elements, separated by commas
     * @param raw its elements, little-endian
     */
    record Input(String name, String datatype, List<Long> shape, String json, ByteString raw) {}

    /** A declared input of a model; every dimension is known. */
    record Declared(String name, String datatype, List<Long> shape) {
        long elements() {
            return shape.stream().reduce(1L, Math::multiplyExact);
        }
    }

    /** A request of the binary extension: a JSON head of {@code headBytes}, then the tensors. */
    record Binary(ByteString body, int headBytes) {}

    private final List<List<Input>> rows;
    private final Rows labels;

    private Payloads(List<List<Input>> rows, Rows labels) {
        this.rows = rows;
        this.labels = labels;
    }

    /** Rows of samples, as the only input of a model. */
    static Payloads of(Samples samples, String input) {
        List<List<Input>> rows = new ArrayList<>();
        for (int row = 0; row < samples.rows(); row++) {
            String json = samples.json(row);
            rows.add(List.of(new Input(
                    input,
                    "FP32",
                    List.of((long) samples.width()),
                    json.substring(1, json.length() - 1),
                    UnsafeByteOperations.unsafeWrap(samples.raw(row)))));
        }
        return new Payloads(rows, samples);
    }

    /**
     * Rows by a seed: multiples of 1/64 between -1 and 1 for FP32, for INT64 token ids, and ones where the name says mask and
     * zeros where it says type.
     */
    static Payloads synthetic(List<Declared> inputs, int count, long seed) throws LoadProblem {
        SplittableRandom random = new SplittableRandom(seed);
        List<List<Input>> rows = new ArrayList<>();
        for (int row = 0; row < count; row++) {
            List<Input> of = new ArrayList<>();
            for (Declared input : inputs) {
                of.add(synthetic(input, random));
            }
            rows.add(of);
        }
        return new Payloads(rows, new Unlabelled(count));
    }

    private static Input synthetic(Declared input, SplittableRandom random) throws LoadProblem {
        int elements = Math.toIntExact(input.elements());
        StringJoiner json = new StringJoiner(",");
        ByteBuffer raw = ByteBuffer.allocateDirect(elements * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < elements; i++) {
            if (input.datatype().equals("FP32")) {
                float value = (float) (random.nextInt((int) -FRACTION, (int) FRACTION) / FRACTION);
                json.add(Float.toString(value));
                raw.putFloat(value);
            } else if (input.datatype().equals("INT64")) {
                long value = input.name().contains("mask")
                        ? 1
                        : input.name().contains("type") ? 0 : random.nextLong(TOKEN_MIN, TOKEN_MAX);
                json.add(Long.toString(value));
                raw.putLong(value);
            } else {
                throw new LoadProblem("input " + input.name() + " is " + input.datatype()
                        + "; requests are made for FP32 and INT64 only");
            }
        }
        return new Input(
                input.name(),
                input.datatype(),
                input.shape(),
                json.toString(),
                UnsafeByteOperations.unsafeWrap(raw.flip()));
    }

    /** The same with {@code value} as the first element of row 0. */
    Payloads withFirstElement(float value) {
        List<List<Input>> changed = new ArrayList<>(rows);
        Input first = rows.get(0).get(0);
        ByteBuffer raw = ByteBuffer.allocateDirect(first.raw().size()).order(ByteOrder.LITTLE_ENDIAN);
        raw.put(first.raw().asReadOnlyByteBuffer()).putFloat(0, value);
        Input poisonous = new Input(
                first.name(),
                first.datatype(),
                first.shape(),
                value + first.json().substring(first.json().indexOf(',')),
                UnsafeByteOperations.unsafeWrap(raw.flip()));
        changed.set(0, List.of(poisonous));
        return new Payloads(changed, labels);
    }

    @Override
    public int rows() {
        return rows.size();
    }

    @Override
    public int label(int row) {
        return labels.label(row);
    }

    List<Input> inputs(int row) {
        return rows.get(row);
    }

    String json(Ask ask) {
        StringJoiner tensors = new StringJoiner(",", "[", "]");
        for (Input input : rows.get(ask.row())) {
            String data = String.join(",", Collections.nCopies(ask.items(), input.json()));
            tensors.add(head(input, ask) + ",\"data\":[" + data + "]}");
        }
        return "{" + parameters(ask, Map.of()) + "\"inputs\":" + tensors + "}";
    }

    Binary binary(Ask ask) {
        StringJoiner tensors = new StringJoiner(",", "[", "]");
        ByteString data = ByteString.EMPTY;
        for (Input input : rows.get(ask.row())) {
            ByteString raw = repeated(input.raw(), ask.items());
            tensors.add(head(input, ask) + ",\"parameters\":{\"binary_data_size\":" + raw.size() + "}}");
            data = data.concat(raw);
        }
        String head = "{" + parameters(ask, Map.of("binary_data_output", "true")) + "\"inputs\":" + tensors + "}";
        ByteString bytes = ByteString.copyFrom(head, StandardCharsets.UTF_8);
        return new Binary(bytes.concat(data), bytes.size());
    }

    ModelInferRequest grpc(String model, String version, Ask ask) {
        ModelInferRequest.Builder request =
                ModelInferRequest.newBuilder().setModelName(model).setModelVersion(version);
        parameters(ask)
                .forEach((name, value) -> request.putParameters(
                        name, InferParameter.newBuilder().setInt64Param(value).build()));
        for (Input input : rows.get(ask.row())) {
            request.addInputs(ModelInferRequest.InferInputTensor.newBuilder()
                            .setName(input.name())
                            .setDatatype(input.datatype())
                            .addShape(ask.items())
                            .addAllShape(input.shape()))
                    .addRawInputContents(repeated(input.raw(), ask.items()));
        }
        return request.build();
    }

    private static String head(Input input, Ask ask) {
        StringJoiner shape = new StringJoiner(",", "[" + ask.items() + ",", "]");
        input.shape().forEach(dimension -> shape.add(dimension.toString()));
        return "{\"name\":\"" + input.name() + "\",\"shape\":" + shape + ",\"datatype\":\"" + input.datatype() + "\"";
    }

    private static ByteString repeated(ByteString raw, int items) {
        return items == 1 ? raw : ByteString.copyFrom(Collections.nCopies(items, raw));
    }

    private static Map<String, Long> parameters(Ask ask) {
        Map<String, Long> parameters = new LinkedHashMap<>();
        if (ask.deadlineMillis() > 0) {
            parameters.put("timeout", ask.deadlineMillis() * MICROS_PER_MILLI);
        }
        if (ask.priority() > 0) {
            parameters.put("priority", (long) ask.priority());
        }
        return parameters;
    }

    private static String parameters(Ask ask, Map<String, String> more) {
        StringJoiner all = new StringJoiner(",", "\"parameters\":{", "},").setEmptyValue("");
        parameters(ask).forEach((name, value) -> all.add("\"" + name + "\":" + value));
        more.forEach((name, value) -> all.add("\"" + name + "\":" + value));
        return all.toString();
    }

    private record Unlabelled(int rows) implements Rows {
        @Override
        public int label(int row) {
            return -1;
        }
    }
}
