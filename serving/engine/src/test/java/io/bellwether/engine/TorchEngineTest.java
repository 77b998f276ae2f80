package io.bellwether.engine;

import static io.bellwether.engine.TestPrograms.floats;
import static io.bellwether.engine.TestPrograms.source;
import static io.bellwether.engine.TestPrograms.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TorchEngineTest {
    private static TorchEngine engine() throws EngineFault {
        return TorchEngine.start(TorchEngineSettings.defaults());
    }

    private static RunResult run(ModelSource source, BatchBuffers in) throws EngineFault {
        try (LoadedModel model = engine().load(source);
                ModelRunner runner = model.newRunner()) {
            return runner.run(in);
        }
    }

    @Test
    void computesWhatTheProgramSays() throws EngineFault {
        // Given
        BatchBuffers in = floats(2, 4, 1, 2, 3, 4, 0, 0, 0, -1);

        // When
        RunResult result = run(TestPrograms.linear(), in);

        // Then: by hand, row 1 is (0+6+18+36, 1+8+21+40, 2+10+24+44) + b, row 2 is -(9, 10, 11) + b
        TensorBuffer y = result.outputs().get(0);
        assertThat(y.shape()).containsExactly(2L, 3L);
        assertThat(y.data().isDirect()).isTrue();
        assertThat(y.data().order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
        assertThat(Elements.values(y)).containsExactly(60.5, 69.5, 80.25, -8.5, -10.5, -10.75);
        assertThat(result.deviceNanos()).isPositive();
        assertThat(result.wallNanos()).isPositive();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void givesTheSameAnswerAtEveryBatchSizeWithAndWithoutTheOptimizer(boolean optimizer) throws EngineFault {
        // Given
        TorchEngine engine = TorchEngine.start(new TorchEngineSettings(Optional.empty(), optimizer));
        try (LoadedModel model = engine.load(TestPrograms.linear());
                ModelRunner runner = model.newRunner()) {
            for (int items = 1; items <= 20; items++) {
                double[] values = new double[items * 4];
                for (int i = 0; i < values.length; i++) {
                    values[i] = i % 7 - 3;
                }
                for (int repeat = 0; repeat < 4; repeat++) {
                    // When
                    List<Double> y = Elements.values(
                            runner.run(floats(items, 4, values)).outputs().get(0));

                    // Then
                    assertThat(y).hasSize(items * 3);
                    for (int item = 0; item < items; item++) {
                        for (int column = 0; column < 3; column++) {
                            assertThat(y.get(item * 3 + column)).isEqualTo(reference(values, item, column));
                        }
                    }
                }
            }
        }
    }

    private static double reference(double[] values, int item, int column) {
        double sum = new double[] {0.5, -0.5, 0.25}[column];
        for (int row = 0; row < 4; row++) {
            sum += values[item * 4 + row] * (row * 3 + column);
        }
        return sum;
    }

    @Test
    void takesSeveralInputsAndGivesSeveralOutputs() throws EngineFault {
        // Given
        ModelSource source = source(
                "twobytwo",
                List.of(spec("a", ElementType.FP32, 2L), spec("b", ElementType.INT64, 2L)),
                List.of(spec("sum", ElementType.FP32, 2L), spec("twice", ElementType.INT64, 2L)));
        TensorBuffer a = Elements.tensor(ElementType.FP32, List.of(2L, 2L), 0.5, 1.5, 2.5, 3.5);
        TensorBuffer b = Elements.tensor(ElementType.INT64, List.of(2L, 2L), 1, 2, 3, 1L << 40);

        // When
        RunResult result = run(source, new BatchBuffers(2, List.of(a, b)));

        // Then
        assertThat(Elements.values(result.outputs().get(0))).startsWith(1.5, 3.5, 5.5);
        assertThat(Elements.values(result.outputs().get(1))).containsExactly(2.0, 4.0, 6.0, (double) (1L << 41));
    }

    @ParameterizedTest
    @EnumSource(ElementType.class)
    void carriesEveryElementTypeUnchanged(ElementType type) throws EngineFault {
        // Given
        ModelSource source = source("identity", List.of(spec("x", type, 3L)), List.of(spec("y", type, 3L)));
        TensorBuffer in = Elements.tensor(type, List.of(2L, 3L), 0, 1, 1, 1, 0, 1);

        // When
        RunResult result = run(source, new BatchBuffers(2, List.of(in)));

        // Then
        assertThat(result.outputs().get(0).type()).isEqualTo(type);
        assertThat(result.outputs().get(0).data()).isEqualTo(in.data());
    }

    @Test
    void aTensorWithoutABatchDimensionIsRunAsItIs() throws EngineFault {
        // Given
        ModelSource source = source(
                "identity",
                List.of(new TensorSpec("x", ElementType.FP32, List.of(-1L, 2L), false)),
                List.of(new TensorSpec("y", ElementType.FP32, List.of(-1L, 2L), false)));

        // When
        RunResult three = run(
                source,
                new BatchBuffers(1, List.of(Elements.tensor(ElementType.FP32, List.of(3L, 2L), 1, 2, 3, 4, 5, 6))));
        RunResult none = run(source, new BatchBuffers(1, List.of(Elements.tensor(ElementType.FP32, List.of(0L, 2L)))));

        // Then
        assertThat(three.outputs().get(0).shape()).containsExactly(3L, 2L);
        assertThat(Elements.values(three.outputs().get(0))).containsExactly(1.0, 2.0, 3.0, 4.0, 5.0, 6.0);
        assertThat(none.outputs().get(0).shape()).containsExactly(0L, 2L);
    }

    @Test
    void readsFromTheBuffersPositionAndLeavesItThere() throws EngineFault {
        // Given
        ByteBuffer larger = ByteBuffer.allocateDirect(64).order(ByteOrder.LITTLE_ENDIAN);
        larger.position(16).limit(24);
        larger.putFloat(16, 7f).putFloat(20, 8f);
        BatchBuffers in = new BatchBuffers(1, List.of(new TensorBuffer(ElementType.FP32, List.of(1L, 2L), larger)));

        // When
        RunResult result = run(TestPrograms.picky(), in);

        // Then
        assertThat(Elements.values(result.outputs().get(0))).containsExactly(7.0, 8.0);
        assertThat(larger.position()).isEqualTo(16);
        assertThat(larger.limit()).isEqualTo(24);
    }

    @Test
    void copiesViewsThatAreNotContiguousInRowMajorOrder() throws EngineFault {
        // Given
        ModelSource source = source(
                "turn", List.of(spec("x", ElementType.FP32, 2L, -1L)), List.of(spec("y", ElementType.FP32, -1L, 2L)));
        TensorBuffer in = Elements.tensor(ElementType.FP32, List.of(1L, 2L, 3L), 1, 2, 3, 4, 5, 6);

        // When
        RunResult result = run(source, new BatchBuffers(1, List.of(in)));

        // Then
        assertThat(result.outputs().get(0).shape()).containsExactly(1L, 3L, 2L);
        assertThat(Elements.values(result.outputs().get(0))).containsExactly(1.0, 4.0, 2.0, 5.0, 3.0, 6.0);
    }

    @Test
    void readsADictionaryByName() throws EngineFault {
        // Given
        ModelSource source = source(
                "named",
                List.of(spec("x", ElementType.FP32, 1L)),
                List.of(spec("double", ElementType.FP32, 1L), spec("negative", ElementType.FP32, 1L)));

        // When
        RunResult result = run(source, floats(1, 1, 3));

        // Then
        assertThat(Elements.values(result.outputs().get(0))).containsExactly(6.0);
        assertThat(Elements.values(result.outputs().get(1))).containsExactly(-3.0);
    }

    /** OpenMP names the members of a team like the thread that leads it. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void programsOfOneProcessRunWithTeamsOfTheirOwnSizes() throws Exception {
        // Given
        Map<Integer, Long> team = new TreeMap<>();
        for (int threads : List.of(1, 3, 2)) {
            // When
            team.put(threads, threadsOfARun(threads));
        }

        // Then
        assertThat(team).isEqualTo(Map.of(1, 1L, 2, 2L, 3, 3L));
    }

    @Test
    void aNumberOfThreadsThatMakesNoSenseIsRefused() {
        for (int threads : List.of(0, -1, 257)) {
            assertThatThrownBy(() -> withThreads(threads))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("1 to 256 but is " + threads);
        }
    }

    private static long threadsOfARun(int threads) throws Exception {
        String name = "team-" + threads;
        BatchBuffers in = floats(32, 64, new double[32 * 64]);
        try (LoadedModel model = engine().load(withThreads(threads));
                ModelRunner runner = model.newRunner()) {
            FutureTask<Long> found = new FutureTask<>(() -> {
                runner.run(in);
                return NativeThreads.named(name);
            });
            new Thread(found, name).start();
            return found.get();
        }
    }

    private static ModelSource withThreads(int threads) {
        ModelSource mlp = TestPrograms.mlp();
        return new ModelSource(mlp.label(), mlp.file(), mlp.inputs(), mlp.outputs(), mlp.device(), threads);
    }

    @Test
    void warmsEveryBatchSize() throws EngineFault {
        try (LoadedModel model = engine().load(TestPrograms.mlp());
                ModelRunner runner = model.newRunner()) {
            // When
            WarmUpProfile profile = WarmUp.run(runner, TestPrograms.mlp(), 16, WarmUp.REPEATS_DEFAULT);

            // Then
            assertThat(profile.timings())
                    .extracting(WarmUpProfile.SizeTiming::items)
                    .containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16);
            assertThat(profile.timings()).allSatisfy(timing -> {
                assertThat(timing.bestDeviceNanos()).isPositive();
                assertThat(timing.bestWallNanos()).isLessThanOrEqualTo(timing.firstWallNanos());
            });
        }
    }
}
