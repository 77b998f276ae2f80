package io.bellwether.loadtests;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The first requests to a process that has just become ready, beside later ones of the same kind. Open-loop, so a stall of
 * the young process is charged to every request that it delayed. The client is warm: it has sent as many to the process
 * before.
 */
final class ColdStart {
    /** So many times the first requests are sent later: a percentile of more of them says more. */
    private static final int STEADY_TIMES = 3;

    private static final int IN_FLIGHT_MAX = 1000;

    private final Ticker ticker;
    private final Sender sender;
    private final Rows rows;
    private final Load load;

    /**
     * What is sent.
     *
     * @param requestsPerSecond mean rate of Poisson arrivals
     * @param first how many requests are the first
     * @param soakSeconds of load between the first and the later ones, which are not counted
     */
    record Load(double requestsPerSecond, int first, double soakSeconds, long seed) {}

    /** Has a process start anew. */
    interface Restart {
        /** Returns at the moment when the new process is ready. The seconds from the end of the old one until then. */
        double run() throws LoadProblem;
    }

    /**
     * One start.
     *
     * @param process what started anew
     * @param readySeconds from the end of the old process until the new one was ready
     * @param first the first requests
     * @param steady later ones
     */
    record Measured(int round, String process, double readySeconds, Counts first, Counts steady) {
        /** How many times longer the slowest hundredth of the first requests took; 0 where nothing was answered later. */
        double p99Ratio() {
            double later = steady.millis(99);
            return later == 0 ? 0 : first.millis(99) / later;
        }

        List<String> row() {
            return List.of(
                    String.valueOf(round),
                    process,
                    Markdown.number(readySeconds),
                    Markdown.number(first.millis(50)),
                    Markdown.number(first.millis(99)),
                    Markdown.number(first.millis(100)),
                    Markdown.number(steady.millis(50)),
                    Markdown.number(steady.millis(99)),
                    Markdown.number(p99Ratio()),
                    String.valueOf(first.failures()));
        }

        Map<String, Object> fields() {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("round", round);
            fields.put("process", process);
            fields.put("readySeconds", readySeconds);
            fields.put("first", Results.counts(first));
            fields.put("steady", Results.counts(steady));
            fields.put("p99Ratio", p99Ratio());
            return fields;
        }
    }

    ColdStart(Ticker ticker, Sender sender, Rows rows, Load load) {
        this.ticker = ticker;
        this.sender = sender;
        this.rows = rows;
        this.load = load;
    }

    static List<String> header() {
        return List.of(
                "round",
                "started anew",
                "ready after s",
                "first p50 ms",
                "first p99 ms",
                "first max ms",
                "later p50 ms",
                "later p99 ms",
                "p99 ratio",
                "first failures");
    }

    /** Warms the client, and whatever runs. */
    void soak(int round) {
        Counts unused = send((int) (load.requestsPerSecond() * load.soakSeconds()), 2 * round);
    }

    /** One start and what follows it. */
    Measured measure(int round, String process, Restart restart) throws LoadProblem {
        double readySeconds = restart.run();
        Counts first = send(load.first(), 2 * round + 1);
        soak(round);
        return new Measured(round, process, readySeconds, first, send(STEADY_TIMES * load.first(), 2 * round + 1));
    }

    private Counts send(int requests, int number) {
        LoadDriver.Plan plan = new LoadDriver.Plan(
                Arrivals.Pattern.POISSON,
                load.requestsPerSecond(),
                0,
                0,
                load.seed() + number,
                IN_FLIGHT_MAX,
                Scenario.PATIENCE_MILLIS);
        Iterator<LoadDriver.Due> endless = LoadDriver.dues(plan, rows, 0);
        List<LoadDriver.Due> dues = new ArrayList<>(requests);
        for (int i = 0; i < requests; i++) {
            dues.add(endless.next());
        }
        LoadDriver.Result result = new LoadDriver(ticker, sender, rows, new AtomicBoolean())
                .run(plan, dues.iterator(), (second, tally, inFlight) -> {});
        return Tally.sum(result.tally().total());
    }
}
