package io.bellwether.batching.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bellwether.batching.BatchingPolicy;
import io.bellwether.batching.Capacity;
import io.bellwether.batching.LatencyFit;
import io.bellwether.batching.LatencyModel;
import io.bellwether.batching.RecentArrivals.Arrival;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProjectionTest {
    private static final long MILLI = 1_000_000;
    private static final long HOUR = 3_600_000 * MILLI;
    private static final LatencyFit STUDY = LatencyFit.exact(2.2e6, 0.77e6, 0.04);

    private static Projection project(LatencyFit fit, BatchingPolicy policy, List<Arrival> arrivals, long seed) {
        return Projection.of(new Projection.Subject(fit, List.of(), policy), arrivals, seed);
    }

    private static List<Arrival> poisson(double perSecond, long budgetNanos, int requests) {
        return Traffic.poisson(perSecond, new Arrival(0, budgetNanos, 1, 1, 1), requests, 7);
    }

    @Test
    void aRequestAloneTakesOneRun() {
        // When
        Projection projection = project(
                LatencyFit.exact(2e6, 1e6, 0),
                BatchingPolicy.of(8, 100, 1, 50 * MILLI),
                List.of(new Arrival(5 * MILLI, 50 * MILLI, 1, 1, 1)),
                1);

        // Then
        assertThat(projection).isEqualTo(new Projection(1, 0, 1, 1, 3 * MILLI, 3 * MILLI));
    }

    @Test
    void requestsThatComeDuringARunShareTheNext() {
        // Given one that runs until 3 ms, two that come meanwhile and run until 7 ms, and one that comes at 3 ms
        List<Arrival> arrivals = List.of(at(0), at(MILLI), at(2 * MILLI), at(3 * MILLI));

        // When
        Projection projection = project(LatencyFit.exact(2e6, 1e6, 0), BatchingPolicy.of(8, 100, 1, 0), arrivals, 1);

        // Then they take 3, 6, 5 and 7 ms, and the instance is never idle
        assertThat(projection.onTimeShare()).isEqualTo(1);
        assertThat(projection.p50Nanos()).isEqualTo(5 * MILLI);
        assertThat(projection.p99Nanos()).isEqualTo(7 * MILLI);
        assertThat(projection.utilisation()).isEqualTo(1);
    }

    private static Arrival at(long nanos) {
        return new Arrival(nanos, HOUR, 1, 1, 1);
    }

    @ParameterizedTest
    @CsvSource({"0.5, 3.336", "0.8, 10.356"})
    void aServerWithoutBatchesIsTheQueueOfErlang(double load, double wait99) {
        // Given runs of 1 ms for one request (M/D/1; waiting time by Erlang's formula of 1909, in units of the run)
        LatencyFit fit = LatencyFit.exact(1e6, 0, 0);

        // When
        Projection projection =
                project(fit, new BatchingPolicy(1, 100_000, 1), poisson(1_000 * load, HOUR, 300_000), 1);

        // Then
        assertThat(projection.utilisation()).isCloseTo(load, within(0.01));
        assertThat(projection.p99Nanos() / 1e6).isCloseTo(1 + wait99, Percentage.withPercentage(3));
        assertThat(projection.onTimeShare()).isEqualTo(1);
    }

    @Test
    void twoInstancesShareTheWork() {
        // When
        Projection projection = project(
                LatencyFit.exact(1e6, 0, 0), new BatchingPolicy(1, 100_000, 2), poisson(1_000, HOUR, 50_000), 1);

        // Then
        assertThat(projection.utilisation()).isCloseTo(0.5, within(0.01));
    }

    @ParameterizedTest
    @CsvSource({"0.3, 99.5, 100", "0.9, 98, 100", "1.1, 85, 93", "1.4, 66, 74"})
    void aboveItsCapacityTheStudyServerAnswersWhatItCan(double load, double least, double most) {
        // Given the server of the design study, 50 ms, load 1 being 1,182 requests/s
        BatchingPolicy policy = BatchingPolicy.of(64, 1_000, 1, 50 * MILLI);

        // When
        Projection projection = project(STUDY, policy, poisson(1_182 * load, 50 * MILLI, 12_000), 1);

        // Then
        assertThat(projection.onTimeShare() * 100).isBetween(least, most);
        assertThat(projection.p99Nanos()).isLessThanOrEqualTo(55 * MILLI);
    }

    @Test
    void whatIsPromisedIsKeptInProjection() {
        // Given
        BatchingPolicy policy = BatchingPolicy.of(64, 1_000, 1, 50 * MILLI);
        Capacity capacity =
                Capacity.of(LatencyModel.of(STUDY, 64), policy, 64, 1).orElseThrow();

        // When
        Projection projection =
                project(STUDY, policy, poisson(0.9 * capacity.promisedItemsPerSecond(), 50 * MILLI, 30_000), 1);

        // Then
        assertThat(projection.onTimeShare()).isGreaterThan(0.99);
    }

    @Test
    void theNoiseOfRecentRunsIsPlayedInTheirOrder() {
        // Given every hundredth run takes five times as long, and one request at a time
        List<Float> noise =
                IntStream.range(0, 100).mapToObj(i -> i == 50 ? 5f : 1f).toList();
        LatencyFit fit = LatencyFit.exact(2e6, 1e6, 0);
        List<Arrival> apart =
                IntStream.range(0, 1_000).mapToObj(i -> at(i * 1_000L * MILLI)).toList();

        // When
        Projection projection =
                Projection.of(new Projection.Subject(fit, noise, BatchingPolicy.of(8, 100, 1, 0)), apart, 7);

        // Then
        assertThat(projection.p50Nanos()).isEqualTo(3 * MILLI);
        assertThat(projection.p99Nanos()).isEqualTo(3 * MILLI);
        assertThat(projection.utilisation()).isCloseTo(0.003 * 1.04, within(1e-5));
    }

    @Test
    void theSustainedRateIsTheHighestOfWhichNearlyAllIsOnTime() {
        // Given the server of the design study: 99.5 % on time at 0.9 of 1,182/s, 88 % at 1.1
        Projection.Subject subject =
                new Projection.Subject(STUDY, List.of(), BatchingPolicy.of(64, 1_000, 1, 50 * MILLI));
        Arrival like = new Arrival(0, 50 * MILLI, 1, 1, 1);

        // When
        double sustained = Projection.sustainedPerSecond(subject, like, 5_000, 1);

        // Then
        assertThat(sustained).isBetween(0.9 * 1_182, 1.05 * 1_182);
        assertThat(Projection.sustainedPerSecond(subject, like, 300, 1)).isCloseTo(300, within(1.0));
        assertThat(Projection.sustainedPerSecond(subject, new Arrival(0, MILLI, 1, 1, 1), 300, 1))
                .isLessThan(1);
    }
}
