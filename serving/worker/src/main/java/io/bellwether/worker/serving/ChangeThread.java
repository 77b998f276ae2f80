package io.bellwether.worker.serving;

import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.Refusal;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread on which models change, one change after the other. Whoever asks for a change gets an answer, also when it
 * fails. While a change waits for something that happens {@link #aside}, those that {@link #askBetween} brought are made.
 */
final class ChangeThread {
    private static final Logger LOG = LoggerFactory.getLogger(ChangeThread.class);

    private final ScheduledThreadPoolExecutor thread;
    private final int pendingMax;
    /** Changes that need not wait for what happens aside; an empty one wakes the thread when that is over. */
    private final BlockingQueue<Runnable> between = new LinkedBlockingQueue<>();
    /** Whether the thread will look at them in its turn. */
    private final AtomicBoolean lookComes = new AtomicBoolean();

    /** What may take long and changes nothing here. It ends when it is interrupted. */
    interface Aside<T> {
        T run() throws InterruptedException;
    }

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

    /** A change that waits for its turn, or is made while another one waits for what happens aside, whichever comes first. */
    CompletableFuture<Optional<Refusal>> askBetween(Step step) {
        CompletableFuture<Optional<Refusal>> done = new CompletableFuture<>();
        if (between.size() >= pendingMax) {
            done.complete(refusal("too many changes of models wait; try again"));
        } else if (thread.isShutdown()) {
            done.complete(refusal("the worker is stopping"));
        } else {
            between.add(() -> run(step, done));
            if (lookComes.compareAndSet(false, true)) {
                look(done);
            }
        }
        return done;
    }

    private void look(CompletableFuture<Optional<Refusal>> done) {
        try {
            thread.execute(this::makeBetween);
        } catch (RejectedExecutionException e) {
            done.complete(refusal("the worker is stopping"));
        }
    }

    private void makeBetween() {
        lookComes.set(false);
        for (Runnable next = between.poll(); next != null; next = between.poll()) {
            next.run();
        }
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
     * Waits for something on a thread of its own, for a change on this one.
     *
     * @throws InterruptedException when this thread is told to stop; what happened aside has ended then, too
     */
    <T> T aside(String name, Aside<T> work) throws InterruptedException {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread other = new Thread(() -> end(result, work), name);
        other.setDaemon(true);
        other.start();
        try {
            while (!result.isDone()) {
                between.take().run();
            }
        } catch (InterruptedException e) {
            other.interrupt();
            other.join();
            throw e;
        }
        return result.join();
    }

    private <T> void end(CompletableFuture<T> result, Aside<T> work) {
        try {
            result.complete(work.run());
        } catch (InterruptedException | RuntimeException | Error e) {
            result.completeExceptionally(e);
        }
        between.add(() -> {});
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
