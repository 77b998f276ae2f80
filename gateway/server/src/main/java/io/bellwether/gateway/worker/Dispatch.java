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
 * Sends a request to a worker that serves its version, and once more to another one if it is known that the first did not
 * begin to work on it, there is time left, and the retry budget allows it. What a worker was lost with may be what ended it:
 * that goes to another one only where the operator says so.
 */
public final class Dispatch {
    private final WorkerDirectory directory;
    private final RetryBudget budget;
    private final LostWork lostWork;
    private final Timekeeper time;
    private final LongAdder retries = new LongAdder();

    /** What becomes of the requests that a worker was lost with, as far as it is not known that it had not begun. */
    public enum LostWork {
        /** They fail: a request that ends its worker ends no other. */
        FAILS,
        /** They go to another worker, once, within the budget: a request that ends its worker ends two. */
        GOES_ON
    }

    public Dispatch(WorkerDirectory directory, RetryBudget budget, LostWork lostWork, Timekeeper time) {
        this.directory = directory;
        this.budget = budget;
        this.lostWork = lostWork;
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
        Optional<Seat> first = first(request);
        if (first.isEmpty()) {
            return nobody(request);
        }
        return sendTo(first.get(), request, deadlineNanos, cancellation)
                .thenCompose(reply -> reply instanceof Reply.Failed failed
                        ? again(first.get(), failed, request, deadlineNanos, cancellation)
                        : CompletableFuture.completedFuture(reply));
    }

    /** The worker that a request goes to first. */
    Optional<Seat> first(Outgoing request) {
        Optional<Seat> first = choose(request, null);
        if (first.isPresent()) {
            budget.onRequest();
        }
        return first;
    }

    /**
     * Sends a copy of a request that a client has had its answer to. It is sent once, and saves no retry.
     *
     * @param request with model and version set
     */
    public CompletionStage<Reply> sendCopy(Outgoing request, long budgetNanos) {
        return choose(request, null)
                .map(seat -> sendTo(seat, request, time.nanos() + budgetNanos, new Cancellation()))
                .orElseGet(() -> nobody(request));
    }

    /** Sends what failed at its first worker to another one, if it may go there; else it is over. */
    CompletionStage<Reply> again(
            Seat first, Reply.Failed failed, Outgoing request, long deadlineNanos, Cancellation cancellation) {
        if (!mayGoElsewhere(failed) || cancellation.isCancelled()) {
            return CompletableFuture.completedFuture(failed);
        }
        Optional<Seat> other = choose(request, first.worker());
        if (other.isEmpty() || deadlineNanos - time.nanos() <= 0 || !budget.tryRetry()) {
            return CompletableFuture.completedFuture(failed);
        }
        retries.increment();
        return sendTo(other.get(), request, deadlineNanos, cancellation);
    }

    /** Sends a request to one worker. */
    CompletionStage<Reply> sendTo(Seat seat, Outgoing request, long deadlineNanos, Cancellation cancellation) {
        long left = deadlineNanos - time.nanos();
        if (left <= 0) {
            seat.onNotSent();
            return CompletableFuture.completedFuture(new Reply.Failed(
                    FailureReason.DEADLINE_EXCEEDED, "the deadline passed before there was an answer", false));
        }
        Worker worker = seat.worker();
        seat.onSent();
        return worker.link()
                .forward(request, left, cancellation, seat::onSettled)
                .thenApply(reply -> {
                    seat.onReply(reply);
                    if (reply instanceof Reply.Failed failed
                            && failed.reason() == FailureReason.WORKER_UNAVAILABLE
                            && !failed.started()) {
                        directory.onDown(worker);
                    }
                    return reply;
                });
    }

    /** What a worker has answered, or is late with, is never repeated. */
    private boolean mayGoElsewhere(Reply.Failed failed) {
        return !failed.started()
                || (lostWork == LostWork.GOES_ON && failed.reason() == FailureReason.WORKER_UNAVAILABLE);
    }

    private Optional<Seat> choose(Outgoing request, @Nullable Worker notThis) {
        return directory.choose(
                request.inference().getModelName(), request.inference().getModelVersion(), notThis);
    }

    /** There is no worker for a request. */
    CompletionStage<Reply> nobody(Outgoing request) {
        return CompletableFuture.completedFuture(new Reply.Failed(
                FailureReason.WORKER_UNAVAILABLE,
                "no worker that serves model '" + request.inference().getModelName() + "' version '"
                        + request.inference().getModelVersion() + "' is reachable; try again",
                false));
    }
}
