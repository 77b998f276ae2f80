package io.bellwether.gateway.worker;

import io.bellwether.gateway.call.Cancellation;
import io.bellwether.gateway.call.Timekeeper;
import io.bellwether.protocol.Refusal;
import io.bellwether.protocol.capacity.CapacityRequest;
import io.bellwether.protocol.capacity.CapacityResponse;
import io.bellwether.protocol.capacity.WorkerCapacityGrpc;
import io.bellwether.protocol.oip.GRPCInferenceServiceGrpc;
import io.bellwether.protocol.oip.ModelConfigRequest;
import io.bellwether.protocol.oip.ModelConfigResponse;
import io.bellwether.protocol.oip.ModelMetadataRequest;
import io.bellwether.protocol.oip.ModelMetadataResponse;
import io.bellwether.protocol.oip.ModelStatisticsRequest;
import io.bellwether.protocol.oip.ModelStatisticsResponse;
import io.bellwether.protocol.oip.RepositoryIndexRequest;
import io.bellwether.protocol.oip.RepositoryIndexResponse;
import io.bellwether.protocol.oip.RepositoryModelLoadRequest;
import io.bellwether.protocol.oip.RepositoryModelUnloadRequest;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Streams to one worker for requests of inference, one connection for each event loop; unary calls for everything else.
 * Replies come on the loop that the request was sent from; nothing is handed to another thread.
 */
public final class GrpcWorkerLink implements WorkerLink {
    private final List<HopLane> lanes;
    private final Timekeeper time;
    private final AtomicInteger turn = new AtomicInteger();
    private final long askTimeoutNanos;
    private final long changeTimeoutNanos;
    private final LatestListener news;

    /**
     * @param lanes to the same worker, at least one; their connections must call back directly, and are closed with this
     *     link
     * @param askTimeoutNanos longest wait for {@link #index} and {@link #metadata}
     * @param changeTimeoutNanos longest wait for {@link #load} and {@link #unload}
     * @param news what the lanes tell of what the worker says by itself
     */
    GrpcWorkerLink(
            List<HopLane> lanes, Timekeeper time, long askTimeoutNanos, long changeTimeoutNanos, LatestListener news) {
        if (lanes.isEmpty()) {
            throw new IllegalArgumentException("a link needs at least one lane");
        }
        this.lanes = List.copyOf(lanes);
        this.time = time;
        this.askTimeoutNanos = askTimeoutNanos;
        this.changeTimeoutNanos = changeTimeoutNanos;
        this.news = news;
    }

    @Override
    public CompletionStage<Reply> forward(
            Outgoing request, long budgetNanos, Cancellation cancellation, Runnable settled) {
        HopCall call = new HopCall(request, time.nanos() + budgetNanos, settled);
        HopLane lane = here();
        lane.forward(call);
        cancellation.onCancel(() -> lane.cancel(call));
        return call.reply();
    }

    /** The lane of the loop that we are on, so that a request changes no thread. */
    private HopLane here() {
        for (HopLane lane : lanes) {
            if (lane.isHere()) {
                return lane;
            }
        }
        return next();
    }

    @Override
    public CompletionStage<RepositoryIndexResponse> index() {
        // While the worker is away each question also cuts the wait before the next attempt to connect.
        lanes.forEach(lane -> lane.channel().resetConnectBackoff());
        return ask(GRPCInferenceServiceGrpc.getRepositoryIndexMethod(), RepositoryIndexRequest.getDefaultInstance())
                .thenApply(index -> {
                    lanes.forEach(HopLane::retryNow);
                    lanes.get(0).listen();
                    return index;
                });
    }

    @Override
    public void listen(WorkerNews listener) {
        news.listen(listener);
    }

    /** One lane is enough: the worker tells all streams of the other gateways. */
    @Override
    public void spread(List<KillNotice> kills) {
        lanes.get(0).spread(KillFrames.of(kills));
    }

    @Override
    public CompletionStage<ModelMetadataResponse> metadata(ModelMetadataRequest request) {
        return ask(GRPCInferenceServiceGrpc.getModelMetadataMethod(), request);
    }

    @Override
    public CompletionStage<ModelConfigResponse> config(ModelConfigRequest request) {
        return ask(GRPCInferenceServiceGrpc.getModelConfigMethod(), request);
    }

    @Override
    public CompletionStage<ModelStatisticsResponse> statistics(ModelStatisticsRequest request) {
        return ask(GRPCInferenceServiceGrpc.getModelStatisticsMethod(), request);
    }

    @Override
    public CompletionStage<CapacityResponse> capacity(CapacityRequest request) {
        return ask(WorkerCapacityGrpc.getReadMethod(), request);
    }

    @Override
    public CompletionStage<Optional<Refusal>> load(String model) {
        return change(
                GRPCInferenceServiceGrpc.getRepositoryModelLoadMethod(),
                RepositoryModelLoadRequest.newBuilder().setModelName(model).build());
    }

    @Override
    public CompletionStage<Optional<Refusal>> unload(String model) {
        return change(
                GRPCInferenceServiceGrpc.getRepositoryModelUnloadMethod(),
                RepositoryModelUnloadRequest.newBuilder().setModelName(model).build());
    }

    private <Q, A> CompletionStage<Optional<Refusal>> change(MethodDescriptor<Q, A> method, Q request) {
        CompletableFuture<Optional<Refusal>> changed = new CompletableFuture<>();
        ClientCall<Q, A> call = next().channel()
                .newCall(method, CallOptions.DEFAULT.withDeadlineAfter(changeTimeoutNanos, TimeUnit.NANOSECONDS));
        call.start(
                new Unary<>() {
                    @Override
                    void onAnswer(A answer) {
                        changed.complete(Optional.empty());
                    }

                    @Override
                    void onFailure(Status status, Metadata trailers) {
                        Reply.Failed failed = WorkerStatus.failure(status, trailers, true);
                        changed.complete(Optional.of(new Refusal(failed.reason(), failed.message())));
                    }
                },
                new Metadata());
        send(call, request);
        return changed;
    }

    @Override
    public void close() {
        lanes.forEach(lane -> lane.channel().shutdownNow());
    }

    private <Q, A> CompletionStage<A> ask(MethodDescriptor<Q, A> method, Q question) {
        CompletableFuture<A> asked = new CompletableFuture<>();
        ClientCall<Q, A> call = next().channel()
                .newCall(method, CallOptions.DEFAULT.withDeadlineAfter(askTimeoutNanos, TimeUnit.NANOSECONDS));
        call.start(
                new Unary<>() {
                    @Override
                    void onAnswer(A answer) {
                        asked.complete(answer);
                    }

                    @Override
                    void onFailure(Status status, Metadata trailers) {
                        Exception failure = status.asException(trailers);
                        asked.completeExceptionally(
                                WorkerStatus.isTransportFailure(status, trailers) ? new Unreachable(failure) : failure);
                    }
                },
                new Metadata());
        send(call, question);
        return asked;
    }

    private static <Q, A> void send(ClientCall<Q, A> call, Q message) {
        call.request(2);
        call.sendMessage(message);
        call.halfClose();
    }

    private HopLane next() {
        return lanes.get(Math.floorMod(turn.getAndIncrement(), lanes.size()));
    }

    /** Collects the one answer of a unary call. */
    private abstract static class Unary<A> extends ClientCall.Listener<A> {
        private @Nullable A answer;

        abstract void onAnswer(A answer);

        abstract void onFailure(Status status, Metadata trailers);

        @Override
        public void onMessage(A message) {
            answer = message;
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            A received = answer;
            if (status.isOk() && received != null) {
                onAnswer(received);
            } else {
                onFailure(status.isOk() ? WorkerStatus.NO_ANSWER : status, trailers);
            }
        }
    }
}
