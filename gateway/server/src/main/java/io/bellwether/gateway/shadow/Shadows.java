package io.bellwether.gateway.shadow;

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
 * priority at the worker, is not repeated, and counts in no cell of telemetry that is compared.
 */
public final class Shadows {
    /** Tallies of the newest shadows are kept, ended or not. */
    static final int TALLIES_MAX = 256;

    private static final InferParameter LEAST_IMPORTANT =
            InferParameter.newBuilder().setInt64Param(Integer.MAX_VALUE).build();

    private final Dispatch dispatch;
    private final Executor executor;
    private final GatewayMetrics metrics;
    private final ShadowPool pool;
    private final Map<String, ShadowTally> tallies = new LinkedHashMap<>();

    /**
     * @param executor starts copies and compares answers, away from whoever answers clients; may reject when it has enough
     * @param copiesMax copies under way
     * @param bytesMax of requests and answers that are held for copies
     */
    public Shadows(Dispatch dispatch, Executor executor, GatewayMetrics metrics, int copiesMax, long bytesMax) {
        this.dispatch = dispatch;
        this.executor = executor;
        this.metrics = metrics;
        this.pool = new ShadowPool(copiesMax, bytesMax);
    }

    /** What clients were given for a request. */
    public record Answered(ModelInferRequest request, String version, ModelInferResponse response) {
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
        send(answered, copy, false, budgetNanos, tally);
        if (copy.twin()) {
            send(answered, copy, true, budgetNanos, tally);
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

    private void send(Answered answered, ShadowCopy copy, boolean isTwin, long budgetNanos, ShadowTally tally) {
        long bytes = answered.bytes();
        Mark mark = new Mark(answered.request().getModelName(), copy.version(), isTwin);
        if (!pool.enter(bytes)) {
            drop(tally, mark);
            return;
        }
        try {
            executor.execute(() -> {
                ModelInferRequest request = answered.request().toBuilder()
                        .setModelVersion(isTwin ? answered.version() : copy.version())
                        .putParameters(WireNames.PARAMETER_PRIORITY, LEAST_IMPORTANT)
                        .build();
                dispatch.sendCopy(Outgoing.uncounted(request), budgetNanos)
                        .whenComplete((reply, impossible) ->
                                later(() -> judge(answered, copy, reply, tally, mark), bytes, tally, mark));
            });
        } catch (RejectedExecutionException e) {
            pool.leave(bytes);
            drop(tally, mark);
        }
    }

    private void later(Runnable judging, long bytes, ShadowTally tally, Mark mark) {
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
            drop(tally, mark);
        }
    }

    private void judge(Answered answered, ShadowCopy copy, Reply reply, ShadowTally tally, Mark mark) {
        if (reply instanceof Reply.Answered other) {
            Agreement agreement = AnswerComparison.of(copy.comparison(), answered.response(), other.response());
            tally.compared(mark.isTwin(), agreement);
            count(mark, agreement.name());
        } else {
            tally.failed(mark.isTwin());
            count(mark, "FAILED");
        }
    }

    private void drop(ShadowTally tally, Mark mark) {
        tally.dropped();
        count(mark, "DROPPED");
    }

    private void count(Mark mark, String result) {
        metrics.onShadowCopy(mark.model(), mark.version(), mark.isTwin() ? "twin" : "candidate", result);
    }

    /** Labels of a copy. */
    private record Mark(String model, String version, boolean isTwin) {}
}
