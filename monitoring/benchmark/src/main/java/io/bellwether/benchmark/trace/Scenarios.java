package io.bellwether.benchmark.trace;

import java.util.List;
import java.util.Optional;

/**
 * The scenarios of the benchmark. Unless said otherwise a rollout lasts three hours with a tenth of the traffic, one
 * request in a thousand fails, latencies are log-normal with sd 0.6 and a 99th percentile of 400 ms, costs are log-normal
 * with a coefficient of variation of 1.3 and a mean of 50 millionths of a dollar.
 */
public final class Scenarios {
    private static final int MINUTES = 180;
    private static final double LATENCY_LOG_SD = 0.6;
    private static final double P99_MILLIS = 400;
    private static final double Z_99 = 2.3263478740408408;
    private static final double COST_VARIATION = 1.3;

    private static final Service REQUESTS = new Service.Independent(
            P99_MILLIS * Math.exp(-Z_99 * LATENCY_LOG_SD),
            LATENCY_LOG_SD,
            50,
            Math.sqrt(Math.log1p(COST_VARIATION * COST_VARIATION)),
            500);

    /** At most 1,193 requests/s in batches of 32; 955 requests/s are 80 % of that. */
    private static final Service BATCHES = new Service.Batched(2.2, 0.77, 32, 0.1, 0.02, 100);

    private static final Traffic SLOW = Traffic.steady(600);
    private static final Traffic FAST = Traffic.steady(6_000);
    private static final Traffic BUSY = Traffic.steady(60 * 955);

    private static final List<Scenario> ALL = List.of(
            equal("aa-600", "equal", SLOW, REQUESTS, Disturbance.NONE),
            equal("aa-6000", "equal", FAST, REQUESTS, Disturbance.NONE),
            equal(
                    "aa-ramp",
                    "equal; 5 to 50 % while load and latency rise by 28 % and the rate swings by 30 %",
                    SLOW.restless(0.28, 0.3, 0.05, 0.5),
                    REQUESTS,
                    Disturbance.NONE.loaded(1.28)),
            equal(
                    "aa-bursts",
                    "equal; errors thirtyfold for 3 of every 20 minutes, retries",
                    SLOW.retrying(0.5),
                    REQUESTS,
                    Disturbance.NONE.bursting(30)),
            equal(
                    "aa-pod",
                    "equal; one of three machines off by 5 %, lasting noise of 10 % in common and 1 % apart",
                    SLOW,
                    REQUESTS,
                    Disturbance.NONE.noisy(0.10, 0.01, 0.05)),
            equal(
                    "aa-sticky",
                    "equal; split by client, 1 % of 2,000 clients fail half of the time",
                    SLOW.sticky(2_000),
                    REQUESTS,
                    Disturbance.NONE.broken(0.01)),
            equal(
                    "aa-sticky-many",
                    "equal; split by client, 1 % of 20,000 clients fail half of the time",
                    SLOW.sticky(20_000),
                    REQUESTS,
                    Disturbance.NONE.broken(0.01)),
            new Scenario(
                    "aa-slice",
                    "equal; 5 % of the traffic is a declared slice",
                    Scenario.Truth.EQUAL,
                    MINUTES,
                    FAST,
                    REQUESTS,
                    Disturbance.NONE,
                    Effect.NONE.onlyIn(0.05)),
            equal("aa-batching", "equal; batches of 1 to 32 at 80 % load", BUSY, BATCHES, Disturbance.NONE),
            equal(
                    "aa-batching-load",
                    "equal; batches of 1 to 32, load and time of a batch rise by 28 %, the rate swings by 30 %, lasting noise"
                            + " of 10 % in common and 1 % apart",
                    Traffic.steady(60 * 400).restless(0.28, 0.3, 0.1, 0.1),
                    BATCHES,
                    Disturbance.NONE.noisy(0.10, 0.01, 0).loaded(1.28)),
            harmful("errors-600", "errors .1 to .5 %", SLOW, Effect.failing(0.004)),
            harmful("errors-6000", "errors .1 to .5 %", FAST, Effect.failing(0.004)),
            harmful("errors2-600", "errors .1 to 2 %", SLOW, Effect.failing(0.019)),
            harmful("latency-600", "latency x1.25", SLOW, Effect.slower(1.25)),
            harmful("latency-6000", "latency x1.25", FAST, Effect.slower(1.25)),
            harmful("cost-600", "cost +15 %", SLOW, Effect.costlier(1.15)),
            harmful("cost-6000", "cost +15 %", FAST, Effect.costlier(1.15)),
            new Scenario(
                    "cost-batching",
                    "cost +15 %; batches of 1 to 32 at a third of the load",
                    Scenario.Truth.HARMFUL,
                    MINUTES,
                    Traffic.steady(60 * 400),
                    BATCHES,
                    Disturbance.NONE,
                    Effect.costlier(1.15)),
            harmful("tail-6000", "5 % of requests take twice as long", FAST, Effect.tail(0.05, 2)),
            harmful(
                    "late-6000",
                    "errors .1 to 2 % from minute 120 on",
                    FAST,
                    Effect.failing(0.019).since(7_200)),
            harmful(
                    "slice-6000",
                    "errors .1 to 10 % in 5 % of the traffic",
                    FAST,
                    Effect.failing(0.099).onlyIn(0.05)),
            harmful(
                    "slice-bad-6000",
                    "errors .1 to 40 % in 5 % of the traffic: as many as 2 % everywhere",
                    FAST,
                    Effect.failing(0.399).onlyIn(0.05)),
            harmful("errors2-6000", "errors .1 to 2 %", FAST, Effect.failing(0.019)),
            harmful("errors10-6000", "errors .1 to 10 %", FAST, Effect.failing(0.099)),
            new Scenario(
                    "saturation",
                    "1.5 times slower batches at 80 % load",
                    Scenario.Truth.HARMFUL,
                    MINUTES,
                    BUSY,
                    BATCHES,
                    Disturbance.NONE,
                    Effect.slower(1.5)),
            harmful(
                    "margin-6000",
                    "median latency exactly at our margin (+6.1 %)",
                    FAST,
                    Effect.slower(atMargin(0.05))),
            harmful(
                    "sticky-errors",
                    "errors .1 to 2 %; split by client, 20,000 clients",
                    SLOW.sticky(20_000),
                    Effect.failing(0.019)),
            harmful(
                    "sticky-latency",
                    "latency x1.25; split by client, 20,000 clients",
                    SLOW.sticky(20_000),
                    Effect.slower(1.25)));

    private Scenarios() {}

    /** All of them, in the order of the table. */
    public static List<Scenario> all() {
        return ALL;
    }

    /** One by its name. */
    public static Optional<Scenario> named(String name) {
        return ALL.stream().filter(scenario -> scenario.name().equals(name)).findFirst();
    }

    /** A relative margin as it is tested: rounded up to whole buckets of 2 %. */
    private static double atMargin(double margin) {
        return Math.pow(1.02, Math.ceil(Math.log1p(margin) / Math.log(1.02)));
    }

    private static Scenario equal(
            String name, String title, Traffic traffic, Service service, Disturbance disturbance) {
        return new Scenario(name, title, Scenario.Truth.EQUAL, MINUTES, traffic, service, disturbance, Effect.NONE);
    }

    private static Scenario harmful(String name, String title, Traffic traffic, Effect effect) {
        return new Scenario(name, title, Scenario.Truth.HARMFUL, MINUTES, traffic, REQUESTS, Disturbance.NONE, effect);
    }
}
