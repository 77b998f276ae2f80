package io.bellwether.gateway.shadow;

import io.bellwether.gateway.evidence.Outcome;
import io.bellwether.gateway.feedback.PairBook;
import io.bellwether.gateway.feedback.Predicted;
import io.bellwether.gateway.metrics.GatewayMetrics;
import io.bellwether.gateway.worker.Dispatch;
import io.bellwether.gateway.worker.Outgoing;
import io.bellwether.gateway.worker.Reply;
import io.bellwether.protocol.WireNames;
import io.bellwether.protocol.oip.InferParameter;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferResponse;
import io.bellwether.routing.ShadowCopy;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Sends copies of answered requests to candidates that serve nobody, and compares what they say. A copy begins after its
 * request was answered, on a thread of its own; where there is no room for it, it is dropped and counted. It has the lowest
 * priority at the worker, is not repeated, and counts in no cell of telemetry that is compared. What the answers to one
 * request are worth beside each other is evidence for monitoring.
 */
public final class Shadows {
    /** Tallies of the newest shadows are kept, ended or not. */
    static final int TALLIES_MAX = 256;

    private static final InferParameter LEAST_IMPORTANT =
            InferParameter.newBuilder().setInt64Param(Integer.MAX_VALUE).build();

    private final Dispatch dispatch;
    private final Executor executor;
    private final GatewayMetrics metrics;
    private final PairBook pairs;
    private final ShadowPool pool;
    private final Map<String, ShadowTally> tallies = new LinkedHashMap<>();

    /**
     * @param executor starts copies and compares answers, away from whoever answers clients; may reject when it has enough
     * @param pairs takes the pairs of answers
     * @param copiesMax copies under way
     * @param bytesMax of requests and answers that are held for copies
     */
    public Shadows(
            Dispatch dispatch,
            Executor executor,
            GatewayMetrics metrics,
            PairBook pairs,
            int copiesMax,
            long bytesMax) {
        this.dispatch = dispatch;
        this.executor = executor;
        this.metrics = metrics;
        this.pairs = pairs;
        this.pool = new ShadowPool(copiesMax, bytesMax);
    }

    /** What clients were given for a request, by the id that they know it by. */
    public record Answered(String requestId, ModelInferRequest request, String version, ModelInferResponse response) {
        long bytes() {
            return (long) request.getSerializedSize() + response.getSerializedSize();
        }
    }

    /**
     * Copies a request. Returns at once.
     *
     * @param budgetNanos time that each copy has
     */
    public void copy(Answered answered, ShadowCopy copy, long budgetNanos) {
        ShadowTally tally = tally(copy.rolloutId());
        CopiedRequest pair = new CopiedRequest(copy);
        String model = answered.request().getModelName();
        send(answered, copy, new Mark(model, copy.version(), false, tally, pair), budgetNanos);
        if (copy.twin()) {
            send(answered, copy, new Mark(model, copy.version(), true, tally, pair), budgetNanos);
        }
    }

    /** What became of a shadow's copies; empty if this gateway has made none. */
    public Optional<ShadowCounts> counts(String rolloutId) {
        synchronized (tallies) {
            return Optional.ofNullable(tallies.get(rolloutId)).map(ShadowTally::read);
        }
    }

    private ShadowTally tally(String rolloutId) {
        synchronized (tallies) {
            ShadowTally known = tallies.get(rolloutId);
            if (known != null) {
                return known;
            }
            if (tallies.size() >= TALLIES_MAX) {
                tallies.remove(tallies.keySet().iterator().next());
            }
            ShadowTally made = new ShadowTally();
            tallies.put(rolloutId, made);
            return made;
        }
    }

    private void send(Answered answered, ShadowCopy copy, Mark mark, long budgetNanos) {
        long bytes = answered.bytes();
        if (!pool.enter(bytes)) {
            drop(mark);
            return;
        }
        try {
            executor.execute(() -> {
                ModelInferRequest request = answered.request().toBuilder()
                        .setModelVersion(mark.isTwin() ? answered.version() : copy.version())
                        .putParameters(WireNames.PARAMETER_PRIORITY, LEAST_IMPORTANT)
                        .build();
                dispatch.sendCopy(Outgoing.uncounted(request), budgetNanos)
                        .whenComplete(
                                (reply, impossible) -> later(() -> judge(answered, copy, reply, mark), bytes, mark));
            });
        } catch (RejectedExecutionException e) {
            pool.leave(bytes);
            drop(mark);
        }
    }

    private void later(Runnable judging, long bytes, Mark mark) {
        try {
            executor.execute(() -> {
                try {
                    judging.run();
                } finally {
                    pool.leave(bytes);
                }
            });
        } catch (RejectedExecutionException e) {
            pool.leave(bytes);
            drop(mark);
        }
    }

    private void judge(Answered answered, ShadowCopy copy, Reply reply, Mark mark) {
        if (reply instanceof Reply.Answered other) {
            Agreement agreement = AnswerComparison.of(copy.comparison(), answered.response(), other.response());
            mark.tally().compared(mark.isTwin(), agreement);
            count(mark, agreement.name());
            heard(mark, agreement == Agreement.AGREES ? CopiedRequest.Heard.ALIKE : CopiedRequest.Heard.APART);
            predicted(answered, copy, mark, AnswerLabel.of(other.response()));
        } else {
            mark.tally().failed(mark.isTwin());
            count(mark, "FAILED");
            boolean model = reply instanceof Reply.Failed failed && Outcome.of(failed.reason()) == Outcome.MODEL_ERROR;
            heard(mark, model ? CopiedRequest.Heard.APART : CopiedRequest.Heard.LOST);
            predicted(answered, copy, mark, model ? Optional.of("") : Optional.empty());
        }
    }

    /** So that a label can tell which of the versions is right. Twins have no part in it. */
    private void predicted(Answered answered, ShadowCopy copy, Mark mark, Optional<String> candidate) {
        Optional<String> control = mark.isTwin() ? Optional.empty() : AnswerLabel.of(answered.response());
        if (control.isPresent() && candidate.isPresent()) {
            pairs.predicted(
                    mark.model(),
                    answered.requestId(),
                    new Predicted(copy.version(), copy.rolloutId(), control.get(), candidate.get()));
        }
    }

    private void drop(Mark mark) {
        mark.tally().dropped();
        count(mark, "DROPPED");
        heard(mark, CopiedRequest.Heard.DROPPED);
    }

    private void heard(Mark mark, CopiedRequest.Heard what) {
        mark.pair().heard(mark.isTwin(), what).ifPresent(pair -> pairs.compared(mark.model(), pair));
    }

    private void count(Mark mark, String result) {
        metrics.onShadowCopy(mark.model(), mark.version(), mark.isTwin() ? "twin" : "candidate", result);
    }

    /** Labels of a copy, and where it counts. */
    private record Mark(String model, String version, boolean isTwin, ShadowTally tally, CopiedRequest pair) {}
}
