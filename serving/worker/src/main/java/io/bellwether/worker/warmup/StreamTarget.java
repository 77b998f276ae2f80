package io.bellwether.worker.warmup;

import io.bellwether.protocol.HopParameters;
import io.bellwether.protocol.hop.GatewayTurn;
import io.bellwether.protocol.hop.Hello;
import io.bellwether.protocol.hop.HopAnswer;
import io.bellwether.protocol.hop.HopMethod;
import io.bellwether.protocol.hop.HopRequest;
import io.bellwether.protocol.hop.WorkerTurn;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferResponse;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A stream to a worker as a gateway opens it, so that the way of most requests gets warm: frames, event loop, outbox. Where a
 * request counts is said in its frame, as by a gateway, and not in its parameters; and it is marked as synthetic there. For
 * several threads.
 */
public final class StreamTarget implements WarmUpTarget, AutoCloseable {
    private final Object lock = new Object();
    private final Map<Long, CompletableFuture<ModelInferResponse>> unanswered = new HashMap<>();
    private final List<HopRequest> unsent = new ArrayList<>();
    private final StreamObserver<GatewayTurn> worker;
    private final long callNanosMax;
    private boolean greeted;
    private @Nullable Throwable end;
    private long lastId;

    /**
     * Opens the stream; what is asked before the worker has greeted waits for that.
     *
     * @param channel to the worker; closed by whoever made it
     * @param answerBytesMax largest message that is taken from the worker
     * @param callNanosMax deadline of one synthetic request
     */
    public StreamTarget(Channel channel, int answerBytesMax, long callNanosMax) {
        this.callNanosMax = callNanosMax;
        synchronized (lock) {
            this.worker = ClientCalls.asyncBidiStreamingCall(
                    channel.newCall(HopMethod.OPEN, CallOptions.DEFAULT.withWaitForReady()), new FromWorker());
            worker.onNext(GatewayTurn.newBuilder()
                    .setHello(Hello.newBuilder().setMessageBytesMax(answerBytesMax))
                    .build());
        }
    }

    @Override
    public CompletableFuture<ModelInferResponse> infer(ModelInferRequest request) {
        CompletableFuture<ModelInferResponse> answer = new CompletableFuture<>();
        HopRequest.Builder frame = HopRequest.newBuilder()
                .setBudgetNanos(callNanosMax)
                .setSynthetic(true)
                .setInference(request.toBuilder().clearParameters());
        HopParameters.origin(request).ifPresent(origin -> frame.setOrigin(origin.message()));
        synchronized (lock) {
            if (end != null) {
                return CompletableFuture.failedFuture(end);
            }
            lastId++;
            unanswered.put(lastId, answer);
            unsent.add(frame.setId(lastId).build());
            sendIfGreeted();
        }
        return answer;
    }

    private void sendIfGreeted() {
        if (greeted && !unsent.isEmpty()) {
            worker.onNext(GatewayTurn.newBuilder().addAllRequests(unsent).build());
            unsent.clear();
        }
    }

    /** Ends the stream; what is unanswered gets its answer still. */
    @Override
    public void close() {
        synchronized (lock) {
            if (end == null) {
                end = new IllegalStateException("the stream is closed");
                worker.onCompleted();
            }
        }
    }

    private final class FromWorker implements StreamObserver<WorkerTurn> {
        @Override
        public void onNext(WorkerTurn turn) {
            List<CompletableFuture<ModelInferResponse>> answered = new ArrayList<>();
            synchronized (lock) {
                greeted |= turn.hasHello();
                sendIfGreeted();
                turn.getAnswersList().forEach(answer -> answered.add(unanswered.remove(answer.getId())));
            }
            for (int i = 0; i < answered.size(); i++) {
                complete(answered.get(i), turn.getAnswers(i));
            }
        }

        private static void complete(@Nullable CompletableFuture<ModelInferResponse> asked, HopAnswer answer) {
            if (asked == null) {
                return;
            }
            if (answer.hasInference()) {
                asked.complete(answer.getInference());
            } else {
                asked.completeExceptionally(
                        new IllegalStateException(answer.getRefusal().getMessage()));
            }
        }

        @Override
        public void onError(Throwable broken) {
            over(broken);
        }

        @Override
        public void onCompleted() {
            over(new IllegalStateException("the worker ended the stream"));
        }

        private void over(Throwable why) {
            List<CompletableFuture<ModelInferResponse>> left;
            synchronized (lock) {
                end = why;
                left = List.copyOf(unanswered.values());
                unanswered.clear();
            }
            left.forEach(asked -> asked.completeExceptionally(why));
        }
    }
}
