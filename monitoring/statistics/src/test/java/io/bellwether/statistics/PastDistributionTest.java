package io.bellwether.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PastDistributionTest {
    private static LogHistogram at(int bucket, long count) {
        return LogHistogram.of(new int[] {bucket}, new long[] {count});
    }

    @Test
    void withoutSeedOrPastThereIsNoThreshold() {
        PastDistribution past = new PastDistribution(LogHistogram.EMPTY);
        assertThat(past.harmThreshold(0.5)).isEmpty();
        past.add(1, at(10, 49));
        assertThat(past.safetyThreshold(0.5)).isEmpty();
        past.add(2, at(10, 1));
        assertThat(past.harmThreshold(0.5)).hasValue(10);
        assertThat(past.safetyThreshold(0.5)).hasValue(9);
    }

    @Test
    void theSeedDecidesUntilTheControlHasShownEnough() {
        PastDistribution past = new PastDistribution(at(30, 100_000));
        assertThat(past.harmThreshold(0.95)).hasValue(30);
        past.add(1, at(10, 49));
        assertThat(past.harmThreshold(0.95)).hasValue(30);
        past.add(2, at(10, 1));
        assertThat(past.harmThreshold(0.95)).hasValue(10);
    }

    @Test
    void valuesOlderThanFifteenMinutesAreForgotten() {
        PastDistribution past = new PastDistribution(LogHistogram.EMPTY);
        past.add(0, at(99, 1_000_000));
        for (long slot = 1; slot <= 900; slot++) {
            past.add(slot, at(10, 10));
        }
        assertThat(past.harmThreshold(0.5)).hasValue(10);
    }

    @Test
    void itContinuesExactlyFromWhatWasWritten() {
        PastDistribution past = new PastDistribution(at(30, 7));
        for (long slot = 100; slot < 800; slot += 7) {
            past.add(slot, at((int) (slot % 13), slot));
        }
        StateWriter written = new StateWriter();
        past.write(written);
        PastDistribution continued = new PastDistribution(LogHistogram.EMPTY);
        continued.read(new StateReader(written.longs(), written.doubles()));
        StateWriter again = new StateWriter();
        continued.write(again);
        assertThat(again.longs()).containsExactly(written.longs());
        assertThat(continued.harmThreshold(0.95)).isEqualTo(past.harmThreshold(0.95));
    }
}
