package io.bellwether.batching.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bellwether.batching.RecentArrivals;
import io.bellwether.batching.RecentArrivals.Arrival;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TrafficTest {
    private static Arrival at(long nanos) {
        return new Arrival(nanos, 50, 1, 1, 1);
    }

    private static List<Arrival> every(long gapNanos, long fromNanos, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> at(fromNanos + i * gapNanos))
                .toList();
    }

    @Test
    void recordsBeginWhereTheLastOfThoseThatAreFullDoes() {
        // Given one that remembers no more, from 5,000 on, and one that has all since 0
        List<Arrival> full = every(10, 5_000, RecentArrivals.KEPT);
        List<Arrival> all = List.of(at(0), at(4_999), at(5_005), at(90_000));

        // When
        List<Arrival> together = Traffic.together(List.of(all, full));

        // Then
        assertThat(together).hasSize(RecentArrivals.KEPT + 2);
        assertThat(together.subList(0, 3)).extracting(Arrival::atNanos).containsExactly(5_000L, 5_005L, 5_010L);
        assertThat(Traffic.together(List.of(all, List.of(at(7))))).hasSize(5);
    }

    @Test
    void theRateOfARecordIsThatOfItsGaps() {
        assertThat(Traffic.perSecond(every(10_000_000, 3, 101))).isCloseTo(100, within(1e-9));
        assertThat(Traffic.perSecond(List.of())).isZero();
        assertThat(Traffic.perSecond(List.of(at(5), at(5)))).isZero();
    }

    @Test
    void poissonArrivalsHaveTheirRateAndAreTheSameForTheSameSeed() {
        // When
        List<Arrival> arrivals = Traffic.poisson(200, new Arrival(0, 7, 3, 2, 4), 40_000, 1);

        // Then: the standard error of the rate is 0.5 %
        assertThat(Traffic.perSecond(arrivals)).isCloseTo(200, within(4.0));
        assertThat(arrivals.get(9))
                .extracting(Arrival::budgetNanos, Arrival::items)
                .containsExactly(7L, 3);
        assertThat(Traffic.poisson(200, new Arrival(0, 7, 3, 2, 4), 40_000, 1)).isEqualTo(arrivals);
    }

    @Test
    void aShareOfARecordComesAtThatShareOfItsRate() {
        // Given 1,000 requests/s for a second
        List<Arrival> record = every(1_000_000, 77, 1_000);

        // Then
        assertThat(Traffic.perSecond(Traffic.sample(record, 0.1, 1, 10_000, 1))).isCloseTo(100, within(4.0));
        assertThat(Traffic.perSecond(Traffic.sample(record, 1, 2.5, 10_000, 1))).isCloseTo(2_500, within(1.0));
        assertThat(Traffic.sample(record, 1e-9, 1, 10_000, 1)).as("ends").hasSizeLessThan(10);
    }

    @Test
    void allOfARecordComesWithItsGapsOverAndOver() {
        // Given
        List<Arrival> record = List.of(at(100), at(110), at(150));

        // When
        List<Arrival> sample = Traffic.sample(record, 1, 1, 5, 1);

        // Then: a pass takes three mean gaps of 25
        assertThat(sample).extracting(Arrival::atNanos).containsExactly(0L, 10L, 50L, 75L, 85L);
    }

    @Test
    void burstsComeAtTheRateInTheMeanAndAreUnevenOverHalfASecond() {
        // Given 200 requests/s for some 2,000 seconds
        List<Arrival> bursty = Traffic.bursty(200, at(0), 400_000, 1);

        // Then: the standard error of the rate is about 1 %
        assertThat(Traffic.perSecond(bursty)).isCloseTo(200, within(6.0));
        assertThat(dispersion(bursty)).isGreaterThan(10);
        assertThat(dispersion(Traffic.poisson(200, at(0), 400_000, 1))).isCloseTo(1, within(0.15));
        assertThat(bursty).isSortedAccordingTo(Comparator.comparingLong(Arrival::atNanos));
        assertThat(Traffic.bursty(200, at(0), 400_000, 1)).isEqualTo(bursty);
    }

    /** Variance of the counts in half seconds over their mean, 1 for independent arrivals. */
    private static double dispersion(List<Arrival> arrivals) {
        int windows = (int) (arrivals.get(arrivals.size() - 1).atNanos() / 500_000_000);
        double[] counts = new double[windows + 1];
        arrivals.forEach(arrival -> counts[(int) (arrival.atNanos() / 500_000_000)]++);
        double mean = arrivals.size() / (double) counts.length;
        return Arrays.stream(counts).map(c -> (c - mean) * (c - mean)).sum() / counts.length / mean;
    }

    @Test
    void aShareHasAnotherBudget() {
        // When
        List<Arrival> mixed = Traffic.mixed(every(10, 0, 10_000), 0.3, 7, 1);

        // Then
        assertThat(mixed.stream().filter(arrival -> arrival.budgetNanos() == 7)).hasSizeBetween(2_800, 3_200);
        assertThat(mixed.stream().filter(arrival -> arrival.budgetNanos() == 50))
                .hasSizeBetween(6_800, 7_200);
        assertThat(mixed)
                .extracting(Arrival::atNanos)
                .containsExactlyElementsOf(
                        every(10, 0, 10_000).stream().map(Arrival::atNanos).toList());
    }

    @Test
    void someClientsLeaveAndSomeRequestsArePoison() {
        // When
        List<Request> requests = Traffic.clients(every(10, 0, 10_000), 0.2, 1_000, 0.05, 1);

        // Then
        assertThat(requests.stream().filter(request -> request.leavesAfterNanos() != Request.STAYS))
                .hasSizeBetween(1_800, 2_200)
                .allMatch(request -> request.leavesAfterNanos() < 1_000);
        assertThat(requests.stream().filter(Request::poison)).hasSizeBetween(400, 600);
    }
}
