package io.bellwether.engine;

import static io.bellwether.engine.TestPrograms.floats;
import static io.bellwether.engine.TestPrograms.source;
import static io.bellwether.engine.TestPrograms.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.engine.Engine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TorchEngineFaultTest {
    @TempDir
    Path folder;

    private static TorchEngine engine() throws EngineFault {
        return TorchEngine.start(TorchEngineSettings.defaults());
    }

    private static EngineFault faultOf(ModelSource source, BatchBuffers in) throws EngineFault {
        try (LoadedModel model = engine().load(source);
                ModelRunner runner = model.newRunner()) {
            return catchThrowableOfType(EngineFault.class, () -> runner.run(in));
        }
    }

    @Test
    void aProgramThatThrowsIsAFaultWithASafeMessageAndTheNextRunWorks() throws EngineFault {
        try (LoadedModel model = engine().load(TestPrograms.picky());
                ModelRunner runner = model.newRunner()) {
            // When
            EngineFault fault = catchThrowableOfType(EngineFault.class, () -> runner.run(floats(2, 2, 1, 2, 101, 4)));

            // Then
            assertThat(fault.kind()).isEqualTo(EngineFault.Kind.PROGRAM_FAILED);
            assertThat(fault).hasMessage("model picky/1 failed on this input");
            assertThat(fault.detail()).isEqualTo("builtins.ValueError: brightness above the limit of (path)");
            assertThat(Elements.values(runner.run(floats(1, 2, 1, 2)).outputs().get(0)))
                    .containsExactly(1.0, 2.0);
        }
    }

    static Stream<Arguments> wrongOutputs() {
        List<TensorSpec> x = List.of(spec("x", ElementType.FP32, 1L));
        return Stream.of(
                Arguments.argumentSet(
                        "not a tensor", source("text", x, List.of(spec("y", ElementType.FP32, 1L))), "returns"),
                Arguments.argumentSet(
                        "another number of outputs",
                        source("named", x, List.of(spec("double", ElementType.FP32, 1L))),
                        "returns 2 tensors; 1 outputs are declared"),
                Arguments.argumentSet(
                        "another name",
                        source(
                                "named",
                                x,
                                List.of(spec("double", ElementType.FP32, 1L), spec("other", ElementType.FP32, 1L))),
                        "without the declared output 'other'"),
                Arguments.argumentSet(
                        "another type",
                        source("identity", x, List.of(spec("y", ElementType.INT32, 1L))),
                        "not of the declared type INT32"),
                Arguments.argumentSet(
                        "another shape",
                        source("identity", x, List.of(spec("y", ElementType.FP32, 2L))),
                        "returns shape [3, 1] for output 'y'; declared is [3, 2]"),
                Arguments.argumentSet(
                        "no batch dimension",
                        source("sum", x, List.of(spec("y", ElementType.FP32))),
                        "returns shape [1] for output 'y'; declared is [3]"));
    }

    @ParameterizedTest
    @MethodSource("wrongOutputs")
    void outputsThatAreNotDeclaredAreAFault(ModelSource source, String expected) throws EngineFault {
        // When
        EngineFault fault = faultOf(source, floats(3, 1, 1, 2, 3));

        // Then
        assertThat(fault.kind()).isEqualTo(EngineFault.Kind.OUTPUT_MISMATCH);
        assertThat(fault).hasMessageContaining(expected);
    }

    static Stream<Arguments> wrongInputs() {
        ByteBuffer heap = ByteBuffer.allocate(8);
        ByteBuffer tooShort = ByteBuffer.allocateDirect(4);
        TensorBuffer good = Elements.tensor(ElementType.FP32, List.of(1L, 2L), 1, 2);
        return Stream.of(
                Arguments.argumentSet("none", 1, List.of(), "takes 1 inputs"),
                Arguments.argumentSet("two", 1, List.of(good, good), "takes 1 inputs"),
                Arguments.argumentSet("no items", 0, List.of(good), "at least one item"),
                Arguments.argumentSet("items", 2, List.of(good), "declared with shape [2, 2]; given is [1, 2]"),
                Arguments.argumentSet(
                        "type",
                        1,
                        List.of(Elements.tensor(ElementType.FP64, List.of(1L, 2L), 1, 2)),
                        "is declared FP32; given is FP64"),
                Arguments.argumentSet(
                        "heap",
                        1,
                        List.of(new TensorBuffer(ElementType.FP32, List.of(1L, 2L), heap)),
                        "needs a direct buffer of 8 bytes; given is a heap buffer of 8"),
                Arguments.argumentSet(
                        "short",
                        1,
                        List.of(new TensorBuffer(ElementType.FP32, List.of(1L, 2L), tooShort)),
                        "needs a direct buffer of 8 bytes; given is a direct buffer of 4"));
    }

    @ParameterizedTest
    @MethodSource("wrongInputs")
    void inputsThatAreNotDeclaredNeverReachNativeCode(int items, List<TensorBuffer> inputs, String expected)
            throws EngineFault {
        // When
        EngineFault fault = faultOf(TestPrograms.picky(), new BatchBuffers(items, inputs));

        // Then
        assertThat(fault.kind()).isEqualTo(EngineFault.Kind.INPUT_MISMATCH);
        assertThat(fault).hasMessageContaining(expected);
    }

    static Stream<Arguments> brokenFiles() throws IOException {
        byte[] whole = Files.readAllBytes(TestPrograms.file("linear"));
        byte[] text = "this is no program".getBytes(StandardCharsets.UTF_8);
        byte[] flipped = whole.clone();
        for (int i = 0; i < flipped.length / 2; i++) {
            flipped[i] ^= 0x55;
        }
        return Stream.of(
                Arguments.argumentSet("empty", (Object) new byte[0]),
                Arguments.argumentSet("text", (Object) text),
                Arguments.argumentSet("truncated", (Object) Arrays.copyOf(whole, whole.length / 2)),
                Arguments.argumentSet("without its last byte", (Object) Arrays.copyOf(whole, whole.length - 1)),
                Arguments.argumentSet("corrupt", (Object) flipped));
    }

    @ParameterizedTest
    @MethodSource("brokenFiles")
    void aFileThatIsNoProgramIsRefusedWithoutItsPath(byte[] content) throws IOException, EngineFault {
        // Given
        Path file = Files.write(folder.resolve("model.pt"), content);
        ModelSource linear = TestPrograms.linear();
        ModelSource broken = new ModelSource("broken/7", file, linear.inputs(), linear.outputs(), ComputeDevice.CPU);

        // When
        EngineFault fault = catchThrowableOfType(EngineFault.class, () -> engine().load(broken));

        // Then
        assertThat(fault.kind()).isEqualTo(EngineFault.Kind.LOAD_REFUSED);
        assertThat(fault)
                .hasMessageContaining("broken/7")
                .hasMessageContaining("torch.jit.save")
                .hasMessageNotContaining(folder.toString());
        assertThat(fault.detail()).doesNotContain(folder.toString());
    }

    @Test
    void aMissingFileIsRefused() throws EngineFault {
        ModelSource linear = TestPrograms.linear();
        ModelSource missing = new ModelSource(
                "gone/1", folder.resolve("model.pt"), linear.inputs(), linear.outputs(), ComputeDevice.CPU);
        assertThatThrownBy(() -> engine().load(missing))
                .isInstanceOf(EngineFault.class)
                .hasMessage("model gone/1 has no TorchScript file to load");
    }

    @Test
    void aGpuThatIsNotThereIsRefused() throws EngineFault {
        ModelSource linear = TestPrograms.linear();
        ModelSource onGpu =
                new ModelSource("linear/1", linear.file(), linear.inputs(), linear.outputs(), ComputeDevice.GPU);
        TorchEngine engine = engine();
        assumeTrue(Engine.getEngine("PyTorch").getGpuCount() == 0);
        assertThatThrownBy(() -> engine.load(onGpu)).hasMessageContaining("asks for a GPU and this worker has none");
    }

    @Test
    void whatIsClosedStaysClosedAndMayBeClosedAgain() throws EngineFault {
        // Given
        LoadedModel model = engine().load(TestPrograms.picky());
        ModelRunner closedRunner = model.newRunner();
        ModelRunner openRunner = model.newRunner();

        // When
        closedRunner.close();
        closedRunner.close();

        // Then
        assertClosed(() -> closedRunner.run(floats(1, 2, 1, 2)));
        assertThat(openRunner.run(floats(1, 2, 1, 2)).outputs()).hasSize(1);

        // When
        model.close();
        model.close();

        // Then
        assertClosed(() -> openRunner.run(floats(1, 2, 1, 2)));
        assertClosed(model::newRunner);
    }

    private static void assertClosed(ThrowingCallable call) {
        assertThat(catchThrowableOfType(EngineFault.class, call).kind()).isEqualTo(EngineFault.Kind.CLOSED);
    }
}
