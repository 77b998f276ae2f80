package io.bellwether.worker.survival;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.worker.survival.CrashHistory.Crash;
import java.util.List;
import org.junit.jupiter.api.Test;

class CrashHistoryTest {
    private static final long WITHIN = CrashHistory.WITHIN_MILLIS;

    @Test
    void threeCrashesWithinFiveMinutesAreTooMany() {
        assertThat(history(0, WITHIN / 2, WITHIN).quarantines("a/1@x")).isTrue();
        assertThat(history(0, WITHIN / 2, WITHIN + 1).quarantines("a/1@x")).isFalse();
        assertThat(history(0, WITHIN).quarantines("a/1@x")).isFalse();
    }

    @Test
    void crashesFarApartAreForgivenAndALaterRowIsNot() {
        assertThat(history(0, 10 * WITHIN, 20 * WITHIN).quarantines("a/1@x")).isFalse();
        assertThat(history(0, 10 * WITHIN, 10 * WITHIN + 1, 10 * WITHIN + 2).quarantines("a/1@x"))
                .isTrue();
    }

    @Test
    void aVersionAnswersForItsOwnCrashesOnly() {
        // Given
        CrashHistory history = new CrashHistory(List.of())
                .with(List.of("a/1@x", "b/1@x"), 1)
                .with(List.of("a/1@x"), 2)
                .with(List.of("a/1@x"), 3);

        // Then
        assertThat(history.quarantines("a/1@x")).isTrue();
        assertThat(history.quarantines("a/1@y")).as("other files").isFalse();
        assertThat(history.quarantines("b/1@x")).isFalse();
        assertThat(history.without("a").quarantines("a/1@x")).isFalse();
        assertThat(history.without("a").crashes()).containsExactly(new Crash("b/1@x", 1));
    }

    @Test
    void onlyTheLatestCrashesAreKept() {
        // Given
        CrashHistory history = new CrashHistory(List.of());

        // When
        for (int i = 0; i < 1_500; i++) {
            history = history.with(List.of("a/" + i + "@x"), i);
        }

        // Then
        assertThat(history.crashes()).hasSize(1_000);
        assertThat(history.crashes().get(999).label()).isEqualTo("a/1499@x");
    }

    private static CrashHistory history(long... atMillis) {
        CrashHistory history = new CrashHistory(List.of());
        for (long at : atMillis) {
            history = history.with(List.of("a/1@x"), at);
        }
        return history;
    }
}
