package io.bellwether.gateway.grpc;

import io.bellwether.gateway.call.Cancellation;
import io.bellwether.gateway.call.RetryAfter;
import io.bellwether.gateway.inference.InferenceResult;
import io.bellwether.gateway.inference.RequestIds;
import io.bellwether.protocol.WireNames;
import io.bellwether.protocol.oip.InferParameter;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferResponse;
import io.bellwether.protocol.oip.ModelStreamInferResponse;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One stream of inference requests. Each is a request of its own, with an id and a route of its own, and is answered as
 * soon as it is done, whatever came before it; one that fails does not end the stream. The client is read only as far as
 * it is answered and reads its answers, so a stream never holds more than its limit of requests.
 *
 * <p>Answers come on the threads that bring the workers' replies, so everything below is under one lock.
 */
final class InferenceStream implements StreamObserver<ModelInferRequest> {
    private static final Logger LOG = Logger.getLogger(InferenceStream.class);
    private static final InferParameter YES =
            InferParameter.newBuilder().setBoolParam(true).build();

    private final ServerCallStreamObserver<ModelStreamInferResponse> client;
    private final MessageInference inference;
    private final CallHeaders.Exchange exchange;
    private final MessageWeight weight;
    private final @Nullable Deadline deadline;
    private final Runnable onEnd;
    private final Object lock = new Object();
    private final Set<Cancellation> inFlight = new HashSet<>();
    /** Answered requests in whose place none was asked for yet, because the client does not read its answers. */
    private int withheld;

    private boolean clientDone;
    private boolean ended;

    /**
     * Where a stream belongs.
     *
     * @param exchange metadata of its call
     * @param weight of the message that comes next
     * @param deadline of its call
     */
    record Origin(CallHeaders.Exchange exchange, MessageWeight weight, @Nullable Deadline deadline) {

        /** The call that this thread is in, which has passed the guard. */
        static Origin current() {
            return new Origin(
                    CallHeaders.Exchange.current(),
                    Objects.requireNonNull(MessageWeight.OF_CALL.get(), "the guard stands in front"),
                    Context.current().getDeadline());
        }
    }

    /**
     * Begins; to be called inside the call of the service method, where reading can still be taken over.
     *
     * @param requestsMax requests without an answer
     * @param onEnd called once, when the stream has ended in whatever way
     */
    InferenceStream(
            ServerCallStreamObserver<ModelStreamInferResponse> client,
            MessageInference inference,
            Origin origin,
            int requestsMax,
            Runnable onEnd) {
        this.client = client;
        this.inference = inference;
        this.exchange = origin.exchange();
        this.weight = origin.weight();
        this.deadline = origin.deadline();
        this.onEnd = onEnd;
        client.disableAutoRequest();
        client.setOnCancelHandler(this::abandon);
        client.setOnReadyHandler(this::readOn);
        client.request(requestsMax);
    }

    @Override
    public void onNext(ModelInferRequest request) {
        Cancellation cancellation = new Cancellation();
        synchronized (lock) {
            if (ended) {
                return;
            }
            inFlight.add(cancellation);
        }
        inference
                .inferCounted(request, weight.bytes(), RequestIds.made(), exchange, deadline, cancellation)
                .whenComplete((result, impossible) -> answer(cancellation, reply(request, result)));
    }

    @Override
    public void onError(Throwable broken) {
        abandon();
    }

    @Override
    public void onCompleted() {
        boolean last;
        synchronized (lock) {
            clientDone = true;
            last = endIfDone();
        }
        if (last) {
            onEnd.run();
        }
    }

    private void answer(Cancellation request, ModelStreamInferResponse reply) {
        boolean last;
        synchronized (lock) {
            inFlight.remove(request);
            if (ended) {
                return;
            }
            try {
                client.onNext(reply);
                withheld++;
                last = endIfDone();
            } catch (RuntimeException e) {
                LOG.error("reason=INTERNAL an answer could not be written to its stream", e);
                ended = true;
                last = true;
            }
        }
        if (last) {
            onEnd.run();
        } else {
            readOn();
        }
    }

    /** Under the lock. */
    private boolean endIfDone() {
        if (ended || !clientDone || !inFlight.isEmpty()) {
            return false;
        }
        ended = true;
        client.onCompleted();
        return true;
    }

    private void readOn() {
        synchronized (lock) {
            if (withheld > 0 && !ended && !clientDone && client.isReady()) {
                client.request(withheld);
                withheld = 0;
            }
        }
    }

    private void abandon() {
        List<Cancellation> left;
        synchronized (lock) {
            if (ended) {
                return;
            }
            ended = true;
            left = new ArrayList<>(inFlight);
            inFlight.clear();
        }
        left.forEach(Cancellation::cancel);
        onEnd.run();
    }

    private static ModelStreamInferResponse reply(ModelInferRequest request, InferenceResult result) {
        ModelStreamInferResponse.Builder reply = ModelStreamInferResponse.newBuilder();
        if (result instanceof InferenceResult.Served served) {
            reply.setInferResponse(served.response());
        } else if (result instanceof InferenceResult.NotServed notServed) {
            reply.setErrorMessage(notServed.refusal().message()).setInferResponse(error(request, notServed));
        }
        trace(result.trace(), reply.getInferResponseBuilder());
        InferParameter mark = request.getParametersMap().get(WireNames.PARAMETER_MARK_FINAL);
        if (mark != null && mark.getBoolParam()) {
            reply.getInferResponseBuilder().putParameters(WireNames.PARAMETER_FINAL, YES);
        }
        return reply.build();
    }

    /** What a client needs to know whose error it is: a stream has neither a status nor trailers for one request. */
    private static ModelInferResponse error(ModelInferRequest request, InferenceResult.NotServed notServed) {
        ModelInferResponse.Builder error = ModelInferResponse.newBuilder()
                .setId(request.getId())
                .setModelVersion(notServed.trace().version())
                .putParameters(
                        WireNames.PARAMETER_REASON,
                        text(notServed.refusal().reason().name()));
        RetryAfter.of(notServed.refusal())
                .ifPresent(later -> error.putParameters(
                        WireNames.PARAMETER_RETRY_AFTER,
                        InferParameter.newBuilder()
                                .setInt64Param(later.millis())
                                .build()));
        return error.build();
    }

    /** Where the request went, which a call says in its metadata; the version is a field of the answer. */
    private static void trace(InferenceResult.Trace trace, ModelInferResponse.Builder answer) {
        if (!trace.arm().isEmpty()) {
            answer.putParameters(WireNames.PARAMETER_ARM, text(trace.arm()));
        }
        if (!trace.rolloutId().isEmpty()) {
            answer.putParameters(WireNames.PARAMETER_ROLLOUT, text(trace.rolloutId()));
        }
        if (trace.isRouted()) {
            answer.putParameters(
                    WireNames.PARAMETER_ROUTE_VERSION,
                    InferParameter.newBuilder()
                            .setInt64Param(trace.routeVersion())
                            .build());
        }
    }

    private static InferParameter text(String value) {
        return InferParameter.newBuilder().setStringParam(value).build();
    }
}
