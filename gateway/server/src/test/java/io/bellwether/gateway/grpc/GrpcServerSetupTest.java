package io.bellwether.gateway.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.bellwether.gateway.Await;
import io.bellwether.gateway.Collected;
import io.bellwether.protocol.oip.GRPCInferenceServiceGrpc;
import io.bellwether.protocol.oip.GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase;
import io.bellwether.protocol.oip.ServerLiveRequest;
import io.bellwether.protocol.oip.ServerLiveResponse;
import io.grpc.CallOptions;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The limits of a gRPC connection, against a server that has them. */
class GrpcServerSetupTest {
    private static final int CALLS_MAX = 3;
    private static final Metadata.Key<String> KEY = Metadata.Key.of("x", Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<String> REASON =
            Metadata.Key.of("bellwether-reason", Metadata.ASCII_STRING_MARSHALLER);

    private final Queue<StreamObserver<ServerLiveResponse>> waiting = new ConcurrentLinkedQueue<>();
    private volatile boolean answering = true;
    private Server server;
    private ManagedChannel channel;

    @BeforeEach
    void start() throws IOException {
        NettyServerBuilder builder =
                NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        GrpcServerSetup.limit(builder, CALLS_MAX);
        server = builder.addService(new GRPCInferenceServiceImplBase() {
                    @Override
                    public void serverLive(ServerLiveRequest request, StreamObserver<ServerLiveResponse> observer) {
                        if (answering) {
                            answer(observer);
                        } else {
                            waiting.add(observer);
                        }
                    }
                })
                .fallbackHandlerRegistry(new NotOfferedMethods())
                .build()
                .start();
        channel = NettyChannelBuilder.forAddress("127.0.0.1", server.getPort())
                .usePlaintext()
                .proxyDetector(target -> null)
                .build();
    }

    @AfterEach
    void stop() {
        channel.shutdownNow();
        server.shutdownNow();
    }

    @Test
    void metadataAboveTheLimitIsRefusedInTheFormOfTheProtocol() {
        assertThat(live("a".repeat(7_500))).isTrue();
        for (int length : new int[] {8_500, 20_000, 60_000}) {
            // When
            StatusRuntimeException refused =
                    catchThrowableOfType(StatusRuntimeException.class, () -> live("a".repeat(length)));

            // Then
            assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
            assertThat(refused.getStatus().getDescription())
                    .startsWith("the metadata of the call takes ")
                    .endsWith(" bytes; expected at most 8192");
            assertThat(Status.trailersFromThrowable(refused).get(REASON)).isEqualTo("TOO_LARGE");
        }
        assertThat(live("a".repeat(100))).isTrue();
    }

    @Test
    void valuesOfBytesCountAsTheyTravel() {
        // Given: 6,000 bytes are 8,000 characters
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("x-bin", Metadata.BINARY_BYTE_MARSHALLER), new byte[6_200]);

        // Then
        assertThat(catchThrowableOfType(StatusRuntimeException.class, () -> live(headers))
                        .getStatus()
                        .getCode())
                .isEqualTo(Status.Code.INVALID_ARGUMENT);
    }

    @Test
    void whatTheLibraryItselfRefusesEndsTheCallAlone() {
        assertThat(catchThrowableOfType(StatusRuntimeException.class, () -> live("a".repeat(70_000))))
                .isNotNull();
        assertThat(live("a".repeat(100))).isTrue();
    }

    @Test
    void methodsThatAreNotOfferedHaveTheLimitToo() {
        // Given
        Metadata headers = new Metadata();
        headers.put(KEY, "a".repeat(9_000));
        MethodDescriptor<ServerLiveRequest, ServerLiveResponse> trace =
                GRPCInferenceServiceGrpc.getServerLiveMethod().toBuilder()
                        .setFullMethodName("inference.GRPCInferenceService/TraceSetting")
                        .build();

        // When
        StatusRuntimeException refused = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> ClientCalls.blockingUnaryCall(
                        ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers)),
                        trace,
                        CallOptions.DEFAULT,
                        ServerLiveRequest.getDefaultInstance()));

        // Then
        assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    }

    @Test
    void aConnectionHasOnlySoManyCallsAtOnce() throws Exception {
        // Given: a client has learnt the limit with its first answer
        assertThat(live("a")).isTrue();
        answering = false;
        for (int i = 0; i < CALLS_MAX; i++) {
            GRPCInferenceServiceGrpc.newStub(channel)
                    .serverLive(ServerLiveRequest.getDefaultInstance(), new Collected<>());
        }
        Await.until("all calls arrive", () -> waiting.size() == CALLS_MAX);

        // When
        StatusRuntimeException oneMore = catchThrowableOfType(
                StatusRuntimeException.class, () -> GRPCInferenceServiceGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(300, TimeUnit.MILLISECONDS)
                        .serverLive(ServerLiveRequest.getDefaultInstance()));

        // Then
        assertThat(oneMore.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        assertThat(waiting).hasSize(CALLS_MAX);
        waiting.forEach(GrpcServerSetupTest::answer);
        answering = true;
        assertThat(live("a")).isTrue();
    }

    private boolean live(String metadata) {
        Metadata headers = new Metadata();
        headers.put(KEY, metadata);
        return live(headers);
    }

    private boolean live(Metadata headers) {
        return GRPCInferenceServiceGrpc.newBlockingStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                .serverLive(ServerLiveRequest.getDefaultInstance())
                .getLive();
    }

    private static void answer(StreamObserver<ServerLiveResponse> observer) {
        observer.onNext(ServerLiveResponse.newBuilder().setLive(true).build());
        observer.onCompleted();
    }
}
