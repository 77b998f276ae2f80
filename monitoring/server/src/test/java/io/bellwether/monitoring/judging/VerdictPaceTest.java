package io.bellwether.monitoring.judging;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class VerdictPaceTest {
    private final VerdictPace pace = new VerdictPace(JudgeSettings.DEFAULTS);

    @Test
    void newsIsToldAtOnceThoughTheClockHasJustAskedForAVerdict() {
        // Given a verdict with news, and one that the clock asked for
        assertThat(pace.begin(0)).isTrue();
        assertThat(pace.begin(999)).isFalse();
        assertThat(pace.begin(1_000)).isTrue();

        // When
        pace.changed();

        // Then
        assertThat(pace.begin(1_010)).isTrue();
    }

    @Test
    void newsWaitsForHalfASecondAfterNews() {
        assertThat(pace.begin(0)).isTrue();
        pace.changed();

        assertThat(pace.begin(499)).isFalse();
        assertThat(pace.begin(500)).isTrue();
        assertThat(pace.begin(1_499)).isFalse();
        assertThat(pace.begin(1_500)).isTrue();
    }
}
