package io.bellwether.batching.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.batching.simulation.Study.Arrivals;
import io.bellwether.batching.simulation.Study.Policy;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Seeds are fixed, so nothing here depends on chance; the bounds leave room for other seeds. */
class StudyTest {
    private static final int REQUESTS = 12_000;
    private static final int SEEDS = 3;

    private static double onTimePercent(Policy policy, Arrivals arrivals, double load) {
        return LongStream.rangeClosed(1, SEEDS)
                        .mapToObj(seed -> Study.play(policy, arrivals, load, REQUESTS, seed))
                        .flatMap(results -> results.stream())
                        .mapToDouble(Result::onTimeShare)
                        .average()
                        .orElseThrow()
                * 100;
    }

    @ParameterizedTest
    @CsvSource({"0.3, 99.5", "0.7, 99", "0.9, 97", "1.1, 87", "1.4, 69"})
    void whatOursServesInTimeBelowAndAboveSaturation(double load, double least) {
        assertThat(onTimePercent(Policy.OURS, Arrivals.POISSON_50, load)).isGreaterThan(least);
    }

    @ParameterizedTest
    @CsvSource({"POISSON_50, 1.1", "POISSON_50, 1.4", "BURSTY_50, 0.7", "BURSTY_50, 1.1"})
    void withOneObjectiveOursIsAsGoodAsTheWindowOfTheBestSize(Arrivals arrivals, double load) {
        assertThat(onTimePercent(Policy.OURS, arrivals, load))
                .isGreaterThan(onTimePercent(Policy.EARLY_DROP, arrivals, load) - 0.1);
    }

    @ParameterizedTest
    @EnumSource(names = {"POISSON_25_100", "BURSTY_25_100", "POISSON_50_THREE_VERSIONS"})
    void withSeveralObjectivesOrVersionsOursIsBetter(Arrivals arrivals) {
        assertThat(onTimePercent(Policy.OURS, arrivals, 1.1))
                .isGreaterThan(onTimePercent(Policy.EARLY_DROP, arrivals, 1.1) + 1);
    }

    @Test
    void takingAllThatWaitsCollapsesAboveSaturation() {
        assertThat(onTimePercent(Policy.GREEDY, Arrivals.POISSON_50, 1.4)).isLessThan(5);
        assertThat(onTimePercent(Policy.DELAY, Arrivals.POISSON_50, 1.4)).isLessThan(5);
        assertThat(onTimePercent(Policy.DELAY_AND_TIMEOUT, Arrivals.POISSON_50, 1.4))
                .isBetween(10.0, 40.0);
    }

    @Test
    void atLowLoadOursWaitsForNobody() {
        // When
        Result ours =
                Study.play(Policy.OURS, Arrivals.POISSON_50, 0.3, REQUESTS, 1).get(0);
        Result greedy =
                Study.play(Policy.GREEDY, Arrivals.POISSON_50, 0.3, REQUESTS, 1).get(0);
        Result delay =
                Study.play(Policy.DELAY, Arrivals.POISSON_50, 0.3, REQUESTS, 1).get(0);

        // Then
        assertThat(ours.latencies().p50Nanos())
                .isLessThanOrEqualTo(greedy.latencies().p50Nanos())
                .isLessThan(delay.latencies().p50Nanos() - 2_000_000);
    }

    @Test
    void ofTheDeviceTimeNextToNothingIsForNobody() {
        assertThat(Study.play(Policy.OURS, Arrivals.POISSON_50, 1.4, REQUESTS, 1)
                        .get(0)
                        .wastedShare())
                .isLessThan(0.01);
        assertThat(Study.play(Policy.GREEDY, Arrivals.POISSON_50, 1.4, REQUESTS, 1)
                        .get(0)
                        .wastedShare())
                .isGreaterThan(0.9);
    }
}
