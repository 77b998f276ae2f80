package io.bellwether.loadtests;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Keeps a fixed number of requests unanswered: each answer sends the next. Says what a server reaches, and nothing about
 * what users wait for when it is overloaded, since a closed loop slows down with it. The sender must answer later, not
 * within {@link Sender#send}.
 */
final class ClosedLoop {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final long NAP_NANOS = 1_000_000L;

    private final Ticker ticker;
    private final Sender sender;
    private final Rows rows;
    private final long patienceNanos;

    /** @param patienceNanos longest wait for the last answers; what is missing then counts as timed out */
    ClosedLoop(Ticker ticker, Sender sender, Rows rows, long patienceNanos) {
        this.ticker = ticker;
        this.sender = sender;
        this.rows = rows;
        this.patienceNanos = patienceNanos;
    }

    /** Counts the requests that were sent in {@code seconds} after {@code warmupSeconds}. */
    Counts run(int concurrency, double warmupSeconds, double seconds) {
        Run run = new Run(ticker.nowNanos(), warmupSeconds, seconds);
        run.unfinished.set(concurrency);
        for (int i = 0; i < concurrency; i++) {
            run.next();
        }
        ticker.sleepUntil(run.endNanos);
        long giveUpNanos = run.endNanos + patienceNanos;
        while (run.unfinished.get() > 0 && ticker.nowNanos() < giveUpNanos) {
            ticker.sleepUntil(ticker.nowNanos() + NAP_NANOS);
        }
        for (int i = run.unfinished.get(); i > 0; i--) {
            run.tally.add(Answer.failed(Outcome.TIMEOUT, ""), 0, -1);
        }
        return Tally.sum(run.tally.total());
    }

    private final class Run {
        private final long countedNanos;
        private final long endNanos;
        private final Tally tally = new Tally();
        private final AtomicLong sent = new AtomicLong();
        private final AtomicInteger unfinished = new AtomicInteger();

        Run(long startNanos, double warmupSeconds, double seconds) {
            this.countedNanos = startNanos + (long) (warmupSeconds * NANOS_PER_SECOND);
            this.endNanos = countedNanos + (long) (seconds * NANOS_PER_SECOND);
        }

        void next() {
            long startNanos = ticker.nowNanos();
            if (startNanos >= endNanos) {
                unfinished.decrementAndGet();
                return;
            }
            int row = (int) (sent.getAndIncrement() % rows.rows());
            sender.send(Ask.of(row), answer -> {
                if (startNanos >= countedNanos) {
                    tally.add(answer, ticker.nowNanos() - startNanos, rows.label(row));
                }
                next();
            });
        }
    }
}
