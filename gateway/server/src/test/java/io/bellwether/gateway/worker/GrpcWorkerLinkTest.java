package io.bellwether.gateway.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.bellwether.gateway.Await;
import io.bellwether.gateway.EdgeFixture;
import io.bellwether.gateway.Requests;
import io.bellwether.gateway.call.Cancellation;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.WireNames;
import io.bellwether.protocol.oip.GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferResponse;
import io.bellwether.protocol.oip.RepositoryIndexRequest;
import io.bellwether.protocol.oip.RepositoryIndexResponse;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The link against a real gRPC server on a real socket. */
class GrpcWorkerLinkTest {
    private static final long LONG = TimeUnit.SECONDS.toNanos(20);

    private final FakeWorker worker = new FakeWorker();
    private Server server;
    private WorkerLink link;

    @BeforeEach
    void start() throws IOException {
        server = listen(0);
        link = new GrpcWorkerLink(
                List.of(NettyChannelBuilder.forAddress("127.0.0.1", server.getPort())
                        .usePlaintext()
                        .directExecutor()
                        .proxyDetector(target -> null)
                        .build()),
                LONG,
                LONG);
    }

    @AfterEach
    void stop() {
        link.close();
        server.shutdownNow();
    }

    @Test
    void anAnswerComesBackAsItIs() {
        // When
        Reply reply = forward(LONG, new Cancellation());

        // Then
        assertThat(reply).isEqualTo(new Reply.Answered(Requests.answer(Requests.raw("m", "1"))));
    }

    @Test
    void theDeadlineTravelsAndEndsTheWait() {
        // Given
        worker.behaviour = (request, observer) -> {};

        // When
        Reply reply = forward(TimeUnit.MILLISECONDS.toNanos(100), new Cancellation());

        // Then
        assertThat(reply)
                .isEqualTo(new Reply.Failed(
                        FailureReason.DEADLINE_EXCEEDED, "the deadline passed before there was an answer", true));
        assertThat(worker.sawDeadline).isTrue();
    }

    @Test
    void aCallerThatLeavesEndsTheWorkOfTheWorker() {
        // Given
        worker.behaviour = (request, observer) -> {};
        Cancellation cancellation = new Cancellation();
        var reply = link.forward(Requests.raw("m", "1"), LONG, cancellation).toCompletableFuture();
        Await.until("the worker has it", () -> worker.calls.get() == 1);

        // When
        cancellation.cancel();

        // Then
        assertThat(reply.join()).isInstanceOfSatisfying(Reply.Failed.class, failed -> assertThat(failed.reason())
                .isEqualTo(FailureReason.CANCELLED));
        Await.until("the worker hears of it", worker.cancelled::get);
    }

    @Test
    void aReasonOfTheWorkerIsKeptWithItsWords() {
        // Given
        worker.fails(Status.UNAVAILABLE.withDescription("queue of the worker"), "QUEUE_FULL");

        // When
        Reply reply = forward(LONG, new Cancellation());

        // Then
        assertThat(reply).isEqualTo(new Reply.Failed(FailureReason.QUEUE_FULL, "queue of the worker", true));
    }

    @Test
    void aWorkerThatIsNotReadyDidNotBegin() {
        // Given
        worker.fails(Status.UNAVAILABLE.withDescription("draining"), "NOT_READY");

        // When
        Reply reply = forward(LONG, new Cancellation());

        // Then
        assertThat(reply).isEqualTo(new Reply.Failed(FailureReason.NOT_READY, "draining", false));
    }

    @Test
    void wordsOfTheTransportStayInside() {
        // Given
        worker.behaviour = (request, observer) -> observer.onError(
                Status.UNKNOWN.withDescription("java.lang.Secret at /etc").asException());

        // When
        Reply reply = forward(LONG, new Cancellation());

        // Then
        assertThat(reply).isInstanceOfSatisfying(Reply.Failed.class, failed -> {
            assertThat(failed.reason()).isEqualTo(FailureReason.INTERNAL);
            assertThat(failed.message()).doesNotContain(EdgeFixture.internals().toList());
        });
    }

    @Test
    void aRefusedConnectionIsWorkThatDidNotBegin() throws InterruptedException {
        // Given
        server.shutdownNow().awaitTermination();

        // When
        Reply reply = forward(LONG, new Cancellation());
        Throwable index =
                catchThrowable(() -> link.index().toCompletableFuture().join());

        // Then
        assertThat(reply).isInstanceOfSatisfying(Reply.Failed.class, failed -> {
            assertThat(failed.reason()).isEqualTo(FailureReason.WORKER_UNAVAILABLE);
            assertThat(failed.started()).isFalse();
            assertThat(failed.message()).doesNotContain(EdgeFixture.internals().toList());
        });
        assertThat(index).hasCauseInstanceOf(WorkerLink.Unreachable.class);
    }

    @Test
    void aWorkerThatDiesWithTheRequestMayHaveBegun() {
        // Given
        worker.behaviour = (request, observer) -> server.shutdownNow();

        // When
        Reply reply = forward(LONG, new Cancellation());

        // Then
        assertThat(reply).isInstanceOfSatisfying(Reply.Failed.class, failed -> {
            assertThat(failed.reason()).isIn(FailureReason.WORKER_UNAVAILABLE, FailureReason.CANCELLED);
            assertThat(failed.started()).isTrue();
        });
    }

    @Test
    void theLinkComesBackWithTheWorker() throws IOException, InterruptedException {
        // Given
        int port = server.getPort();
        assertThat(forward(LONG, new Cancellation())).isInstanceOf(Reply.Answered.class);
        server.shutdownNow().awaitTermination();
        assertThat(forward(LONG, new Cancellation())).isInstanceOf(Reply.Failed.class);

        // When
        server = listen(port);

        // Then
        Await.until("the index answers again", () -> link.index()
                .handle((index, failure) -> index != null)
                .toCompletableFuture()
                .join());
        assertThat(forward(LONG, new Cancellation())).isInstanceOf(Reply.Answered.class);
    }

    private Reply forward(long budgetNanos, Cancellation cancellation) {
        return link.forward(Requests.raw("m", "1"), budgetNanos, cancellation)
                .toCompletableFuture()
                .join();
    }

    private Server listen(int port) throws IOException {
        return NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .addService(worker)
                .build()
                .start();
    }

    private static final class FakeWorker extends GRPCInferenceServiceImplBase {
        final AtomicBoolean cancelled = new AtomicBoolean();
        final AtomicInteger calls = new AtomicInteger();
        volatile boolean sawDeadline;
        volatile BiConsumer<ModelInferRequest, StreamObserver<ModelInferResponse>> behaviour = (request, observer) -> {
            observer.onNext(Requests.answer(request));
            observer.onCompleted();
        };

        void fails(Status status, String reason) {
            Metadata trailers = new Metadata();
            trailers.put(Metadata.Key.of(WireNames.TRAILER_REASON, Metadata.ASCII_STRING_MARSHALLER), reason);
            behaviour = (request, observer) -> observer.onError(status.asException(trailers));
        }

        @Override
        public void modelInfer(ModelInferRequest request, StreamObserver<ModelInferResponse> observer) {
            sawDeadline = Context.current().getDeadline() != null;
            ((ServerCallStreamObserver<ModelInferResponse>) observer).setOnCancelHandler(() -> cancelled.set(true));
            calls.incrementAndGet();
            behaviour.accept(request, observer);
        }

        @Override
        public void repositoryIndex(RepositoryIndexRequest request, StreamObserver<RepositoryIndexResponse> observer) {
            observer.onNext(RepositoryIndexResponse.getDefaultInstance());
            observer.onCompleted();
        }
    }
}
