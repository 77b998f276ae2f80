package io.bellwether.engine;

import static io.bellwether.engine.TestPrograms.floats;
import static io.bellwether.engine.TestPrograms.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OnnxEngineTest {
    private static LocalEngines engines;

    @BeforeAll
    static void start() throws EngineFault {
        engines = LocalEngines.start(TorchEngineSettings.defaults());
    }

    private static ModelSource linear(TensorSpec input, TensorSpec output) {
        return new ModelSource(
                "linear/1", TestPrograms.resource("linear.onnx"), List.of(input), List.of(output), ComputeDevice.CPU);
    }

    private static ModelSource linear() {
        return linear(spec("x", ElementType.FP32, 4L), spec("y", ElementType.FP32, 3L));
    }

    @Test
    void computesWhatTheGraphSaysAndGivesTheDeclaredOutputOnly() throws EngineFault {
        // Given: a graph that returns more than is declared, and the declared output not first
        try (LoadedModel model = engines.load(linear());
                ModelRunner runner = model.newRunner()) {
            // When
            RunResult result = runner.run(floats(2, 4, 1, 2, 3, 4, 0, 0, 0, -1));

            // Then: by hand, as for the TorchScript program with the same numbers
            assertThat(result.outputs()).hasSize(1);
            TensorBuffer y = result.outputs().get(0);
            assertThat(y.shape()).containsExactly(2L, 3L);
            assertThat(y.data().isDirect()).isTrue();
            assertThat(Elements.values(y)).containsExactly(60.5, 69.5, 80.25, -8.5, -10.5, -10.75);
            assertThat(result.wallNanos()).isPositive();
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void eachGraphHasAsManyThreadsAsItsSourceSays() throws Exception {
        Map<Integer, Long> found = new TreeMap<>();
        for (int threads : List.of(1, 3, 2)) {
            // When
            found.put(threads, threadsOfASession(threads));
        }

        // Then: the thread that runs the graph is one of them
        assertThat(found).isEqualTo(Map.of(1, 1L, 2, 2L, 3, 3L));
    }

    private static long threadsOfASession(int threads) throws Exception {
        String name = "session-" + threads;
        ModelSource one = linear();
        ModelSource source =
                new ModelSource(one.label(), one.file(), one.inputs(), one.outputs(), one.device(), threads);
        FutureTask<Long> found = new FutureTask<>(() -> {
            try (LoadedModel model = engines.load(source);
                    ModelRunner runner = model.newRunner()) {
                runner.run(floats(2, 4, 1, 2, 3, 4, 0, 0, 0, -1));
                return NativeThreads.named(name);
            }
        });
        new Thread(found, name).start();
        return found.get();
    }

    @Test
    void aTensorWithoutABatchDimensionIsRunAsItIs() throws EngineFault {
        // Given: the same graph, its first dimension taken for an open one
        ModelSource source = linear(
                new TensorSpec("x", ElementType.FP32, List.of(-1L, 4L), false),
                new TensorSpec("y", ElementType.FP32, List.of(-1L, 3L), false));
        try (LoadedModel model = engines.load(source);
                ModelRunner runner = model.newRunner()) {
            // When
            TensorBuffer x = Elements.tensor(ElementType.FP32, List.of(2L, 4L), 1, 2, 3, 4, 0, 0, 0, -1);
            RunResult result = runner.run(new BatchBuffers(1, List.of(x)));
            RunResult none =
                    runner.run(new BatchBuffers(1, List.of(Elements.tensor(ElementType.FP32, List.of(0L, 4L)))));

            // Then
            assertThat(none.outputs().get(0).shape()).containsExactly(0L, 3L);
            assertThat(result.outputs().get(0).shape()).containsExactly(2L, 3L);
        }
    }

    @Test
    void agreesWithTorchScriptAtEveryBatchSize() throws EngineFault {
        // Given
        try (LoadedModel graph = engines.load(linear());
                ModelRunner onnx = graph.newRunner();
                LoadedModel program = engines.load(TestPrograms.linear());
                ModelRunner torch = program.newRunner()) {
            for (int items = 1; items <= 9; items++) {
                double[] values = new double[items * 4];
                for (int i = 0; i < values.length; i++) {
                    values[i] = (i * 7) % 11 - 5;
                }

                // When
                RunResult one = onnx.run(floats(items, 4, values));
                RunResult other = torch.run(floats(items, 4, values));

                // Then
                assertThat(Elements.values(one.outputs().get(0)))
                        .isEqualTo(Elements.values(other.outputs().get(0)));
            }
        }
    }

    @Test
    void refusesInputNamesThatTheGraphDoesNotHave() {
        // Given
        ModelSource source = linear(spec("pixels", ElementType.FP32, 4L), spec("y", ElementType.FP32, 3L));

        // When, Then
        assertThatThrownBy(() -> engines.load(source))
                .isInstanceOfSatisfying(
                        EngineFault.class, fault -> assertThat(fault.kind()).isEqualTo(EngineFault.Kind.LOAD_REFUSED))
                .hasMessage("model linear/1 takes the inputs [x]; declared are [pixels]");
    }

    @Test
    void saysWhichDeclaredOutputIsMissing() throws EngineFault {
        // Given
        ModelSource source = linear(spec("x", ElementType.FP32, 4L), spec("scores", ElementType.FP32, 3L));
        try (LoadedModel model = engines.load(source);
                ModelRunner runner = model.newRunner()) {
            // When, Then
            assertThatThrownBy(() -> runner.run(floats(1, 4, 1, 2, 3, 4)))
                    .isInstanceOfSatisfying(EngineFault.class, fault -> assertThat(fault.kind())
                            .isEqualTo(EngineFault.Kind.OUTPUT_MISMATCH))
                    .hasMessage("model linear/1 returns no output 'scores'; it returns [total, y]");
        }
    }

    @Test
    void refusesAFileThatIsNoGraph() throws EngineFault {
        // Given: TorchScript under the name of a graph
        ModelSource source = new ModelSource(
                "broken/1",
                TestPrograms.resource("broken.onnx"),
                linear().inputs(),
                linear().outputs(),
                ComputeDevice.CPU);

        // When, Then
        assertThatThrownBy(() -> engines.load(source))
                .isInstanceOf(EngineFault.class)
                .hasMessage("the file of model broken/1 is not an ONNX graph that this engine can read");
    }

    @ParameterizedTest
    @CsvSource({
        "-1, opset, an earlier one (opset_version)", // its last byte is the version of the operators
        "1, IR version, an earlier version of ONNX" // its second one that of the format
    })
    void saysWhenAGraphIsNewerThanItself(int at, String what, String remedy, @TempDir Path folder) throws Exception {
        // Given
        byte[] graph = Files.readAllBytes(TestPrograms.resource("linear.onnx"));
        graph[at < 0 ? graph.length + at : at] = 99;
        Path newer = Files.write(folder.resolve("newer.onnx"), graph);
        ModelSource source =
                new ModelSource("newer/1", newer, linear().inputs(), linear().outputs(), ComputeDevice.CPU);

        // When, Then
        assertThatThrownBy(() -> engines.load(source))
                .isInstanceOf(EngineFault.class)
                .hasMessageContaining("its " + what + " is newer than this engine knows")
                .hasMessageContaining(remedy);
    }

    @Test
    void runsNothingAfterItIsClosed() throws EngineFault {
        // Given
        LoadedModel model = engines.load(linear());
        ModelRunner runner = model.newRunner();

        // When
        model.close();
        model.close();

        // Then
        assertThatThrownBy(() -> runner.run(floats(1, 4, 1, 2, 3, 4)))
                .isInstanceOfSatisfying(
                        EngineFault.class, fault -> assertThat(fault.kind()).isEqualTo(EngineFault.Kind.CLOSED));
        assertThatThrownBy(model::newRunner).isInstanceOf(EngineFault.class);
    }

    @Test
    void tokenizesAsTheFileSaysWithoutItsPadding() throws EngineFault {
        // Given: ids by the vocabulary of make_graphs.py
        try (TextTokenizer tokenizer = engines.tokenizer(TestPrograms.resource("tokenizer.json"), 16)) {
            // When, Then
            assertThat(tokenizer.tokenize("Bellwether serves a zebra")).containsExactly(2, 4, 5, 6, 7, 9, 1, 3);
            assertThat(tokenizer.tokenize("")).containsExactly(2, 3);
        }
    }

    @Test
    void cutsLongTextsAndKeepsTheSpecialTokens() throws EngineFault {
        // Given
        try (TextTokenizer tokenizer = engines.tokenizer(TestPrograms.resource("tokenizer.json"), 4)) {
            // When, Then
            assertThat(tokenizer.tokenize("model model model model model")).containsExactly(2, 8, 8, 3);
        }
    }

    @Test
    void saysWhatIsWrongWithATokenizerFile() {
        assertThatThrownBy(() -> engines.tokenizer(Path.of("nowhere", "tokenizer.json"), 8))
                .isInstanceOf(EngineFault.class)
                .hasMessage("the tokenizer file 'tokenizer.json' is missing");
        assertThatThrownBy(() -> engines.tokenizer(TestPrograms.resource("broken.onnx"), 8))
                .isInstanceOf(EngineFault.class)
                .hasMessageContaining("cannot be read");
    }
}
