package io.bellwether.deploy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.bellwether.deploy.platform.Port;
import io.bellwether.deploy.platform.Settings;
import io.bellwether.protocol.oip.GRPCInferenceServiceGrpc;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferResponse;
import io.bellwether.protocol.oip.RepositoryModelLoadRequest;
import io.bellwether.protocol.oip.RepositoryModelUnloadRequest;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;

/** Talks gRPC to the gateway, or straight to a worker. */
final class GrpcClient implements AutoCloseable {
    private static final long DEADLINE_SECONDS = 10;
    private static final long CHANGE_DEADLINE_SECONDS = 120;

    private final ManagedChannel channel;

    GrpcClient(Settings settings) {
        this(settings, Port.GATEWAY_GRPC);
    }

    GrpcClient(Settings settings, Port port) {
        channel = NettyChannelBuilder.forAddress("127.0.0.1", settings.port(port))
                .usePlaintext()
                .build();
    }

    /** The scores for an image. */
    float[] scores(String model, String version, Digit digit) {
        var bytes = ByteBuffer.allocate(digit.pixels().size() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (var pixel : digit.pixels()) {
            bytes.putFloat(pixel);
        }
        var answer = stub().modelInfer(
                        request(model, version, "image", "FP32", digit.pixels().size(), bytes.array()));
        var raw = answer.getRawOutputContents(0).asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        var scores = new float[raw.remaining() / Float.BYTES];
        for (int index = 0; index < scores.length; index++) {
            scores[index] = raw.getFloat();
        }
        return scores;
    }

    /** How a request of that form is refused. */
    StatusRuntimeException failure(String model, String version, String input, String datatype, long width, int bytes) {
        return failure(request(model, version, input, datatype, width, new byte[bytes]));
    }

    /** The answer to a request. */
    ModelInferResponse infer(ModelInferRequest request) {
        return stub().modelInfer(request);
    }

    /** How a request is refused. */
    StatusRuntimeException failure(ModelInferRequest request) {
        try {
            var answer = stub().modelInfer(request);
            throw new AssertionError("it was answered: " + answer.getModelVersion());
        } catch (StatusRuntimeException e) {
            return e;
        }
    }

    /** Loads a model and waits until it is ready. */
    void load(String model) {
        var unused = patientStub()
                .repositoryModelLoad(RepositoryModelLoadRequest.newBuilder()
                        .setModelName(model)
                        .build());
    }

    /** Unloads a model and waits until it is gone. */
    void unload(String model) {
        var unused = patientStub()
                .repositoryModelUnload(RepositoryModelUnloadRequest.newBuilder()
                        .setModelName(model)
                        .build());
    }

    @Override
    public void close() throws InterruptedException {
        assertThat(channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS)).isTrue();
    }

    private GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub stub() {
        return GRPCInferenceServiceGrpc.newBlockingStub(channel).withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    private GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub patientStub() {
        return stub().withDeadlineAfter(CHANGE_DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    /** A request of one row. */
    static ModelInferRequest request(
            String model, String version, String input, String datatype, long width, byte[] bytes) {
        return ModelInferRequest.newBuilder()
                .setModelName(model)
                .setModelVersion(version)
                .addInputs(ModelInferRequest.InferInputTensor.newBuilder()
                        .setName(input)
                        .setDatatype(datatype)
                        .addShape(1)
                        .addShape(width))
                .addRawInputContents(ByteString.copyFrom(bytes))
                .build();
    }
}
