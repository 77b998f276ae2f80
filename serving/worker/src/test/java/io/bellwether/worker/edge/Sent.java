package io.bellwether.worker.edge;

import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferResponse;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A request under way: its answer as a future, and a client that may go away. */
final class Sent implements ClientResponseObserver<ModelInferRequest, ModelInferResponse> {
    private final CompletableFuture<ModelInferResponse> answer = new CompletableFuture<>();
    private @Nullable ClientCallStreamObserver<ModelInferRequest> call;

    CompletableFuture<ModelInferResponse> answer() {
        return answer;
    }

    void cancel() {
        call.cancel("the test goes away", null);
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<ModelInferRequest> started) {
        call = started;
    }

    @Override
    public void onNext(ModelInferResponse response) {
        answer.complete(response);
    }

    @Override
    public void onError(Throwable failure) {
        answer.completeExceptionally(failure);
    }

    @Override
    public void onCompleted() {}
}
