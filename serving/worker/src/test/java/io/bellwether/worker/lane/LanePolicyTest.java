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

    @Test
    void onlyTheBestRunOfOneRowOfAnyInstanceCounts() {
        // Given: the first runs, other sizes and a busy instance take longer than the objective
        WarmUpProfile quick = new WarmUpProfile(
                List.of(new SizeTiming(1, 9_000_000_000L, 1_999_000_000L, 0), new SizeTiming(8, 1, 9_000_000_000L, 0)));
        WarmUpProfile busy = new WarmUpProfile(List.of(new SizeTiming(1, 9_000_000_000L, 5_000_000_000L, 0)));

        // Then
        assertThat(LanePolicy.objection(spec, List.of(busy, quick))).isEmpty();
        assertThat(LanePolicy.objection(spec, List.of(busy)).orElseThrow())
                .contains("timeout_millis is 2000, but one row alone needs 5000.5 ms")
                .endsWith("to at least 10001");
    }
}
