package io.bellwether.worker.edge;

import io.bellwether.protocol.Account;
import io.bellwether.protocol.Decoded;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.HopParameters;
import io.bellwether.protocol.Refusal;
import io.bellwether.protocol.oip.GRPCInferenceServiceGrpc;
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
import io.bellwether.worker.lane.Reply;
import io.bellwether.worker.serving.Lifecycle;
import io.bellwether.worker.serving.ServedModels;
import io.bellwether.worker.serving.ServedVersion;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * The Open Inference Protocol over gRPC. Runs on event loops and never blocks; inference is answered from runner threads.
 */
public class InferenceService extends GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase {
    private static final String NAME = "bellwether-worker";

    private final ServingHost host;

    public InferenceService(ServingHost host) {
        this.host = host;
    }

    @Override
    public void modelInfer(ModelInferRequest request, StreamObserver<ModelInferResponse> observer) {
        Deadline deadline = Context.current().getDeadline();
        OptionalLong nanosLeft =
                deadline == null ? OptionalLong.empty() : OptionalLong.of(deadline.timeRemaining(TimeUnit.NANOSECONDS));
        CancellableReply reply = new CancellableReply(observer);
        reply.withdrawal.becomes(host.admission().inferDirect(request, nanosLeft, reply));
    }

    @Override
    public void serverLive(ServerLiveRequest request, StreamObserver<ServerLiveResponse> observer) {
        answer(observer, ServerLiveResponse.newBuilder().setLive(true).build());
    }

    @Override
    public void serverReady(ServerReadyRequest request, StreamObserver<ServerReadyResponse> observer) {
        answer(observer, ServerReadyResponse.newBuilder().setReady(host.ready()).build());
    }

    @Override
    public void modelReady(ModelReadyRequest request, StreamObserver<ModelReadyResponse> observer) {
        Decoded<ServedVersion> found = host.models().find(request.getName(), request.getVersion());
        boolean isReady = found instanceof Decoded.Valid<ServedVersion> valid
                && valid.value().state().takesRequests();
        answer(observer, ModelReadyResponse.newBuilder().setReady(isReady).build());
    }

    @Override
    public void serverMetadata(ServerMetadataRequest request, StreamObserver<ServerMetadataResponse> observer) {
        answer(
                observer,
                ServerMetadataResponse.newBuilder()
                        .setName(NAME)
                        .setVersion(host.productVersion())
                        .addExtensions("model_repository")
                        .addExtensions("parameters")
                        .build());
    }

    @Override
    public void modelMetadata(ModelMetadataRequest request, StreamObserver<ModelMetadataResponse> observer) {
        answer(
                observer,
                host.models()
                        .find(request.getName(), request.getVersion())
                        .then(version -> Decoded.valid(ModelMetadata.of(version, host.models()))));
    }

    @Override
    public void modelConfig(ModelConfigRequest request, StreamObserver<ModelConfigResponse> observer) {
        Decoded<ServedVersion> found = host.models().find(request.getName(), request.getVersion());
        answer(
                observer,
                found.then(version -> Decoded.valid(ModelConfigResponse.newBuilder()
                        .setConfig(ModelDescription.config(version, host.models()))
                        .build())));
    }

    /** Without a model: of all; without a version: of all versions of the model. */
    @Override
    public void modelStatistics(ModelStatisticsRequest request, StreamObserver<ModelStatisticsResponse> observer) {
        ModelStatisticsResponse.Builder all = ModelStatisticsResponse.newBuilder();
        if (!request.getVersion().isEmpty()) {
            Decoded<ServedVersion> found = host.models().find(request.getName(), request.getVersion());
            answer(
                    observer,
                    found.then(version -> Decoded.valid(all.addModelStats(ModelDescription.statistics(version))
                            .build())));
            return;
        }
        host.models().versions().stream()
                .filter(version ->
                        request.getName().isEmpty() || version.files().model().equals(request.getName()))
                .forEach(version -> all.addModelStats(ModelDescription.statistics(version)));
        boolean unknown = all.getModelStatsCount() == 0 && !request.getName().isEmpty();
        answer(observer, unknown ? Refusal.unknownModel(request.getName()).as() : Decoded.valid(all.build()));
    }

    @Override
    public void repositoryIndex(RepositoryIndexRequest request, StreamObserver<RepositoryIndexResponse> observer) {
        RepositoryIndexResponse.Builder response = RepositoryIndexResponse.newBuilder();
        boolean leaving = host.leaving();
        for (ServedModels.Line line : host.models().index()) {
            boolean ready = line.state().equals("READY");
            if (ready && leaving && !request.getReady()) {
                response.addModels(RepositoryIndexResponse.ModelIndex.newBuilder()
                        .setName(line.model())
                        .setVersion(line.version())
                        .setState("UNLOADING")
                        .setReason("the worker is stopping; send requests to another"));
            } else if (!request.getReady() || (ready && !leaving)) {
                response.addModels(RepositoryIndexResponse.ModelIndex.newBuilder()
                        .setName(line.model())
                        .setVersion(line.version())
                        .setState(line.state())
                        .setReason(line.reason()));
            }
        }
        answer(observer, response.build());
    }

    @Override
    public void repositoryModelLoad(
            RepositoryModelLoadRequest request, StreamObserver<RepositoryModelLoadResponse> observer) {
        if (request.getParametersCount() > 0) {
            Refusal refusal = Refusal.unsupported(
                    "a load takes no parameters here; change the files of the model instead," + " then load it");
            answer(observer, refusal.<RepositoryModelLoadResponse>as());
            return;
        }
        change(
                observer,
                lifecycle -> lifecycle.load(request.getModelName()),
                RepositoryModelLoadResponse.getDefaultInstance());
    }

    /** The parameter unload_dependents changes nothing: no model depends on another. */
    @Override
    public void repositoryModelUnload(
            RepositoryModelUnloadRequest request, StreamObserver<RepositoryModelUnloadResponse> observer) {
        change(
                observer,
                lifecycle -> lifecycle.unload(request.getModelName()),
                RepositoryModelUnloadResponse.getDefaultInstance());
    }

    private <T> void change(
            StreamObserver<T> observer, Function<Lifecycle, CompletableFuture<Optional<Refusal>>> change, T success) {
        Optional<Lifecycle> lifecycle = host.lifecycle();
        if (lifecycle.isEmpty()) {
            answer(observer, new Refusal(FailureReason.NOT_READY, "the worker is starting; try again").<T>as());
            return;
        }
        CompletableFuture<Void> unused = change.apply(lifecycle.get())
                .thenAccept(refusal ->
                        answer(observer, refusal.<Decoded<T>>map(Refusal::as).orElseGet(() -> Decoded.valid(success))));
    }

    private static <T> void answer(StreamObserver<T> observer, Decoded<T> decoded) {
        if (decoded instanceof Decoded.Valid<T> valid) {
            answer(observer, valid.value());
        } else if (decoded instanceof Decoded.Refused<T> refused) {
            observer.onError(FailureMapping.toGrpc(refused.refusal()));
        }
    }

    private static <T> void answer(StreamObserver<T> observer, T message) {
        observer.onNext(message);
        observer.onCompleted();
    }

    /**
     * The reply of one gRPC call. The cancel handler is set before anything can answer: without one an answer to a
     * cancelled call would throw on the runner thread.
     */
    private static final class CancellableReply implements Reply {
        private final StreamObserver<ModelInferResponse> observer;
        private final LateCancellation withdrawal = new LateCancellation();

        CancellableReply(StreamObserver<ModelInferResponse> observer) {
            this.observer = observer;
            if (observer instanceof ServerCallStreamObserver<ModelInferResponse> call) {
                call.setOnCancelHandler(withdrawal::cancel);
            }
        }

        @Override
        public void succeeded(ModelInferResponse response, Account account) {
            answer(observer, HopParameters.with(account, response));
        }

        @Override
        public void refused(Refusal refusal) {
            observer.onError(FailureMapping.toGrpc(refusal));
        }
    }
}
