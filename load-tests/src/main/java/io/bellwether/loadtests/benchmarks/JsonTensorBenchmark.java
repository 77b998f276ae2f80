package io.bellwether.loadtests.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import io.bellwether.protocol.Decoded;
import io.bellwether.protocol.InferRequestJson;
import io.bellwether.protocol.InferResponseJson;
import io.bellwether.protocol.OutputPreferences;
import io.bellwether.protocol.ProtocolLimits;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * FP32 tensors from and to JSON, beside Jackson's tree model: a body of the protocol to a request whose tensor is raw, and
 * an answer with a raw tensor to a body. {@code megabytes} is JSON text per second, in millions of bytes.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(2)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 4, time = 1)
public class JsonTensorBenchmark {
    private static final long SEED = 1;
    private static final double BYTES_A_MEGABYTE = 1e6;
    private static final ObjectMapper TREES = new ObjectMapper();

    @Param({"1000", "100000", "1000000"})
    private int bodyBytes;

    /** How clients write a float: as the shortest text of a float, or of the double that it is. */
    @Param({"FLOAT", "DOUBLE"})
    private Digits digits = Digits.FLOAT;

    private byte[] body = new byte[0];
    private ModelInferResponse response = ModelInferResponse.getDefaultInstance();

    /** Texts of a float. */
    public enum Digits {
        FLOAT,
        DOUBLE
    }

    /** Counts what goes through. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Volume {
        public double megabytes;
    }

    @Setup
    public void prepare() {
        Random random = new Random(SEED);
        StringBuilder data = new StringBuilder();
        ByteBuffer raw = ByteBuffer.allocate(bodyBytes * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        int values = 0;
        while (data.length() < bodyBytes) {
            float value = (float) random.nextGaussian();
            data.append(values == 0 ? "" : ", ").append(digits == Digits.FLOAT ? "" + value : "" + (double) value);
            raw.putFloat(value);
            values++;
        }
        body = ("{\"inputs\": [{\"name\": \"x\", \"shape\": [1, " + values + "], \"datatype\": \"FP32\", \"data\": ["
                        + data + "]}]}")
                .getBytes(StandardCharsets.UTF_8);
        response = ModelInferResponse.newBuilder()
                .setModelName("m")
                .addOutputs(ModelInferResponse.InferOutputTensor.newBuilder()
                        .setName("y")
                        .setDatatype("FP32")
                        .addShape(1)
                        .addShape(values))
                .addRawOutputContents(ByteString.copyFrom(raw.flip()))
                .build();
    }

    @Benchmark
    public Decoded<ModelInferRequest> read(Volume volume) {
        volume.megabytes += body.length / BYTES_A_MEGABYTE;
        return InferRequestJson.decode("m", "", body, body.length, InferRequestJson.ALL_JSON, ProtocolLimits.DEFAULT);
    }

    @Benchmark
    public ByteBuffer readTree(Volume volume) throws IOException {
        volume.megabytes += body.length / BYTES_A_MEGABYTE;
        JsonNode input = TREES.readTree(body).get("inputs").get(0);
        JsonNode data = input.get("data");
        ByteBuffer raw = ByteBuffer.allocate(data.size() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (JsonNode value : data) {
            raw.putFloat(value.floatValue());
        }
        return raw;
    }

    @Benchmark
    public InferResponseJson.Body write(Volume volume) {
        InferResponseJson.Body written = InferResponseJson.encode(response, OutputPreferences.JSON);
        volume.megabytes += written.length() / BYTES_A_MEGABYTE;
        return written;
    }

    @Benchmark
    public byte[] writeTree(Volume volume) throws IOException {
        ObjectNode root = TREES.createObjectNode().put("model_name", "m");
        ObjectNode output =
                root.putArray("outputs").addObject().put("name", "y").put("datatype", "FP32");
        ByteBuffer raw = response.getRawOutputContents(0).asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        output.putArray("shape").add(1).add(raw.remaining() / Float.BYTES);
        ArrayNode data = output.putArray("data");
        while (raw.hasRemaining()) {
            data.add(raw.getFloat());
        }
        byte[] written = TREES.writeValueAsBytes(root);
        volume.megabytes += written.length / BYTES_A_MEGABYTE;
        return written;
    }
}
