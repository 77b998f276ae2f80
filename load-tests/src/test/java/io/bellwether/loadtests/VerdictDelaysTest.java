package io.bellwether.loadtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VerdictDelaysTest {
    private final VerdictDelays delays = new VerdictDelays(List.of("one", "two"), 100, 103);

    @Test
    void eachSlotCountsForTheFirstVerdictThatKnowsIt() {
        // Given a verdict about each slot of one rollout, the second of them once more, and one from before the
        // measured time
        delays.verdict("one", 99, 100_050, 100_060);
        delays.verdict("one", 100, 101_040, 101_050);
        delays.verdict("one", 101, 102_040, 102_070);
        delays.verdict("one", 101, 102_900, 102_910);
        delays.verdict("one", 102, 103_010, 103_090);
        // When the other one stalls and tells of all three at once, and somebody else's comes
        delays.verdict("two", 102, 104_000, 104_010);
        delays.verdict("nobody", 102, 104_000, 104_010);
        // Then the stall is charged to each slot that it delayed
        assertThat(delays.isComplete()).isTrue();
        Map<String, Object> fields = delays.fields();
        assertThat(fields)
                .containsEntry("slots", 6L)
                .containsEntry("missing", 0L)
                .containsEntry("verdicts", 5L);
        assertThat(percentiles("toldMillis")).containsEntry("p0.0", 10L);
        assertThat(percentiles("seenMillis"))
                .containsEntry("p0.0", 50L)
                .containsEntry("p50.0", 90L)
                .containsEntry("p100.0", 3_011L);
    }

    @Test
    void whatIsNeverJudgedCountsForAsLongAsItWasWaitedFor() {
        delays.verdict("one", 102, 103_100, 103_100);
        delays.close(113_000);
        assertThat(delays.missing()).isEqualTo(3);
        assertThat(percentiles("seenMillis").get("p100.0"))
                .satisfies(most -> assertThat((long) most).isBetween(12_000L, 12_020L));
    }

    @SuppressWarnings("unchecked")
    private Map<String, Object> percentiles(String name) {
        return (Map<String, Object>) delays.fields().get(name);
    }
}
