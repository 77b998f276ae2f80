package io.bellwether.engine;

import static io.bellwether.engine.TestPrograms.source;
import static io.bellwether.engine.TestPrograms.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** INT16 and BF16, for which DJL's bridge to libtorch has no words. */
class NarrowTypesTest {
    private static final short ONE = 0x3f80;
    private static final short ONE_AND_A_HALF = 0x3fc0;
    private static final short THREE = 0x4040;

    @TempDir
    private Path folder;

    @Test
    void aProgramComputesInSixteenBits() throws Exception {
        // Given: doubled, 32,767 is more than 16 bits hold
        ModelSource source = program("torch.add(x, x)", ElementType.INT16, ElementType.INT16);

        // Then
        assertThat(run(source, ElementType.INT16, (short) 32_767, (short) -5)).containsExactly((short) -2, (short) -10);
    }

    @Test
    void aProgramComputesInBrainFloats() throws Exception {
        // Given: of 1 and 1/512 the type keeps 1
        ModelSource twice = program("torch.add(x, x)", ElementType.BF16, ElementType.BF16);
        ModelSource little = program("torch.add(x, 0.001953125)", ElementType.BF16, ElementType.BF16);

        // Then
        assertThat(run(twice, ElementType.BF16, ONE_AND_A_HALF, (short) 0)).containsExactly(THREE, (short) 0);
        assertThat(run(little, ElementType.BF16, ONE, ONE)).containsExactly(ONE, ONE);
    }

    @Test
    void onlyTheOutputMayBeNarrow() throws Exception {
        // Given
        ModelSource source = program("torch.to(x, 2)", ElementType.FP32, ElementType.INT16);
        TensorBuffer in = Elements.tensor(ElementType.FP32, List.of(1L, 2L), -3.7, 70);

        // Then
        assertThat(shorts(run(source, in))).containsExactly((short) -3, (short) 70);
    }

    @ParameterizedTest
    @CsvSource({"FP32, INT16", "FP32, BF16", "INT16, FP32", "BF16, FP32", "INT16, BF16", "BF16, INT16"})
    void anotherTypeThanDeclaredIsAFaultAndNoCrash(ElementType given, ElementType declared) throws Exception {
        // Given: a program that returns what it is given
        ModelSource source = program("x", given, declared);
        TensorBuffer in = Elements.tensor(given, List.of(1L, 2L), 1, 1);

        // Then
        assertThatThrownBy(() -> run(source, in))
                .isInstanceOfSatisfying(EngineFault.class, fault -> assertThat(fault.kind())
                        .isEqualTo(EngineFault.Kind.OUTPUT_MISMATCH))
                .hasMessageContaining("that are not of the declared type " + declared);
    }

    @ParameterizedTest
    @EnumSource(names = {"INT16", "BF16"})
    void viewsDictionariesAndTensorsOfNothingComeOutToo(ElementType type) throws Exception {
        // Given
        ModelSource turn = source("turn", List.of(spec("x", type, 2L, 3L)), List.of(spec("y", type, 3L, 2L)));
        ModelSource named = source(
                "named", List.of(spec("x", type, 2L)), List.of(spec("double", type, 2L), spec("negative", type, 2L)));
        ModelSource open = source("identity", List.of(spec("x", type, -1L)), List.of(spec("y", type, -1L)));

        // When
        TensorBuffer turned = run(turn, Elements.tensor(type, List.of(1L, 2L, 3L), 1, 2, 3, 4, 5, 6));
        TensorBuffer doubled = run(named, Elements.tensor(type, List.of(1L, 2L), 0, 0));
        TensorBuffer nothing = run(open, Elements.tensor(type, List.of(1L, 0L)));

        // Then
        assertThat(turned.shape()).containsExactly(1L, 3L, 2L);
        assertThat(shorts(turned)).containsExactly((short) 1, (short) 4, (short) 2, (short) 5, (short) 3, (short) 6);
        assertThat(doubled.shape()).containsExactly(1L, 2L);
        assertThat(nothing.shape()).containsExactly(1L, 0L);
    }

    @Test
    void graphsTakeBrainFloatsAndRefuseShortIntegers() throws Exception {
        // Given
        LocalEngines engines = LocalEngines.start(TorchEngineSettings.defaults());

        // When
        TensorBuffer answer;
        try (LoadedModel model = engines.load(graph(ElementType.BF16));
                ModelRunner runner = model.newRunner()) {
            BatchBuffers in = new BatchBuffers(
                    1, List.of(Elements.tensor(ElementType.BF16, List.of(1L, 2L), ONE, ONE_AND_A_HALF)));
            answer = runner.run(in).outputs().get(0);
        }

        // Then
        assertThat(shorts(answer)).containsExactly(ONE, ONE_AND_A_HALF);
        assertThatThrownBy(() -> engines.load(graph(ElementType.INT16)))
                .hasMessageContaining("INT16")
                .hasMessageContaining("add a Cast to INT32 in the graph");
    }

    private static ModelSource graph(ElementType type) {
        return new ModelSource(
                "brain/1",
                TestPrograms.resource("brain.onnx"),
                List.of(spec("x", type, 2L)),
                List.of(spec("y", type, 2L)),
                ComputeDevice.CPU);
    }

    /** A program that returns this of its input {@code x}. */
    private ModelSource program(String returned, ElementType input, ElementType output) throws IOException {
        Path file = Files.createTempFile(folder, "program", ".pt");
        Files.write(
                file,
                ScriptArchive.of(
                        "Test",
                        "  def forward(self: __torch__.Test, x: Tensor) -> Tensor:\n    return " + returned + "\n"));
        return new ModelSource(
                "program/1", file, List.of(spec("x", input, 2L)), List.of(spec("y", output, 2L)), ComputeDevice.CPU);
    }

    private static List<Short> run(ModelSource source, ElementType type, short one, short other) throws EngineFault {
        return shorts(run(source, Elements.tensor(type, List.of(1L, 2L), one, other)));
    }

    private static TensorBuffer run(ModelSource source, TensorBuffer in) throws EngineFault {
        try (LoadedModel model =
                        TorchEngine.start(TorchEngineSettings.defaults()).load(source);
                ModelRunner runner = model.newRunner()) {
            return runner.run(new BatchBuffers(1, List.of(in))).outputs().get(0);
        }
    }

    private static List<Short> shorts(TensorBuffer tensor) {
        ByteBuffer data = tensor.data().duplicate().order(ByteOrder.LITTLE_ENDIAN);
        List<Short> values = new ArrayList<>();
        while (data.hasRemaining()) {
            values.add(data.getShort());
        }
        return values;
    }
}
