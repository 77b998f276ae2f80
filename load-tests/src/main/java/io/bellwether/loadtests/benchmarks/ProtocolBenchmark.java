package io.bellwether.loadtests.benchmarks;

import com.google.protobuf.ByteString;
import io.bellwether.protocol.Decoded;
import io.bellwether.protocol.InferRequestJson;
import io.bellwether.protocol.InferResponseJson;
import io.bellwether.protocol.OutputPreferences;
import io.bellwether.protocol.ProtocolLimits;
import io.bellwether.protocol.RequestCheck;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.TimeUnit;
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

/** Reading a REST request, checking a raw one, writing an answer; 64 values as of a digit, and 64 Ki. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ProtocolBenchmark {
    private static final long SEED = 1;

    @Param({"64", "65536"})
    private int values;

    private byte[] body = new byte[0];
    private ModelInferRequest request = ModelInferRequest.getDefaultInstance();
    private ModelInferResponse response = ModelInferResponse.getDefaultInstance();

    @Setup
    public void prepare() {
        Random random = new Random(SEED);
        float[] floats = new float[values];
        ByteBuffer raw = ByteBuffer.allocate(values * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < values; i++) {
            floats[i] = (float) random.nextGaussian();
            raw.putFloat(floats[i]);
        }
        body = ("{\"inputs\":[{\"name\":\"x\",\"shape\":[1," + values + "],\"datatype\":\"FP32\",\"data\":["
                        + text(floats) + "]}]}")
                .getBytes(StandardCharsets.UTF_8);
        request = ModelInferRequest.newBuilder()
                .setModelName("m")
                .addInputs(ModelInferRequest.InferInputTensor.newBuilder()
                        .setName("x")
                        .setDatatype("FP32")
                        .addShape(1)
                        .addShape(values))
                .addRawInputContents(ByteString.copyFrom(raw.flip()))
                .build();
        response = ModelInferResponse.newBuilder()
                .setModelName("m")
                .addOutputs(ModelInferResponse.InferOutputTensor.newBuilder()
                        .setName("y")
                        .setDatatype("FP32")
                        .addShape(1)
                        .addShape(values))
                .addRawOutputContents(request.getRawInputContents(0))
                .build();
    }

    @Benchmark
    public Decoded<ModelInferRequest> readJsonRequest() {
        return InferRequestJson.decode("m", "", body, body.length, InferRequestJson.ALL_JSON, ProtocolLimits.DEFAULT);
    }

    @Benchmark
    public Decoded<ModelInferRequest> checkRawRequest() {
        return RequestCheck.normalise(request, ProtocolLimits.DEFAULT);
    }

    @Benchmark
    public InferResponseJson.Body writeJsonAnswer() {
        return InferResponseJson.encode(response, OutputPreferences.JSON);
    }

    private static String text(float[] floats) {
        StringBuilder text = new StringBuilder();
        for (float value : floats) {
            text.append(text.length() == 0 ? "" : ",").append(value);
        }
        return text.toString();
    }
}
