package io.bellwether.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class WarmUpTest {
    @Test
    void warmsEverySizeWhenTheLargestIsSmall() {
        assertThat(WarmUp.sizes(1)).containsExactly(1);
        assertThat(WarmUp.sizes(3)).containsExactly(1, 2, 3);
        assertThat(WarmUp.sizes(32)).hasSize(32).startsWith(1).endsWith(32);
    }

    @Test
    void warmsPowersOfTwoAndTheLargestWhenItIsLarge() {
        assertThat(WarmUp.sizes(33)).containsExactly(1, 2, 4, 8, 16, 32, 33);
        assertThat(WarmUp.sizes(128)).containsExactly(1, 2, 4, 8, 16, 32, 64, 128);
        assertThat(WarmUp.sizes(1024)).hasSize(11).endsWith(1024);
    }

    @Test
    void runsEachSizeAsOftenAsAskedAndReportsTheTimes() throws EngineFault {
        // Given
        SyntheticEngine engine = SyntheticEngine.steady();
        ModelSource source = new ModelSource(
                "m/1",
                Path.of("unused"),
                List.of(new TensorSpec("x", ElementType.INT32, List.of(2L))),
                List.of(new TensorSpec("y", ElementType.FP32, List.of())),
                ComputeDevice.CPU);
        try (LoadedModel model = engine.load(source);
                ModelRunner runner = model.newRunner()) {
            // When
            WarmUpProfile profile = WarmUp.run(runner, source, 3, 2);

            // Then
            assertThat(engine.batchSizes()).containsExactly(1, 1, 2, 2, 3, 3);
            assertThat(profile.timings())
                    .containsExactly(
                            new WarmUpProfile.SizeTiming(1, 1_100_000, 1_100_000, 1_100_000),
                            new WarmUpProfile.SizeTiming(2, 1_200_000, 1_200_000, 1_200_000),
                            new WarmUpProfile.SizeTiming(3, 1_300_000, 1_300_000, 1_300_000));
        }
    }

    @Test
    void runsTheEndsOnlyWhereADimensionVariesAndHidesNothing() throws EngineFault {
        // Given: the synthetic engine sums the first input, so ones give their number
        SyntheticEngine engine = SyntheticEngine.steady();
        ModelSource source = new ModelSource(
                "m/1",
                Path.of("unused"),
                List.of(new TensorSpec("attention_mask", ElementType.INT64, List.of(-1L))),
                List.of(new TensorSpec("y", ElementType.FP32, List.of(1L))),
                ComputeDevice.CPU);
        try (LoadedModel model = engine.load(source);
                ModelRunner runner = model.newRunner()) {
            // When
            WarmUp.run(runner, source, 8, 1);

            // Then
            assertThat(engine.batchSizes()).containsExactly(1, 8);
            RunResult result = runner.run(WarmUp.neutral(source, 2));
            assertThat(Elements.values(result.outputs().get(0))).containsExactly(16.0, 16.0);
        }
    }
}
