package io.bellwether.gateway.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.gateway.Await;
import io.bellwether.gateway.EdgeFixture;
import io.bellwether.gateway.Requests;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.WireNames;
import io.bellwether.protocol.oip.GRPCInferenceServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every wrong call over gRPC gets the right code and a reason, and learns nothing. */
class HostileGrpcTest {
    private static final int REFUSED_CASES_MIN = 300;
    private static final int WORDS_MAX = 1_000;
    private static final Metadata.Key<String> REASON = key(WireNames.TRAILER_REASON);
    private static final List<String> REASONS =
            Arrays.stream(FailureReason.values()).map(FailureReason::name).toList();

    private static final AtomicInteger REFUSED = new AtomicInteger();
    private static EdgeFixture gateway;

    @BeforeAll
    static void start() {
        gateway = new EdgeFixture(StrictWorker.made());
    }

    @AfterAll
    static void stop() {
        GRPCInferenceServiceGrpc.newBlockingStub(gateway.channel).modelInfer(Requests.raw("m", ""));
        assertThat(gateway.inference.inFlight()).isZero();
        Await.until("nothing is held", () -> gateway.inference.bodies().bytes() == 0);
        gateway.close();
        assertThat(REFUSED.get()).as("refused calls").isGreaterThanOrEqualTo(REFUSED_CASES_MIN);
    }

    static List<GrpcCase> cases() {
        return GrpcCases.all();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isRefusedRightAndLearnsNothing(GrpcCase one) {
        // When
        StatusRuntimeException failure = call(one);

        // Then
        Status status = failure == null ? Status.OK : failure.getStatus();
        assertThat(one.expected().codes()).as(one + " " + status).contains(status.getCode());
        if (failure != null) {
            REFUSED.incrementAndGet();
            String words = String.valueOf(status.getDescription());
            assertThat(words).hasSizeLessThan(WORDS_MAX);
            assertThat(Leaks.in(words, one.sent())).as(words).isEmpty();
            Metadata trailers = failure.getTrailers() == null ? new Metadata() : failure.getTrailers();
            for (String name : trailers.keys()) {
                assertThat(Leaks.in(trailers.get(key(name)), one.sent()))
                        .as(name)
                        .isEmpty();
            }
            if (!one.expected().reasons().isEmpty()) {
                assertThat(one.expected().reasons()).contains(trailers.get(REASON));
                assertThat(REASONS).contains(trailers.get(REASON));
            }
        }
    }

    private static StatusRuntimeException call(GrpcCase one) {
        Metadata metadata = new Metadata();
        one.metadata().forEach((name, value) -> metadata.put(key(name), value));
        MethodDescriptor<byte[], byte[]> method = MethodDescriptor.newBuilder(BYTES, BYTES)
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(GRPCInferenceServiceGrpc.SERVICE_NAME + "/" + one.method())
                .build();
        // A deadline would take the place of a hostile one in the metadata.
        CallOptions options = metadata.containsKey(key("grpc-timeout"))
                ? CallOptions.DEFAULT
                : CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS);
        try {
            ClientCalls.blockingUnaryCall(
                    ClientInterceptors.intercept(gateway.channel, MetadataUtils.newAttachHeadersInterceptor(metadata)),
                    method,
                    options,
                    one.message().toByteArray());
            return null;
        } catch (StatusRuntimeException e) {
            return e;
        }
    }

    private static Metadata.Key<String> key(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }

    /** Messages as the bytes that they are, so that they can be wrong. */
    private static final MethodDescriptor.Marshaller<byte[]> BYTES = new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    };
}
