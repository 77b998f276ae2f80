package io.bellwether.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.statistics.PastDistribution.Thresholds;
import org.junit.jupiter.api.Test;

class PastDistributionTest {
    private static LogHistogram at(int bucket, long count) {
        return LogHistogram.of(new int[] {bucket}, new long[] {count});
    }

    /** Nearly all values in bucket 10, and so many in bucket 99. */
    private static LogHistogram slot(long count, long slow) {
        return at(10, count - slow).plus(at(99, slow));
    }

    @Test
    void withoutSeedOrPastThereIsNoThreshold() {
        PastDistribution past = new PastDistribution(LogHistogram.EMPTY, 0.99);
        assertThat(past.thresholds(0.5)).isEmpty();
        past.add(1, at(10, 49));
        assertThat(past.thresholds(0.5)).isEmpty();
        past.add(2, at(10, 1));
        assertThat(past.thresholds(0.5)).hasValue(new Thresholds(10, 9));
    }

    @Test
    void theSeedDecidesUntilTheControlHasShownEnough() {
        PastDistribution past = new PastDistribution(at(30, 100_000), 0.99);
        assertThat(past.thresholds(0.95)).hasValue(new Thresholds(30, 29));
        past.add(1, at(10, 49));
        assertThat(past.thresholds(0.95)).hasValue(new Thresholds(30, 29));
        past.add(2, at(10, 1));
        assertThat(past.thresholds(0.95)).hasValue(new Thresholds(10, 9));
    }

    @Test
    void aColdStartIsForgottenAsSoonAsTheQuantileHasEnoughNewerValues() {
        // Given ten slots in which everything is slow, and then a hundred values a slot
        PastDistribution past = new PastDistribution(LogHistogram.EMPTY, 0.99);
        for (long slot = 0; slot < 10; slot++) {
            past.add(slot, at(99, 100));
        }
        for (long slot = 10; slot < 39; slot++) {
            past.add(slot, at(10, 100));
            assertThat(past.thresholds(0.99)).as("slot %d", slot).hasValue(new Thresholds(99, 98));
        }
        // When there are a thousand newer ones, of thirty slots
        past.add(39, at(10, 100));
        // Then
        assertThat(past.thresholds(0.99)).hasValue(new Thresholds(10, 9));
    }

    @Test
    void aPastIsAtLeastThirtySlotsHoweverMuchTheyHold() {
        PastDistribution past = new PastDistribution(LogHistogram.EMPTY, 0.99);
        for (long slot = 0; slot < 10; slot++) {
            past.add(slot, at(99, 1_000_000));
        }
        for (long slot = 10; slot < 39; slot++) {
            past.add(slot, at(10, 1_000_000));
        }
        assertThat(past.thresholds(0.5)).hasValue(new Thresholds(10, 9));
        assertThat(past.thresholds(0.95)).hasValue(new Thresholds(99, 98));
        past.add(39, at(10, 1_000_000));
        assertThat(past.thresholds(0.95)).hasValue(new Thresholds(10, 9));
    }

    @Test
    void eachQuantileLooksBackAsFarAsItNeeds() {
        // Given ten values a slot; of the older ones 4 % were slow, and of the last 50 slots none
        PastDistribution past = new PastDistribution(LogHistogram.EMPTY, 0.99);
        for (long slot = 0; slot < 300; slot++) {
            past.add(slot, slot < 250 && slot % 5 < 2 ? slot(10, 1) : at(10, 10));
        }
        assertThat(past.thresholds(0.99)).hasValue(new Thresholds(99, 98));
        assertThat(past.thresholds(0.95)).hasValue(new Thresholds(10, 9));
    }

    @Test
    void valuesOlderThanFifteenMinutesAreForgottenHoweverFewFollowed() {
        PastDistribution past = new PastDistribution(LogHistogram.EMPTY, 0.99);
        past.add(0, at(99, 100));
        for (long slot = 100; slot <= 900; slot += 100) {
            past.add(slot, at(10, 10));
        }
        assertThat(past.thresholds(0.5)).hasValue(new Thresholds(10, 9));
    }

    @Test
    void itHoldsFewChunksWhateverTheTraffic() {
        for (long count : new long[] {1, 7, 60, 1_000}) {
            PastDistribution past = new PastDistribution(LogHistogram.EMPTY, 0.99);
            for (long slot = 0; slot < 5_000; slot++) {
                past.add(slot, at(10, count));
            }
            StateWriter written = new StateWriter();
            past.write(written);
            // Each chunk of a single bucket is five numbers
            assertThat(written.longs().length).as("%d a slot", count).isLessThanOrEqualTo(2 + 22 * 5);
        }
    }

    @Test
    void itContinuesExactlyFromWhatWasWritten() {
        PastDistribution past = new PastDistribution(at(30, 7), 0.99);
        for (long slot = 100; slot < 800; slot += 7) {
            past.add(slot, at((int) (slot % 13), slot));
        }
        StateWriter written = new StateWriter();
        past.write(written);
        PastDistribution continued = new PastDistribution(LogHistogram.EMPTY, 0.99);
        continued.read(new StateReader(written.longs(), written.doubles()));
        StateWriter again = new StateWriter();
        continued.write(again);
        assertThat(again.longs()).containsExactly(written.longs());
        for (long slot = 800; slot < 900; slot++) {
            past.add(slot, at((int) (slot % 17), slot));
            continued.add(slot, at((int) (slot % 17), slot));
            assertThat(continued.thresholds(0.95)).isEqualTo(past.thresholds(0.95));
        }
    }
}
