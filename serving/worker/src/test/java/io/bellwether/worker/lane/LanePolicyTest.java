package io.bellwether.worker.lane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.bellwether.batching.BatchingPolicy;
import io.bellwether.engine.WarmUpProfile;
import io.bellwether.engine.WarmUpProfile.SizeTiming;
import io.bellwether.worker.Samples;
import io.bellwether.worker.model.ModelSpec;
import io.bellwether.worker.model.ModelSpecParser;
import io.bellwether.worker.model.ParsedSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

class LanePolicyTest {
    /** Its objective is 2 s. */
    private final ModelSpec spec = Samples.spec(8, 64);

    @Test
    void theObjectiveIsTheDeadlineOfARequestThatBringsNone() {
        assertThat(LanePolicy.of(spec)).isEqualTo(BatchingPolicy.of(8, 64, 1, 2_000_000_000L));
    }

    @Test
    void whateverADescriptionMaySayMakesAPolicy() {
        // Given: the largest of everything
        ParsedSpec parsed = ModelSpecParser.parse(
                """
                max_batch_size: 1024
                instances: 64
                queue_requests_max: 65536
                timeout_millis: 3600000
                inputs: [{name: x, datatype: FP32, shape: [2]}]
                outputs: [{name: y, datatype: FP32, shape: [2]}]
                """);

        // Then
        assertThatCode(() -> LanePolicy.of(((ParsedSpec.Valid) parsed).spec())).doesNotThrowAnyException();
    }

    private static WarmUpProfile oneRow(long bestWallNanos, long bestDeviceNanos) {
        return new WarmUpProfile(List.of(new SizeTiming(1, 9_000_000_000L, bestWallNanos, bestDeviceNanos)));
    }

    @Test
    void onlyTheBestRunOfOneRowOfAnyInstanceCounts() {
        // Given: the first runs, other sizes and one of two instances take longer than the objective
        WarmUpProfile quick = new WarmUpProfile(List.of(
                new SizeTiming(1, 9_000_000_000L, 1_999_000_000L, 1_999_000_000L),
                new SizeTiming(8, 1, 9_000_000_000L, 9_000_000_000L)));
        WarmUpProfile slow = oneRow(5_000_000_000L, 5_000_000_000L);

        // Then
        assertThat(LanePolicy.objection(spec, List.of(slow, quick))).isEmpty();
        assertThat(LanePolicy.objection(spec, List.of(slow)).orElseThrow())
                .contains("timeout_millis is 2000, but one row alone needs 5000.5 ms")
                .endsWith("to at least 10001");
    }

    @Test
    void waitingForABusyCoreIsNotHeldAgainstAModel() {
        // Given: every run of every instance was kept from its core most of the time
        List<WarmUpProfile> kept =
                List.of(oneRow(6_000_000_000L, 1_500_000_000L), oneRow(7_000_000_000L, 1_400_000_000L));

        // Then
        assertThat(LanePolicy.objection(spec, kept)).isEmpty();
    }

    @Test
    void processorTimeBeyondTheObjectiveIsRefusedOnABusyMachineToo() {
        // When, Then: what it would need alone, not what it took among others
        assertThat(LanePolicy.objection(spec, List.of(oneRow(6_000_000_000L, 2_500_000_000L)))
                        .orElseThrow())
                .contains("one row alone needs 2500.5 ms");
    }

    @Test
    void deviceTimeOfSeveralThreadsDoesNotMakeARunLonger() {
        // Given: four threads, each of which is charged for the whole run
        assertThat(LanePolicy.objection(spec, List.of(oneRow(1_900_000_000L, 7_600_000_000L))))
                .isEmpty();
    }
}
