package io.bellwether.worker.serving;

import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.Refusal;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread on which models change, one change after the other. Whoever asks for a change gets an answer, also when it
 * fails.
 */
final class ChangeThread {
    private static final Logger LOG = LoggerFactory.getLogger(ChangeThread.class);

    private final ScheduledThreadPoolExecutor thread;
    private final int pendingMax;

    /** A change. It completes {@code done} now or later, with the first reason why it did not go as asked. */
    interface Step {
        void run(CompletableFuture<Optional<Refusal>> done) throws IOException, InterruptedException;
    }

    /**
     * @param pendingMax changes that may wait
     */
    ChangeThread(int pendingMax) {
        this.pendingMax = pendingMax;
        this.thread = new ScheduledThreadPoolExecutor(1, task -> {
            Thread made = new Thread(task, "model-lifecycle");
            made.setDaemon(true);
            return made;
        });
    }

    /** Lets a change wait for its turn. */
    CompletableFuture<Optional<Refusal>> ask(Step step) {
        CompletableFuture<Optional<Refusal>> done = new CompletableFuture<>();
        if (thread.getQueue().size() >= pendingMax) {
            done.complete(refusal("too many changes of models wait; try again"));
            return done;
        }
        try {
            thread.execute(() -> run(step, done));
        } catch (RejectedExecutionException e) {
            done.complete(refusal("the worker is stopping"));
        }
        return done;
    }

    /** The second part of a change, after some time. */
    void later(Step step, CompletableFuture<Optional<Refusal>> done, long nanos) {
        ScheduledFuture<?> unused = thread.schedule(() -> run(step, done), nanos, TimeUnit.NANOSECONDS);
    }

    void every(long nanos, Step step) {
        ScheduledFuture<?> unused = thread.scheduleWithFixedDelay(
                () -> run(step, new CompletableFuture<>()), nanos, nanos, TimeUnit.NANOSECONDS);
    }

    /**
     * Interrupts what is under way and takes nothing new.
     *
     * @return whether it has ended
     */
    boolean stop(long deadlineNanos) throws InterruptedException {
        thread.shutdownNow();
        return thread.awaitTermination(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    private static void run(Step step, CompletableFuture<Optional<Refusal>> done) {
        try {
            step.run(done);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            done.complete(refusal("the worker is stopping"));
        } catch (IOException e) {
            LOG.error("the repository cannot be read", e);
            done.complete(Optional.of(new Refusal(
                    FailureReason.LOAD_FAILED, "the model repository cannot be read; see the log of the worker")));
        } catch (RuntimeException e) {
            // Also for the thread's own sake: a task that throws is not run again.
            LOG.error("a change of models failed", e);
            done.complete(Optional.of(new Refusal(FailureReason.INTERNAL, "the worker failed to change its models")));
        }
    }

    private static Optional<Refusal> refusal(String reason) {
        return Optional.of(new Refusal(FailureReason.NOT_READY, reason));
    }
}
