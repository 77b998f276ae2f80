package io.bellwether.loadtests;

import java.util.Iterator;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Sends requests when they are due, whatever became of those before. Latency counts from the moment a request was due:
 * one that goes out late, because the driver, the pool or the server was behind, is charged with the delay. A request
 * that would exceed the limit on unanswered ones is not sent and counts as a failure; it is never left out silently.
 */
final class LoadDriver {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final long NANOS_PER_MILLI = 1_000_000L;
    private static final long NAP_NANOS_MAX = 50 * NANOS_PER_MILLI;
    private static final long DRAIN_GRACE_NANOS = NANOS_PER_SECOND;

    /**
     * One stretch at one rate.
     *
     * @param pattern how gaps are drawn
     * @param requestsPerSecond mean rate
     * @param warmupSeconds sent before, not counted
     * @param durationSeconds counted; 0 for until stopped
     * @param seed of the schedule and of the choice of rows
     * @param inFlightMax most unanswered requests
     * @param timeoutMillis longest wait for answers after the last request
     */
    record Plan(
            Arrivals.Pattern pattern,
            double requestsPerSecond,
            long warmupSeconds,
            long durationSeconds,
            long seed,
            int inFlightMax,
            long timeoutMillis) {}

    /** One request of a schedule: when, from the start, and what it asks for. */
    record Due(long offsetNanos, Ask ask) {}

    /** Told once in every second that is counted. Runs on the driver's thread: must be quick. */
    interface Observer {
        void second(long second, Tally tally, int inFlight);
    }

    /**
     * What a stretch did.
     *
     * @param seconds that were counted
     * @param lagNanosMax the longest that the driver itself was behind its schedule
     */
    record Result(Tally tally, double seconds, long lagNanosMax) {}

    private final Ticker ticker;
    private final Sender sender;
    private final Rows rows;
    private final AtomicBoolean stop;
    private final AtomicInteger inFlight = new AtomicInteger();

    /** @param stop ends the run when it becomes true */
    LoadDriver(Ticker ticker, Sender sender, Rows rows, AtomicBoolean stop) {
        this.ticker = ticker;
        this.sender = sender;
        this.rows = rows;
        this.stop = stop;
    }

    /** Runs one stretch at the plan's rate to its end and waits for its answers. */
    Result run(Plan plan, Observer observer) {
        return run(plan, dues(plan, rows, 0), observer);
    }

    /** The plan's own schedule, without end. */
    static Iterator<Due> dues(Plan plan, Rows rows, long deadlineMillis) {
        Arrivals arrivals = new Arrivals(plan.pattern(), plan.requestsPerSecond(), plan.seed());
        return new Iterator<>() {
            private long number;

            @Override
            public boolean hasNext() {
                return true;
            }

            @Override
            public Due next() {
                int row = row(rows, plan.seed(), number++);
                return new Due(arrivals.nextOffsetNanos(), new Ask(row, deadlineMillis, 0, 1));
            }
        };
    }

    /** The same with a schedule of the caller's, until it or the plan ends. */
    Result run(Plan plan, Iterator<Due> dues, Observer observer) {
        Tally warm = new Tally();
        Tally tally = new Tally();
        long startNanos = ticker.nowNanos();
        long countedNanos = startNanos + plan.warmupSeconds() * NANOS_PER_SECOND;
        long endNanos =
                plan.durationSeconds() == 0 ? Long.MAX_VALUE : countedNanos + plan.durationSeconds() * NANOS_PER_SECOND;
        Seconds seconds = new Seconds(countedNanos, tally, observer);
        long lagNanosMax = 0;
        while (dues.hasNext()) {
            Due due = dues.next();
            long dueNanos = startNanos + due.offsetNanos();
            if (!sleepUntil(Math.min(dueNanos, endNanos), seconds) || dueNanos >= endNanos) {
                break;
            }
            boolean counted = dueNanos >= countedNanos;
            if (counted) {
                lagNanosMax = Math.max(lagNanosMax, ticker.nowNanos() - dueNanos);
            }
            fire(due.ask(), dueNanos, counted ? tally : warm, plan.inFlightMax());
        }
        long lastNanos = Math.min(ticker.nowNanos(), endNanos);
        drain(plan.timeoutMillis() * NANOS_PER_MILLI + DRAIN_GRACE_NANOS, seconds);
        double counted = Math.max(0, lastNanos - countedNanos) / (double) NANOS_PER_SECOND;
        return new Result(tally, counted, lagNanosMax);
    }

    private void fire(Ask ask, long dueNanos, Tally tally, int inFlightMax) {
        if (inFlight.get() >= inFlightMax) {
            tally.add(Answer.failed(Outcome.OVERRUN, ""), 0, -1);
            return;
        }
        inFlight.incrementAndGet();
        sender.send(ask, answer -> {
            tally.add(answer, ticker.nowNanos() - dueNanos, rows.label(ask.row()));
            inFlight.decrementAndGet();
        });
    }

    private boolean sleepUntil(long nanos, Seconds seconds) {
        long now = ticker.nowNanos();
        while (now < nanos && !stop.get()) {
            ticker.sleepUntil(Math.min(nanos, now + NAP_NANOS_MAX));
            now = ticker.nowNanos();
            seconds.passed(now);
        }
        return !stop.get();
    }

    /** What has no answer by then counts as timed out. */
    private void drain(long patienceNanos, Seconds seconds) {
        long giveUpNanos = ticker.nowNanos() + patienceNanos;
        for (long now = ticker.nowNanos(); inFlight.get() > 0 && now < giveUpNanos; now = ticker.nowNanos()) {
            ticker.sleepUntil(Math.min(giveUpNanos, now + NANOS_PER_MILLI));
        }
        for (int i = inFlight.get(); i > 0; i--) {
            seconds.tally.add(Answer.failed(Outcome.TIMEOUT, ""), 0, -1);
        }
        seconds.passed(ticker.nowNanos());
    }

    /** Spreads rows evenly, by the seed and the number of the request alone. */
    static int row(Rows rows, long seed, long number) {
        long mixed = (seed + number + 1) * 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return (int) Long.remainderUnsigned(mixed ^ (mixed >>> 31), rows.rows());
    }

    /** Tells the observer when a second that counts has passed. */
    private final class Seconds {
        private final long startNanos;
        private final Tally tally;
        private final Observer observer;
        private long told;

        Seconds(long startNanos, Tally tally, Observer observer) {
            this.startNanos = startNanos;
            this.tally = tally;
            this.observer = observer;
        }

        void passed(long nowNanos) {
            long second = Math.floorDiv(nowNanos - startNanos, NANOS_PER_SECOND);
            if (second > told) {
                told = second;
                observer.second(second, tally, inFlight.get());
            }
        }
    }
}
