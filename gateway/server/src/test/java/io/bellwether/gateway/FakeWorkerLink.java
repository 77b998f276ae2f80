package io.bellwether.gateway;

import io.bellwether.gateway.call.Cancellation;
import io.bellwether.gateway.worker.KillNotice;
import io.bellwether.gateway.worker.Outgoing;
import io.bellwether.gateway.worker.Reply;
import io.bellwether.gateway.worker.WorkerLink;
import io.bellwether.gateway.worker.WorkerNews;
import io.bellwether.protocol.Account;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.Origin;
import io.bellwether.protocol.Refusal;
import io.bellwether.protocol.capacity.CapacityRequest;
import io.bellwether.protocol.capacity.CapacityResponse;
import io.bellwether.protocol.oip.ModelConfigRequest;
import io.bellwether.protocol.oip.ModelConfigResponse;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferResponse;
import io.bellwether.protocol.oip.ModelMetadataRequest;
import io.bellwether.protocol.oip.ModelMetadataResponse;
import io.bellwether.protocol.oip.ModelStatisticsRequest;
import io.bellwether.protocol.oip.ModelStatisticsResponse;
import io.bellwether.protocol.oip.RepositoryIndexResponse;
import io.bellwether.protocol.oip.RepositoryIndexResponse.ModelIndex;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** A worker that lives in the test. It answers at once unless it is told otherwise. */
public final class FakeWorkerLink implements WorkerLink {
    public final List<ModelInferRequest> received = new CopyOnWriteArrayList<>();
    public final List<Optional<Origin>> origins = new CopyOnWriteArrayList<>();
    public final List<Long> budgetsNanos = new CopyOnWriteArrayList<>();
    public final AtomicInteger cancelled = new AtomicInteger();
    public volatile Function<ModelInferRequest, CompletionStage<Reply>> behaviour =
            request -> done(answered(Requests.answer(request)));
    public volatile Function<String, ModelMetadataResponse> metadata = Requests::metadata;
    public volatile Function<CapacityRequest, CapacityResponse> capacity =
            request -> CapacityResponse.getDefaultInstance();
    public final List<String> changes = new CopyOnWriteArrayList<>();
    public volatile Function<String, Optional<Refusal>> changing = model -> Optional.empty();
    public volatile boolean up = true;
    /** Whether it keeps what it was sent, for ever. */
    public volatile boolean remembers = true;
    /** Hears what the worker says by itself. */
    public volatile WorkerNews news = WorkerNews.UNHEARD;

    /** What was to be told to other gateways, each time. */
    public final List<List<KillNotice>> spread = new CopyOnWriteArrayList<>();

    public volatile boolean closed;
    private volatile RepositoryIndexResponse index = RepositoryIndexResponse.getDefaultInstance();

    public FakeWorkerLink serving(String model, String... versions) {
        return listing(model, "READY", versions);
    }

    public FakeWorkerLink listing(String model, String state, String... versions) {
        return listing(model, state, "", versions);
    }

    public FakeWorkerLink listing(String model, String state, String reason, String[] versions) {
        RepositoryIndexResponse.Builder more = index.toBuilder();
        for (String version : versions) {
            more.addModels(ModelIndex.newBuilder()
                    .setName(model)
                    .setVersion(version)
                    .setState(state)
                    .setReason(reason));
        }
        index = more.build();
        return this;
    }

    /** From now on it lists nothing. */
    public FakeWorkerLink empty() {
        index = RepositoryIndexResponse.getDefaultInstance();
        return this;
    }

    @Override
    public void listen(WorkerNews listener) {
        news = listener;
    }

    @Override
    public void spread(List<KillNotice> kills) {
        spread.add(kills);
    }

    public void fails(FailureReason reason, String message, boolean started) {
        behaviour = request -> done(new Reply.Failed(reason, message, started));
    }

    /** Every input comes back as an output of its name: of those that are asked for, or of all. */
    public FakeWorkerLink echoing() {
        behaviour = request -> done(answered(Requests.echo(request)));
        return this;
    }

    /** An answer with nothing measured. */
    public static Reply answered(ModelInferResponse response) {
        return new Reply.Answered(response, new Account(false, 0, 0, 0, 0, 0));
    }

    public static CompletionStage<Reply> done(Reply reply) {
        return CompletableFuture.completedFuture(reply);
    }

    @Override
    public CompletionStage<Reply> forward(
            Outgoing request, long budgetNanos, Cancellation cancellation, Runnable settled) {
        if (remembers) {
            received.add(request.inference());
            origins.add(request.origin());
            budgetsNanos.add(budgetNanos);
        }
        CompletableFuture<Reply> reply = new CompletableFuture<>();
        CompletionStage<Reply> answer = behaviour.apply(request.inference());
        CompletionStage<Void> unused = answer.thenRun(settled);
        cancellation.onCancel(() -> {
            cancelled.incrementAndGet();
            reply.complete(new Reply.Failed(FailureReason.CANCELLED, "the request was cancelled", true));
        });
        answer.thenAccept(reply::complete);
        return reply;
    }

    @Override
    public CompletionStage<RepositoryIndexResponse> index() {
        return up
                ? CompletableFuture.completedFuture(index)
                : CompletableFuture.failedFuture(new Unreachable(new IllegalStateException("down")));
    }

    @Override
    public CompletionStage<ModelMetadataResponse> metadata(ModelMetadataRequest request) {
        return CompletableFuture.completedFuture(metadata.apply(request.getName()));
    }

    @Override
    public CompletionStage<ModelConfigResponse> config(ModelConfigRequest request) {
        return CompletableFuture.completedFuture(Requests.config(request.getName()));
    }

    @Override
    public CompletionStage<ModelStatisticsResponse> statistics(ModelStatisticsRequest request) {
        return up
                ? CompletableFuture.completedFuture(Requests.statistics(request))
                : CompletableFuture.failedFuture(new Unreachable(new IllegalStateException("down")));
    }

    @Override
    public CompletionStage<CapacityResponse> capacity(CapacityRequest request) {
        return up
                ? CompletableFuture.completedFuture(capacity.apply(request))
                : CompletableFuture.failedFuture(new Unreachable(new IllegalStateException("down")));
    }

    @Override
    public CompletionStage<Optional<Refusal>> load(String model) {
        changes.add("load " + model);
        return CompletableFuture.completedFuture(changing.apply(model));
    }

    @Override
    public CompletionStage<Optional<Refusal>> unload(String model) {
        changes.add("unload " + model);
        return CompletableFuture.completedFuture(changing.apply(model));
    }

    @Override
    public void close() {
        closed = true;
        up = false;
    }
}
