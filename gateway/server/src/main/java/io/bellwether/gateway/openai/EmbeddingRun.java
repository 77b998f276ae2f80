package io.bellwether.gateway.openai;

import com.google.protobuf.ByteString;
import io.bellwether.gateway.call.Cancellation;
import io.bellwether.gateway.inference.Inference;
import io.bellwether.gateway.inference.InferenceCall;
import io.bellwether.gateway.inference.InferenceResult;
import io.bellwether.gateway.inference.InferenceResult.Trace;
import io.bellwether.protocol.BytesTensor;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.Refusal;
import io.bellwether.protocol.oip.InferParameter;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferResponse;
import io.bellwether.protocol.oip.ModelMetadataResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The texts of one request on their way through the model. The first goes where the route says, the others to the same
 * version, so that all vectors of an answer are of one model; and as the others are pinned, a request is one piece of
 * evidence about a version, however many texts it has. A few travel at once, and the worker batches them.
 */
final class EmbeddingRun {
    /** Texts of one request that travel at once: they fill batches and leave room for others. */
    private static final int TOGETHER = 16;

    private static final String INPUT = "text";
    private static final String OUTPUT = "embedding";
    private static final String TOKENS = "prompt_tokens";
    private static final InferParameter NO_TOKENS = InferParameter.getDefaultInstance();

    private final Inference inference;
    private final Call call;
    private final ByteString[] vectors;
    private final List<Cancellation> cancellations = new ArrayList<>();
    private final CompletableFuture<Result> done = new CompletableFuture<>();
    private int next;
    private int underWay;
    private int answered;
    private long tokens;
    private boolean sending;
    private boolean over;
    private Trace trace;

    /**
     * What was asked.
     *
     * @param requestId of the request
     * @param request what it says
     * @param header value of a request header by name
     * @param arrivedNanos when it was complete
     * @param budgetNanos time for all of it
     */
    record Call(
            String requestId,
            EmbeddingRequest request,
            UnaryOperator<String> header,
            long arrivedNanos,
            long budgetNanos) {}

    /** How it ended. */
    sealed interface Result {}

    /**
     * @param vectors one for each text, raw little-endian FP32
     * @param tokens tokens of all texts together
     * @param trace where the request went
     */
    record Embedded(List<ByteString> vectors, long tokens, Trace trace) implements Result {}

    /** There is no answer, or not for all texts. */
    record NotEmbedded(Refusal refusal, Trace trace) implements Result {}

    EmbeddingRun(Inference inference, Call call) {
        this.inference = inference;
        this.call = call;
        this.vectors = new ByteString[call.request().texts().size()];
        this.trace = Trace.unrouted(call.requestId());
    }

    /** Whether a model takes text and gives vectors. */
    static boolean fits(ModelMetadataResponse metadata) {
        return metadata.getInputsCount() == 1
                && metadata.getInputs(0).getName().equals(INPUT)
                && metadata.getInputs(0).getDatatype().equals("BYTES")
                && metadata.getOutputsCount() == 1
                && metadata.getOutputs(0).getName().equals(OUTPUT);
    }

    /** Begins; the result comes on whatever thread brings the last answer. To be called once. */
    CompletionStage<Result> start() {
        send();
        return done;
    }

    /** The client has left: nothing more is sent, and what travels is withdrawn. */
    void cancel() {
        List<Cancellation> all;
        synchronized (this) {
            over = true;
            all = List.copyOf(cancellations);
        }
        all.forEach(Cancellation::cancel);
    }

    /** Sends what may be sent now. Answers may come while it sends, on this very thread: then this loop goes on. */
    private void send() {
        synchronized (this) {
            if (sending) {
                return;
            }
            sending = true;
        }
        for (int index = take(); index >= 0; index = take()) {
            int text = index;
            Cancellation cancellation = new Cancellation();
            synchronized (this) {
                cancellations.add(cancellation);
            }
            inference.infer(call(text, cancellation)).whenComplete((result, impossible) -> onAnswer(text, result));
        }
    }

    /** The next text, or -1 when there is none to send now. The first one goes alone: it finds the version. */
    private synchronized int take() {
        int together = trace.version().isEmpty() ? 1 : TOGETHER;
        if (over || next == vectors.length || underWay == together) {
            sending = false;
            return -1;
        }
        underWay++;
        return next++;
    }

    private InferenceCall call(int text, Cancellation cancellation) {
        long nowNanos = inference.time().nanos();
        ModelInferRequest request = ModelInferRequest.newBuilder()
                .setModelName(call.request().model())
                .setModelVersion(trace.version())
                .addInputs(ModelInferRequest.InferInputTensor.newBuilder()
                        .setName(INPUT)
                        .setDatatype("BYTES")
                        .addShape(1))
                .addRawInputContents(
                        BytesTensor.raw(List.of(call.request().texts().get(text))))
                .build();
        long left = Math.max(1, call.arrivedNanos() + call.budgetNanos() - nowNanos);
        InferenceCall.Kind kind = text == 0 ? InferenceCall.Kind.WHOLE : InferenceCall.Kind.PART;
        return new InferenceCall(call.requestId(), request, call.header(), nowNanos, left, kind, cancellation);
    }

    private void onAnswer(int text, InferenceResult result) {
        @Nullable Result ended;
        synchronized (this) {
            underWay--;
            ended = result instanceof InferenceResult.Served served
                    ? served(text, served)
                    : new NotEmbedded(inWords(((InferenceResult.NotServed) result).refusal()), result.trace());
            over |= ended != null;
        }
        if (ended != null) {
            done.complete(ended);
        } else {
            send();
        }
    }

    /** A deadline here is that of all texts together. */
    private Refusal inWords(Refusal refusal) {
        return refusal.reason() == FailureReason.DEADLINE_EXCEEDED
                ? new Refusal(
                        FailureReason.DEADLINE_EXCEEDED,
                        answered + " of " + vectors.length + " texts were answered within the "
                                + TimeUnit.NANOSECONDS.toSeconds(call.budgetNanos())
                                + " s that a request has; send fewer or shorter texts at once")
                : refusal;
    }

    private @Nullable Result served(int text, InferenceResult.Served served) {
        ModelInferResponse response = served.response();
        boolean embedding = response.getOutputsCount() == 1
                && response.getOutputs(0).getName().equals(OUTPUT)
                && response.getOutputs(0).getDatatype().equals("FP32");
        if (!embedding) {
            return wrong("model '" + call.request().model() + "' does not turn text into vectors; see GET /v1/models");
        }
        int wanted = call.request().dimensions();
        long dimensions = response.getOutputs(0).getShape(1);
        if (wanted > 0 && wanted != dimensions) {
            return wrong("dimensions must be " + dimensions + " for model '"
                    + call.request().model() + "'; its vectors cannot be cut");
        }
        vectors[text] = response.getRawOutputContents(0);
        tokens += response.getParametersOrDefault(TOKENS, NO_TOKENS).getInt64Param();
        if (text == 0) {
            trace = served.trace();
        }
        answered++;
        return answered == vectors.length ? new Embedded(Arrays.asList(vectors), tokens, trace) : null;
    }

    private Result wrong(String message) {
        return new NotEmbedded(new Refusal(FailureReason.INVALID_INPUT, message), trace);
    }
}
