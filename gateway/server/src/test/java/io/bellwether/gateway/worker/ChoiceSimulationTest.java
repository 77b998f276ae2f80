package io.bellwether.gateway.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.gateway.worker.ChoiceSimulation.Server;
import io.bellwether.gateway.worker.ChoiceSimulation.Source;
import io.bellwether.gateway.worker.ChoiceSimulation.Times;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What it is worth to know how workers stand, at 80 % of what they can do: the same arrivals with and without. Prints the
 * figures that the README has.
 */
class ChoiceSimulationTest {
    private static final double LOAD = 0.8;
    private static final int REQUESTS = 30_000;
    private static final int SECONDS_MAX = 120;
    private static final int STATUS_MILLIS = 50;
    private static final int SEEDS = 3;

    /** What a run takes. */
    private enum Runs {
        SHORT(0, 1, 1),
        LONG(0, 20, 1),
        BATCHED(2, 0.1, 32),
        LONG_BATCHED(10, 1, 16);

        private final double alphaMillis;
        private final double betaMillis;
        private final int batchMax;

        Runs(double alphaMillis, double betaMillis, int batchMax) {
            this.alphaMillis = alphaMillis;
            this.betaMillis = betaMillis;
            this.batchMax = batchMax;
        }

        Server server() {
            return new Server(alphaMillis, betaMillis, batchMax);
        }

        Server slower() {
            return new Server(2 * alphaMillis, 2 * betaMillis, batchMax);
        }
    }

    private static List<Source> gateways(double perSecond, int workers, double... shares) {
        List<Integer> all = IntStream.range(0, workers).boxed().toList();
        List<Source> sources = new ArrayList<>();
        for (double share : shares) {
            sources.add(new Source(perSecond * share, all));
        }
        return sources;
    }

    @ParameterizedTest
    @EnumSource
    void amongAlikeWorkersItIsNotWorse(Runs runs) {
        double perSecond = 2 * LOAD * runs.server().capacity();
        List<Server> workers = List.of(runs.server(), runs.server());

        isNotWorse(runs + ", three alike", gateways(perSecond, 2, 1 / 3.0, 1 / 3.0, 1 / 3.0), workers);
        isNotWorse(runs + ", 80:10:10", gateways(perSecond, 2, 0.8, 0.1, 0.1), workers);
        isNotWorse(runs + ", one gateway", gateways(perSecond, 2, 1), workers);
    }

    @ParameterizedTest
    @EnumSource
    void twelveGatewaysDoNotFillTheSameIdleWorker(Runs runs) {
        double[] shares = IntStream.range(0, 12).mapToDouble(i -> 1 / 12.0).toArray();

        isNotWorse(
                runs + ", twelve, four workers",
                gateways(4 * LOAD * runs.server().capacity(), 4, shares),
                List.of(runs.server(), runs.server(), runs.server(), runs.server()));
    }

    @ParameterizedTest
    @EnumSource
    void whereOneWorkerIsTwiceAsSlowTheSlowestRequestsAreClearlyFaster(Runs runs) {
        double perSecond = 1.5 * LOAD * runs.server().capacity();

        Compared compared = compare(
                runs + ", one twice as slow",
                gateways(perSecond, 2, 1 / 3.0, 1 / 3.0, 1 / 3.0),
                List.of(runs.server(), runs.slower()));

        assertThat(compared.meanRatio()).isLessThan(1);
        assertThat(compared.p99Ratio()).isLessThan(0.9);
    }

    @ParameterizedTest
    @EnumSource
    void whereAGatewayLoadsOneWorkerAloneTheOthersGoToTheOther(Runs runs) {
        double perSecond = 2 * LOAD * runs.server().capacity();
        List<Source> sources = gateways(perSecond, 2, 0.35, 0.35);
        sources.add(new Source(0.3 * perSecond, List.of(0)));

        Compared compared = compare(runs + ", one loaded by a third", sources, List.of(runs.server(), runs.server()));

        assertThat(compared.meanRatio()).isLessThan(0.95);
        assertThat(compared.p99Ratio()).isLessThan(0.9);
    }

    private static void isNotWorse(String name, List<Source> sources, List<Server> servers) {
        Compared compared = compare(name, sources, servers);

        assertThat(compared.meanRatio()).isLessThan(1.08);
        assertThat(compared.p99Ratio()).isLessThan(1.15);
    }

    private record Compared(Times without, Times with) {
        double meanRatio() {
            return with.meanMillis() / without.meanMillis();
        }

        double p99Ratio() {
            return with.p99Millis() / without.p99Millis();
        }
    }

    private static Compared compare(String name, List<Source> sources, List<Server> servers) {
        Times without = mean(sources, servers, 0);
        Times with = mean(sources, servers, STATUS_MILLIS);
        System.out.printf(
                "%-40s without %6.2f %7.2f ms, with %6.2f %7.2f ms (mean, p99; %d requests each)%n",
                name, without.meanMillis(), without.p99Millis(), with.meanMillis(), with.p99Millis(), with.requests());
        return new Compared(without, with);
    }

    private static Times mean(List<Source> sources, List<Server> servers, int statusMillis) {
        double perSecond = sources.stream().mapToDouble(Source::perSecond).sum();
        int seconds = (int) Math.ceil(Math.min(SECONDS_MAX, REQUESTS / perSecond));
        List<Times> plays = IntStream.rangeClosed(1, SEEDS)
                .mapToObj(seed -> ChoiceSimulation.play(sources, servers, statusMillis, seconds, seed))
                .toList();
        return new Times(
                plays.stream().mapToDouble(Times::meanMillis).average().orElseThrow(),
                plays.stream().mapToDouble(Times::p99Millis).average().orElseThrow(),
                plays.stream().mapToInt(Times::requests).sum());
    }
}
