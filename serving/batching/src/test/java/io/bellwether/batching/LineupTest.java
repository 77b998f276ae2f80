package io.bellwether.batching;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.batching.DeadlineQueue.Entry;
import io.bellwether.batching.Lineup.Choice;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The rule by hand. Times in milliseconds; a run of b items is predicted to take 10 + b, without any scatter to speak of. */
class LineupTest {
    private static final long MILLI = 1_000_000;

    private final LatencyModel latency = new LatencyModel();
    private final Lineup<String> lineup = new Lineup<>();
    private final List<Entry<String>> entries = new ArrayList<>();

    private void waiting(double deadlineMillis, int items, int weight) {
        int id = entries.size();
        entries.add(new Entry<>(new Waiting<>(id, items, Math.round(deadlineMillis * MILLI), 1, weight, ""), id));
    }

    private void lineUp(int itemsMax) {
        // The quantile above the line is 2.33 x 5 % until runs tell otherwise.
        latency.seed(1, Math.round(11 * MILLI / 1.1165));
        latency.seed(64, Math.round(74 * MILLI / 1.1165));
        lineup.set(entries, latency, itemsMax, 0);
    }

    private static void assertChoice(Choice choice, int from, int to, int items) {
        assertThat(choice.from()).isEqualTo(from);
        assertThat(choice.to()).isEqualTo(to);
        assertThat(choice.items()).isEqualTo(items);
    }

    @Test
    void theLargestBatchThatIsInTimeForAllRuns() {
        // Given: 19.5 ms allow a run of 9 items
        for (int i = 0; i < 12; i++) {
            waiting(19.5, 1, 1);
        }
        lineUp(64);

        // When
        Choice choice = lineup.choose(0, 0, false);

        // Then
        assertChoice(choice, 0, 9, 9);
        assertThat(choice.predictedNanos() / 100_000).isEqualTo(190);
    }

    @Test
    void theOneWhoWouldHoldUpTheOthersIsPassedOver() {
        // Given: the first allows a run of one, the other eight a run of all of them
        waiting(11.5, 1, 1);
        for (int i = 0; i < 8; i++) {
            waiting(18.5, 1, 1);
        }
        lineUp(64);

        // Then: 8 in 18 ms are more than 1 in 11 ms
        assertChoice(lineup.choose(0, 0, false), 1, 9, 8);
        assertChoice(lineup.choose(0, 0, true), 0, 1, 1);
    }

    @Test
    void weightsDecideWhatIsWorthMore() {
        // Given
        waiting(11.5, 1, 6);
        for (int i = 0; i < 8; i++) {
            waiting(18.5, 1, 1);
        }
        lineUp(64);

        // Then: 6 in 11 ms are more than 8 in 18 ms
        assertChoice(lineup.choose(0, 0, false), 0, 1, 1);
    }

    @Test
    void aBatchIsFullByItemsAndARequestStaysWhole() {
        // Given
        waiting(100, 3, 1);
        waiting(100, 3, 1);
        waiting(100, 3, 1);
        lineUp(8);

        // Then
        assertChoice(lineup.choose(0, 0, false), 0, 2, 6);
        assertThat(lineup.entry(2).waiting().id()).isEqualTo(2);
    }

    @Test
    void thoseWhoAreTooLateForARunOfOneAreNotAttainable() {
        // Given
        waiting(5, 1, 1);
        waiting(10, 1, 1);
        waiting(12, 1, 1);
        lineUp(8);

        // Then
        assertThat(lineup.firstAttainable(0, 0)).isEqualTo(2);
        assertThat(lineup.firstAttainable(0, 2 * MILLI)).isEqualTo(3);
        assertThat(lineup.choose(3, 2 * MILLI, false).to()).isEqualTo(3);
    }

    @Test
    void lookingAheadAddsUpWhatIsServedBatchAfterBatch() {
        // Given: the head alone first, then the eight, who have time; or the eight and the head is lost
        waiting(12, 1, 1);
        for (int i = 0; i < 8; i++) {
            waiting(30, 1, 1);
        }
        lineUp(64);

        // When
        Choice keeping = lineup.choose(0, 0, true);
        Choice passing = lineup.choose(0, 0, false);

        // Then: 11 + 18 = 29 ms
        assertThat(lineup.worthOf(keeping, 0)).isEqualTo(9);
        assertThat(passing.from()).isEqualTo(1);
        assertThat(lineup.worthOf(passing, 0)).isEqualTo(8);
    }
}
