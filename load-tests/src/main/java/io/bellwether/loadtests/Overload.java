package io.bellwether.loadtests;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/** An open loop above what a model can do: what is answered on time, how soon the rest is told, how soon it is over. */
final class Overload {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final int IN_FLIGHT_MAX = 1000;
    private static final int GOOD_IN_A_ROW = 5;
    private static final double RECOVERY_SECONDS_MAX = 10;
    private static final double PROBE_SECONDS = 0.02;
    private static final double IDLE_FACTOR = 2;
    private static final double IDLE_SLACK_MILLIS = 1;

    private final Ticker ticker;
    private final Sender sender;
    private final Rows rows;
    private final AtomicBoolean stop;
    private final long patienceMillis;
    private final Meter meter;

    /** Reads what the worker has done so far. */
    interface Meter {
        WorkerWork read() throws LoadProblem;
    }

    Overload(Ticker ticker, Sender sender, Rows rows, AtomicBoolean stop, long patienceMillis, Meter meter) {
        this.ticker = ticker;
        this.sender = sender;
        this.rows = rows;
        this.stop = stop;
        this.patienceMillis = patienceMillis;
        this.meter = meter;
    }

    /**
     * What one load did.
     *
     * @param times of the capacity
     * @param work of the worker meanwhile
     * @param recoverySeconds from the end of the load until answers were as fast as before it
     * @param lagMillisMax how far the driver was behind: above a few milliseconds the machine was too small to ask so fast
     */
    record Measured(
            double times,
            double rate,
            long objectiveMillis,
            double seconds,
            Counts counts,
            WorkerWork work,
            double recoverySeconds,
            double lagMillisMax) {
        double onTimeShare() {
            return counts.total() == 0 ? 0 : counts.within(objectiveMillis) / (double) counts.total();
        }

        double onTimePerSecond() {
            return counts.within(objectiveMillis) / seconds;
        }

        /** Of the rows that were run, the share that nobody got on time; 0 when the worker counts none. */
        double wastedShare() {
            return work.items() <= 0 ? 0 : Math.max(0, 1 - counts.within(objectiveMillis) / work.items());
        }

        List<String> row() {
            return List.of(
                    String.valueOf(times),
                    Markdown.number(rate),
                    Markdown.percent(onTimeShare()),
                    Markdown.number(onTimePerSecond()),
                    Markdown.number(counts.millis(50)),
                    Markdown.number(counts.millis(99)),
                    Markdown.number(counts.refusedMillis(99)),
                    Markdown.percent(wastedShare()),
                    Markdown.number(recoverySeconds),
                    Markdown.number(lagMillisMax),
                    String.valueOf(Results.counts(counts).get("outcomes")));
        }

        Map<String, Object> fields() {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("timesCapacity", times);
            fields.put("requestsPerSecond", rate);
            fields.put("objectiveMillis", objectiveMillis);
            fields.put("seconds", seconds);
            fields.put("onTimeShare", onTimeShare());
            fields.put("onTimePerSecond", onTimePerSecond());
            fields.put("itemsRun", work.items());
            fields.put("deviceSeconds", work.deviceSeconds());
            fields.put("wastedShare", wastedShare());
            fields.put("refusedP99Millis", counts.refusedMillis(99));
            fields.put("recoverySeconds", recoverySeconds);
            fields.put("driverLagMillisMax", lagMillisMax);
            fields.putAll(Results.counts(counts));
            return fields;
        }
    }

    static List<String> header() {
        return List.of(
                "load",
                "asked/s",
                "on time",
                "on time/s",
                "p50 ms",
                "p99 ms",
                "refused p99 ms",
                "run for nobody",
                "idle again after s",
                "driver behind ms",
                "outcomes");
    }

    /**
     * @param capacity requests per second
     * @param idleMillis what an answer takes when nothing else happens
     */
    Measured run(double capacity, double times, long objectiveMillis, double idleMillis, int seconds, long seed)
            throws LoadProblem {
        LoadDriver.Plan plan = new LoadDriver.Plan(
                Arrivals.Pattern.POISSON, capacity * times, 0, seconds, seed, IN_FLIGHT_MAX, patienceMillis);
        WorkerWork before = meter.read();
        long startNanos = ticker.nowNanos();
        LoadDriver.Result result = new LoadDriver(ticker, sender, rows, stop)
                .run(plan, LoadDriver.dues(plan, rows, objectiveMillis), (second, tally, inFlight) -> {});
        double endNanos = startNanos + seconds * NANOS_PER_SECOND;
        WorkerWork work = meter.read().since(before);
        return new Measured(
                times,
                plan.requestsPerSecond(),
                objectiveMillis,
                result.seconds(),
                Tally.sum(result.tally().total()),
                work,
                recovery(endNanos, idleMillis * IDLE_FACTOR + IDLE_SLACK_MILLIS),
                result.lagNanosMax() / 1e6);
    }

    /** One request at a time, until some in a row were fast; from the first of them it was over. */
    private double recovery(double endNanos, double fastMillis) {
        ClosedLoop probe = new ClosedLoop(ticker, sender, rows, (long) (patienceMillis * 1e6));
        int good = 0;
        double sinceSeconds = 0;
        while (good < GOOD_IN_A_ROW && sinceSeconds < RECOVERY_SECONDS_MAX && !stop.get()) {
            if (good == 0) {
                sinceSeconds = (ticker.nowNanos() - endNanos) / NANOS_PER_SECOND;
            }
            Counts counts = probe.run(1, 0, PROBE_SECONDS);
            good = counts.failures() == 0 && counts.millis(50) <= fastMillis ? good + 1 : 0;
        }
        return sinceSeconds;
    }
}
