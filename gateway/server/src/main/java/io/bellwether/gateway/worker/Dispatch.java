package io.bellwether.gateway.worker;

import io.bellwether.gateway.call.Cancellation;
import io.bellwether.gateway.call.Timekeeper;
import io.bellwether.protocol.FailureReason;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Sends a request to a worker that serves its version, and once more to another one if the first did not begin to work on it
 * or was lost with it, there is time left, and the retry budget allows it.
 */
public final class Dispatch {
    private final WorkerDirectory directory;
    private final RetryBudget budget;
    private final Timekeeper time;
    private final LongAdder retries = new LongAdder();

    public Dispatch(WorkerDirectory directory, RetryBudget budget, Timekeeper time) {
        this.directory = directory;
        this.budget = budget;
        this.time = time;
    }

    /** Retries made so far. */
    public long retries() {
        return retries.sum();
    }

    /**
     * @param deadlineNanos on the clock of the {@link Timekeeper}
     */
    public CompletionStage<Reply> send(Outgoing request, long deadlineNanos, Cancellation cancellation) {
        Optional<Seat> first = choose(request, null);
        if (first.isEmpty()) {
            return CompletableFuture.completedFuture(nobody(request));
        }
        budget.onRequest();
        return sendTo(first.get(), request, deadlineNanos, cancellation).thenCompose(reply -> {
            if (reply instanceof Reply.Failed failed && mayGoElsewhere(failed) && !cancellation.isCancelled()) {
                return again(first.get(), failed, request, deadlineNanos, cancellation);
            }
            return CompletableFuture.completedFuture(reply);
        });
    }

    /**
     * Sends a copy of a request that a client has had its answer to. It is sent once, and saves no retry.
     *
     * @param request with model and version set
     */
    public CompletionStage<Reply> sendCopy(Outgoing request, long budgetNanos) {
        return choose(request, null)
                .map(seat -> sendTo(seat, request, time.nanos() + budgetNanos, new Cancellation()))
                .orElseGet(() -> CompletableFuture.completedFuture(nobody(request)));
    }

    private CompletionStage<Reply> again(
            Seat first, Reply.Failed failed, Outgoing request, long deadlineNanos, Cancellation cancellation) {
        Optional<Seat> other = choose(request, first.worker());
        if (other.isEmpty() || deadlineNanos - time.nanos() <= 0 || !budget.tryRetry()) {
            return CompletableFuture.completedFuture(failed);
        }
        retries.increment();
        return sendTo(other.get(), request, deadlineNanos, cancellation);
    }

    private CompletionStage<Reply> sendTo(Seat seat, Outgoing request, long deadlineNanos, Cancellation cancellation) {
        long left = deadlineNanos - time.nanos();
        if (left <= 0) {
            seat.onNotSent();
            return CompletableFuture.completedFuture(new Reply.Failed(
                    FailureReason.DEADLINE_EXCEEDED, "the deadline passed before there was an answer", false));
        }
        seat.onSent();
        return seat.worker().link().forward(request, left, cancellation).thenApply(reply -> {
            seat.onReply(reply);
            if (reply instanceof Reply.Failed failed
                    && failed.reason() == FailureReason.WORKER_UNAVAILABLE
                    && !failed.started()) {
                directory.onDown(seat.worker());
            }
            return reply;
        });
    }

    /**
     * What a lost worker had is computed anew, because inference changes nothing but what it costs. What a worker has
     * answered, or is late with, is not.
     */
    private static boolean mayGoElsewhere(Reply.Failed failed) {
        return !failed.started() || failed.reason() == FailureReason.WORKER_UNAVAILABLE;
    }

    private Optional<Seat> choose(Outgoing request, @Nullable Worker notThis) {
        return directory.choose(
                request.inference().getModelName(), request.inference().getModelVersion(), notThis);
    }

    private static Reply nobody(Outgoing request) {
        return new Reply.Failed(
                FailureReason.WORKER_UNAVAILABLE,
                "no worker that serves model '" + request.inference().getModelName() + "' version '"
                        + request.inference().getModelVersion() + "' is reachable; try again",
                false);
    }
}
