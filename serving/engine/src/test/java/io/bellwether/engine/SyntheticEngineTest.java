package io.bellwether.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class SyntheticEngineTest {
    private static final ModelSource SOURCE = new ModelSource(
            "m/1",
            Path.of("unused"),
            List.of(new TensorSpec("x", ElementType.FP32, List.of(2L))),
            List.of(new TensorSpec("y", ElementType.INT64, List.of(3L))),
            ComputeDevice.CPU);

    private static BatchBuffers in(double... values) {
        return new BatchBuffers(
                values.length / 2,
                List.of(Elements.tensor(ElementType.FP32, List.of((long) values.length / 2, 2L), values)));
    }

    @Test
    void answersEachItemWithItsSumPlusTheIndex() throws EngineFault {
        // Given
        SyntheticEngine engine = SyntheticEngine.steady();
        try (LoadedModel model = engine.load(SOURCE);
                ModelRunner runner = model.newRunner()) {
            // When
            RunResult result = runner.run(in(1, 2, 10, 20));

            // Then
            assertThat(result.outputs().get(0).shape()).containsExactly(2L, 3L);
            assertThat(Elements.values(result.outputs().get(0))).containsExactly(3.0, 4.0, 5.0, 30.0, 31.0, 32.0);
            assertThat(result.deviceNanos()).isEqualTo(1_200_000);
            assertThat(engine.batchSizes()).containsExactly(2);
        }
        assertThat(engine.openModels()).isZero();
        assertThat(engine.openRunners()).isZero();
    }

    @Test
    void failsOnPoisonAndGoesOn() throws EngineFault {
        // Given
        SyntheticEngine engine = SyntheticEngine.steady().failingOn(item -> item.getFloat(0) == 13f);
        try (LoadedModel model = engine.load(SOURCE);
                ModelRunner runner = model.newRunner()) {
            // When, Then
            assertThatThrownBy(() -> runner.run(in(1, 1, 13, 1)))
                    .isInstanceOfSatisfying(
                            EngineFault.class, f -> assertThat(f.kind()).isEqualTo(EngineFault.Kind.PROGRAM_FAILED));
            assertThat(runner.run(in(1, 1)).outputs()).hasSize(1);
        }
    }

    @Test
    void sameSeedSameServiceTimes() throws EngineFault {
        assertThat(deviceNanosOfThreeRuns(7))
                .isEqualTo(deviceNanosOfThreeRuns(7))
                .isNotEqualTo(deviceNanosOfThreeRuns(8));
    }

    private static List<Long> deviceNanosOfThreeRuns(long seed) throws EngineFault {
        SyntheticEngine engine = new SyntheticEngine(new SyntheticEngine.ServiceTime(1_000_000, 1_000, 0.5), seed);
        try (LoadedModel model = engine.load(SOURCE);
                ModelRunner runner = model.newRunner()) {
            return List.of(
                    runner.run(in(1, 1)).deviceNanos(),
                    runner.run(in(1, 1)).deviceNanos(),
                    runner.run(in(1, 1)).deviceNanos());
        }
    }

    @Test
    void refusesToLoadWhatItIsToldToRefuse() {
        assertThatThrownBy(() -> SyntheticEngine.steady()
                        .refusing("m/1", "not a program")
                        .load(SOURCE))
                .isInstanceOf(EngineFault.class)
                .hasMessage("not a program");
    }
}
