package io.bellwether.gateway.grpc;

import io.bellwether.gateway.call.Cancellation;
import io.bellwether.gateway.inference.Catalog;
import io.bellwether.gateway.inference.Inference;
import io.bellwether.gateway.inference.InferenceResult;
import io.bellwether.gateway.inference.InferenceResult.Trace;
import io.bellwether.gateway.inference.RequestIds;
import io.bellwether.gateway.inference.TrafficGate;
import io.bellwether.gateway.inference.WarmUpToken;
import io.bellwether.protocol.Decoded;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.Refusal;
import io.bellwether.protocol.WireNames;
import io.bellwether.protocol.oip.GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase;
import io.bellwether.protocol.oip.ModelConfigRequest;
import io.bellwether.protocol.oip.ModelConfigResponse;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferResponse;
import io.bellwether.protocol.oip.ModelMetadataRequest;
import io.bellwether.protocol.oip.ModelMetadataResponse;
import io.bellwether.protocol.oip.ModelReadyRequest;
import io.bellwether.protocol.oip.ModelReadyResponse;
import io.bellwether.protocol.oip.ModelStatisticsRequest;
import io.bellwether.protocol.oip.ModelStatisticsResponse;
import io.bellwether.protocol.oip.ModelStreamInferResponse;
import io.bellwether.protocol.oip.RepositoryIndexRequest;
import io.bellwether.protocol.oip.RepositoryIndexResponse;
import io.bellwether.protocol.oip.RepositoryModelLoadRequest;
import io.bellwether.protocol.oip.RepositoryModelLoadResponse;
import io.bellwether.protocol.oip.RepositoryModelUnloadRequest;
import io.bellwether.protocol.oip.RepositoryModelUnloadResponse;
import io.bellwether.protocol.oip.ServerLiveRequest;
import io.bellwether.protocol.oip.ServerLiveResponse;
import io.bellwether.protocol.oip.ServerMetadataRequest;
import io.bellwether.protocol.oip.ServerMetadataResponse;
import io.bellwether.protocol.oip.ServerReadyRequest;
import io.bellwether.protocol.oip.ServerReadyResponse;
import io.grpc.Context;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;

/** The Open Inference Protocol over gRPC. Nothing in it blocks; answers go out on the thread that brings them. */
public final class GrpcEdge extends GRPCInferenceServiceImplBase {
    private static final Logger LOG = Logger.getLogger(GrpcEdge.class);
    private static final Refusal FAULT =
            new Refusal(FailureReason.INTERNAL, "the gateway could not answer because of a fault of its own");

    private final Inference inference;
    private final Catalog catalog;
    private final TrafficGate gate;
    private final MessageInference messages;
    private final StreamLimits limits;
    private final AtomicInteger streams = new AtomicInteger();

    /**
     * @param warmUp marks requests that the gateway sends to itself
     */
    GrpcEdge(Inference inference, Catalog catalog, TrafficGate gate, WarmUpToken warmUp, StreamLimits limits) {
        this.inference = inference;
        this.catalog = catalog;
        this.gate = gate;
        this.messages = new MessageInference(inference, warmUp);
        this.limits = limits;
    }

    @Override
    public void modelInfer(ModelInferRequest request, StreamObserver<ModelInferResponse> observer) {
        CallHeaders.Exchange exchange = CallHeaders.Exchange.current();
        Decoded<String> id = RequestIds.of(exchange.header(WireNames.METADATA_REQUEST_ID));
        if (id instanceof Decoded.Refused<String> refused) {
            var notServed = inference.unreadable(RequestIds.made(), refused.refusal());
            observer.onError(GrpcStatus.of(notServed.refusal(), notServed.trace()));
            return;
        }
        Cancellation cancellation = new Cancellation();
        if (observer instanceof ServerCallStreamObserver<ModelInferResponse> call) {
            call.setOnCancelHandler(cancellation::cancel);
        }
        messages.infer(
                        request,
                        ((Decoded.Valid<String>) id).value(),
                        exchange,
                        Context.current().getDeadline(),
                        cancellation)
                .whenComplete((result, impossible) -> answer(observer, exchange, result, cancellation));
    }

    @Override
    public StreamObserver<ModelInferRequest> modelStreamInfer(StreamObserver<ModelStreamInferResponse> observer) {
        if (streams.incrementAndGet() > limits.streamsMax()) {
            streams.decrementAndGet();
            observer.onError(GrpcStatus.of(new Refusal(
                    FailureReason.QUEUE_FULL,
                    "Exceeds maximum queue size of the gateway: " + limits.streamsMax()
                            + " streams are open; try again later")));
            return new Deaf();
        }
        return new InferenceStream(
                (ServerCallStreamObserver<ModelStreamInferResponse>) observer,
                messages,
                InferenceStream.Origin.current(),
                limits.requestsMax(),
                streams::decrementAndGet);
    }

    @Override
    public void serverLive(ServerLiveRequest request, StreamObserver<ServerLiveResponse> observer) {
        answer(observer, ServerLiveResponse.newBuilder().setLive(true).build());
    }

    @Override
    public void serverReady(ServerReadyRequest request, StreamObserver<ServerReadyResponse> observer) {
        answer(
                observer,
                ServerReadyResponse.newBuilder().setReady(gate.isReady()).build());
    }

    @Override
    public void serverMetadata(ServerMetadataRequest request, StreamObserver<ServerMetadataResponse> observer) {
        answer(observer, catalog.server());
    }

    @Override
    public void modelReady(ModelReadyRequest request, StreamObserver<ModelReadyResponse> observer) {
        // Nobody serves what nobody knows: clients ask for a yes or a no, and an error of the call is neither.
        boolean now = catalog.ready(request.getName(), request.getVersion()) instanceof Decoded.Valid<Boolean> known
                && known.value();
        answer(observer, ModelReadyResponse.newBuilder().setReady(now).build());
    }

    @Override
    public void modelMetadata(ModelMetadataRequest request, StreamObserver<ModelMetadataResponse> observer) {
        catalog.metadata(request.getName(), request.getVersion())
                .whenComplete((metadata, impossible) -> answer(observer, metadata));
    }

    @Override
    public void modelConfig(ModelConfigRequest request, StreamObserver<ModelConfigResponse> observer) {
        catalog.config(request.getName(), request.getVersion())
                .whenComplete((config, impossible) -> answer(observer, config));
    }

    @Override
    public void modelStatistics(ModelStatisticsRequest request, StreamObserver<ModelStatisticsResponse> observer) {
        catalog.statistics(request.getName(), request.getVersion())
                .whenComplete((statistics, impossible) -> answer(observer, statistics));
    }

    @Override
    public void repositoryIndex(RepositoryIndexRequest request, StreamObserver<RepositoryIndexResponse> observer) {
        answer(observer, catalog.index(request.getReady()));
    }

    @Override
    public void repositoryModelLoad(
            RepositoryModelLoadRequest request, StreamObserver<RepositoryModelLoadResponse> observer) {
        answer(
                observer,
                catalog.control().load(request.getModelName(), request.getParametersCount()),
                RepositoryModelLoadResponse.getDefaultInstance());
    }

    @Override
    public void repositoryModelUnload(
            RepositoryModelUnloadRequest request, StreamObserver<RepositoryModelUnloadResponse> observer) {
        answer(
                observer,
                catalog.control().unload(request.getModelName()),
                RepositoryModelUnloadResponse.getDefaultInstance());
    }

    private static <A> void answer(StreamObserver<A> observer, CompletionStage<Optional<Refusal>> change, A success) {
        change.whenComplete((refusal, impossible) ->
                answer(observer, refusal.<Decoded<A>>map(Refusal::as).orElseGet(() -> Decoded.valid(success))));
    }

    private static void answer(
            StreamObserver<ModelInferResponse> observer,
            CallHeaders.Exchange exchange,
            InferenceResult result,
            Cancellation cancellation) {
        if (cancellation.isCancelled()) {
            // The transport has told the client; there is nobody to answer.
            return;
        }
        try {
            if (result instanceof InferenceResult.Served served) {
                GrpcStatus.write(served.trace(), exchange.outgoing());
                answer(observer, served.response());
            } else if (result instanceof InferenceResult.NotServed notServed) {
                observer.onError(GrpcStatus.of(notServed.refusal(), notServed.trace()));
            }
        } catch (RuntimeException e) {
            Trace trace = result.trace();
            LOG.errorf(e, "requestId=%s reason=INTERNAL the answer could not be written", trace.requestId());
            observer.onError(GrpcStatus.of(FAULT, trace));
        }
    }

    private static <A> void answer(StreamObserver<A> observer, Decoded<A> decoded) {
        if (decoded instanceof Decoded.Refused<A> refused) {
            observer.onError(GrpcStatus.of(refused.refusal()));
        } else {
            answer(observer, ((Decoded.Valid<A>) decoded).value());
        }
    }

    private static <A> void answer(StreamObserver<A> observer, A message) {
        observer.onNext(message);
        observer.onCompleted();
    }

    /** Takes what still comes on a stream that was refused. */
    private static final class Deaf implements StreamObserver<ModelInferRequest> {
        @Override
        public void onNext(ModelInferRequest request) {
            // The stream has its answer.
        }

        @Override
        public void onError(Throwable broken) {
            // Nothing is under way.
        }

        @Override
        public void onCompleted() {
            // The refusal has ended the stream.
        }
    }
}
