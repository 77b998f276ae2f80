package io.bellwether.monitoring.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bellwether.statistics.StateReader;
import io.bellwether.statistics.StateWriter;
import org.junit.jupiter.api.Test;

/** Burn rates of an objective of 99.9 %: one failure in a thousand requests is a rate of 1. */
class BurnWindowsTest {
    private static final long START = 1_800_000_000L;
    private final BurnWindows windows = new BurnWindows(0.999);

    private void play(long fromSecond, long toSecond, long requests, long failures) {
        for (long second = fromSecond; second < toSecond; second += 10) {
            windows.add(START + second, new ModelCounts(requests, failures));
        }
    }

    @Test
    void aFastBurnNeedsBothWindows() {
        // Given an hour at a rate of 20
        play(0, 3_600, 1_000, 20);

        // Then
        assertThat(windows.burns().get(0).longRate()).isCloseTo(20, within(1e-9));
        assertThat(windows.burns()).extracting(BurnWindows.Burn::burning).containsExactly(true, true);

        // When it has ended seven minutes ago
        play(3_600, 4_020, 1_000, 0);

        // Then the fast burn is over, and the slow one is seen until its short window has passed
        assertThat(windows.burns()).extracting(BurnWindows.Burn::burning).containsExactly(false, true);
        play(4_020, 5_700, 1_000, 0);
        assertThat(windows.burns()).extracting(BurnWindows.Burn::burning).containsExactly(false, false);
    }

    @Test
    void aRateOfTenIsASlowBurnOnly() {
        play(0, 3_600, 1_000, 10);

        assertThat(windows.burns()).extracting(BurnWindows.Burn::burning).containsExactly(false, true);
    }

    @Test
    void fewFailuresAreNoBurn() {
        // Given nine failures of nine requests
        for (int i = 0; i < 9; i++) {
            windows.add(START + i, new ModelCounts(1, 1));
        }
        assertThat(windows.burns()).noneMatch(BurnWindows.Burn::burning);

        // When there is a tenth
        windows.add(START + 9, new ModelCounts(1, 1));

        // Then
        assertThat(windows.burns()).allMatch(BurnWindows.Burn::burning);
    }

    @Test
    void whatIsOlderThanSixHoursIsForgottenAndAStateContinues() {
        // Given
        play(0, 600, 1_000, 500);
        StateWriter out = new StateWriter();
        windows.write(out);
        BurnWindows restored = new BurnWindows(0.999);
        restored.read(new StateReader(out.longs(), out.doubles()));
        assertThat(restored.burns()).isEqualTo(windows.burns());

        // When nothing was asked for seven hours
        restored.add(START + 7 * 3_600, new ModelCounts(0, 0));

        // Then
        assertThat(restored.burns()).extracting(BurnWindows.Burn::longRate).containsExactly(0.0, 0.0);
    }
}
