package io.bellwether.monitoring.judging;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.telemetry.TopScoreScale;
import org.junit.jupiter.api.Test;

class ScoreRangesTest {
    private final ScoreRanges ranges = new ScoreRanges();

    @Test
    void rangesOfTheKnownScaleAreNumbersThatCanBeToldApart() {
        int bins = TopScoreScale.bins();
        int half = TopScoreScale.edges().indexOf(0.5);
        int one = TopScoreScale.edges().indexOf(1.0);

        assertThat(ranges.name("top-1", 0, half, bins)).isEqualTo("below 0.5");
        assertThat(ranges.name("top-1", half + 1, half + 2, bins)).isEqualTo("0.5 to 0.731");
        assertThat(ranges.name("top-1", one - 1, one, bins)).isEqualTo("0.9999986 to 1");
        assertThat(ranges.name("top-1", one + 1, bins - 2, bins)).isEqualTo("1 or more");
        assertThat(ranges.name("top-1", 0, bins - 2, bins)).isEqualTo("any number");
        assertThat(ranges.name("top-1", bins - 1, bins - 1, bins)).isEqualTo("NaN or infinite");
    }

    @Test
    void ofEdgesThatOnlyTheModelKnowsPlacesAreNamed() {
        assertThat(ranges.name("declared-0a", 2, 2, 9)).isEqualTo("in bin 2 of 0 to 7");
        assertThat(ranges.name("declared-0a", 2, 4, 9)).isEqualTo("in bins 2 to 4 of 0 to 7");
        assertThat(ranges.name("declared-0a", 8, 8, 9)).isEqualTo("NaN or infinite");
    }
}
