package io.bellwether.batching;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.batching.RecentArrivals.Arrival;
import org.junit.jupiter.api.Test;

class RecentArrivalsTest {
    private static Waiting<String> request(long id, int items, long deadlineNanos, int length) {
        return new Waiting<>(id, items, deadlineNanos, length, 4, "");
    }

    @Test
    void nothingHasArrivedAtFirst() {
        RecentArrivals arrivals = new RecentArrivals(2);

        assertThat(arrivals.count()).isZero();
        assertThat(arrivals.list()).isEmpty();
        assertThat(arrivals.itemsMean()).isEqualTo(1);
        assertThat(arrivals.lengthMean()).isEqualTo(1);
    }

    @Test
    void onlyTheLastOnesAreKeptAndTheirMeansFollow() {
        // Given
        RecentArrivals arrivals = new RecentArrivals(2);

        // When
        arrivals.add(request(1, 100, 1_000, 100), 10);
        arrivals.add(request(2, 1, 1_000, 8), 20);
        arrivals.add(request(3, 3, 2_000, 16), 30);

        // Then: (8 + 3 * 16) / 4 = 14
        assertThat(arrivals.list()).containsExactly(new Arrival(20, 980, 1, 8, 4), new Arrival(30, 1_970, 3, 16, 4));
        assertThat(arrivals.itemsMean()).isEqualTo(2);
        assertThat(arrivals.lengthMean()).isEqualTo(14);
    }

    @Test
    void aMeanLengthIsRoundedUp() {
        // Given
        RecentArrivals arrivals = new RecentArrivals();

        // When
        arrivals.add(request(1, 1, 1_000, 8), 10);
        arrivals.add(request(2, 2, 1_000, 9), 10);

        // Then: 26 / 3
        assertThat(arrivals.lengthMean()).isEqualTo(9);
    }
}
