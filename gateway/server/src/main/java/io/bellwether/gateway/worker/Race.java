package io.bellwether.gateway.worker;

import io.bellwether.gateway.call.Cancellation;
import io.bellwether.protocol.FailureReason;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * One request at the worker that it went to first, and perhaps a copy of it at another one. It has exactly one outcome:
 *
 * <ul>
 *   <li>the first answer wins, and the other one is withdrawn;
 *   <li>a failure of the first worker's that says something about the request is the outcome at once; one of the copy's never is
 *       while the first may still answer;
 *   <li>where a worker refused or was lost, the other one is waited for, and the failure that came last is the outcome.
 * </ul>
 *
 * So at most two workers see a request: where there was no copy, a retry may take its place. Safe for several threads; nobody is
 * called under the lock.
 */
final class Race {
    private final Cancellation caller;
    private final Cancellation first = new Cancellation();
    private final Cancellation copy = new Cancellation();
    private final CompletableFuture<Reply> outcome = new CompletableFuture<>();
    private boolean firstEnded;
    private Second second = Second.NONE;
    private boolean over;

    /** The second worker. */
    private enum Second {
        NONE,
        COPY,
        COPY_FAILED,
        RETRY
    }

    /** What the first worker's reply leads to. */
    enum Next {
        /** The request is over, with this reply if it was not over before. */
        END,
        /** It waits for the copy. */
        WAIT,
        /** It may go to another worker. */
        RETRY
    }

    Race(Cancellation caller) {
        this.caller = caller;
        caller.onCancel(() -> {
            first.cancel();
            copy.cancel();
        });
    }

    /** Ends the work of the first worker. */
    Cancellation first() {
        return first;
    }

    /** Ends the work on the copy. */
    Cancellation copy() {
        return copy;
    }

    CompletionStage<Reply> outcome() {
        return outcome;
    }

    /** Whether a copy may be thought of; a first step, as {@link #beginCopy} decides. */
    synchronized boolean isOpen() {
        return !over && !firstEnded && second == Second.NONE && !caller.isCancelled();
    }

    /** A copy is about to be sent: nobody else comes second. False if it is too late for it. */
    synchronized boolean beginCopy() {
        if (!isOpen()) {
            return false;
        }
        second = Second.COPY;
        return true;
    }

    /** The first worker has replied. After {@link Next#RETRY} the request ends by {@link #retried}. */
    Next firstReplied(Reply reply) {
        synchronized (this) {
            firstEnded = true;
            if (over) {
                return Next.END;
            }
            if (reply instanceof Reply.Failed failed && saysNothing(failed) && !caller.isCancelled()) {
                if (second == Second.COPY) {
                    return Next.WAIT;
                }
                if (second == Second.NONE) {
                    second = Second.RETRY;
                    return Next.RETRY;
                }
            }
            over = true;
        }
        outcome.complete(reply);
        copy.cancel();
        return Next.END;
    }

    /** The retry has ended, or there was none: then it is the first failure. */
    void retried(Reply reply) {
        synchronized (this) {
            over = true;
        }
        outcome.complete(reply);
    }

    /** The copy has its reply; says what became of it. */
    HedgeCounts.Result copyReplied(Reply reply) {
        synchronized (this) {
            if (over) {
                return HedgeCounts.Result.LOST;
            }
            if (reply instanceof Reply.Failed) {
                second = Second.COPY_FAILED;
                if (!firstEnded) {
                    return HedgeCounts.Result.FAILED;
                }
            }
            over = true;
        }
        outcome.complete(reply);
        first.cancel();
        return reply instanceof Reply.Answered ? HedgeCounts.Result.WON : HedgeCounts.Result.FAILED;
    }

    /** A failure of a worker, not of what it was asked. */
    private static boolean saysNothing(Reply.Failed failed) {
        return !failed.started() || failed.reason() == FailureReason.WORKER_UNAVAILABLE;
    }
}
