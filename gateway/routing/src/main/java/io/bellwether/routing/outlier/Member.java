package io.bellwether.routing.outlier;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/** One member: its recent counts, and where it is between in, out and on trial. */
final class Member {
    private final OutlierSettings settings;
    /** Readings of the counters, the newest first; one more than the long window has looks. */
    private final Deque<Counts> readings = new ArrayDeque<>();

    private Standing standing = Standing.IN;
    private long changedNanos;
    private Counts changedAt;
    private int timesOut;

    Member(OutlierSettings settings, Counts total, long nowNanos) {
        this.settings = settings;
        this.changedNanos = nowNanos;
        this.changedAt = total;
        readings.addFirst(total);
    }

    Standing standing() {
        return standing;
    }

    boolean isIn() {
        return standing == Standing.IN;
    }

    void add(Counts total, long nowNanos) {
        readings.addFirst(total);
        if (readings.size() > settings.longLooks() + 1) {
            readings.removeLast();
        }
        long sinceNanos = nowNanos - changedNanos;
        switch (standing) {
            case OUT -> {
                if (sinceNanos >= settings.outNanos(timesOut - 1)) {
                    change(Standing.ON_TRIAL, nowNanos);
                }
            }
            case ON_TRIAL -> endTrial(nowNanos);
            case IN -> {
                if (sinceNanos >= settings.outNanosMax()) {
                    timesOut = 0;
                }
            }
        }
    }

    /** What came in the last looks, fewer where there were fewer. */
    Counts recent(int looks) {
        Counts then = readings.getFirst();
        Iterator<Counts> older = readings.iterator();
        for (int index = 0; index <= looks && older.hasNext(); index++) {
            then = older.next();
        }
        return readings.getFirst().since(then);
    }

    void eject(long nowNanos) {
        change(Standing.OUT, nowNanos);
        timesOut++;
    }

    private void endTrial(long nowNanos) {
        Counts trial = readings.getFirst().since(changedAt);
        if (trial.failed() > 0) {
            eject(nowNanos);
        } else if (trial.judged() >= settings.trialAnswers()) {
            change(Standing.IN, nowNanos);
        }
    }

    /** What was before speaks neither for nor against what comes. */
    private void change(Standing next, long nowNanos) {
        standing = next;
        changedNanos = nowNanos;
        changedAt = readings.getFirst();
        readings.clear();
        readings.addFirst(changedAt);
    }
}
