package io.bellwether.worker.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.engine.EngineFault;
import io.bellwether.engine.InferenceEngine;
import io.bellwether.engine.SyntheticEngine;
import io.bellwether.engine.TorchEngineSettings;
import io.bellwether.worker.archive.TarBytes;
import io.bellwether.worker.program.ProgramBytes;
import io.bellwether.worker.serving.EngineStart;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckMainTest {
    private static final String YAML =
            """
            max_batch_size: 2
            inputs: [{name: x, datatype: FP32, shape: [2]}]
            outputs: [{name: y, datatype: FP32, shape: [2]}]
            """;

    @TempDir
    Path root;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void aGoodFolderIsExplainedWithoutAnEngine() throws IOException {
        // Given
        write("m/model.yaml", YAML);
        write("m/1/model.pt", ProgramBytes.torchScript());

        // When
        int code = check(CheckMainTest::noEngine, root.resolve("m").toString());

        // Then
        assertThat(code).isZero();
        assertThat(text(out))
                .startsWith("m version 1 can be served (pytorch_torchscript)\n")
                .contains("In effect, as model.yaml:\n  max_batch_size: 2\n")
                .contains("  queue_requests_max: 256\n");
    }

    @Test
    void allThatIsWrongIsListed() throws IOException {
        // Given
        write("m/model.yaml", "inputs: 7\nsurprise: 1\n");
        write("m/1/model.pt", "\u0080\u0002}q\0.".getBytes(StandardCharsets.ISO_8859_1));

        // When
        int code = check(CheckMainTest::noEngine, root.resolve("m").toString());

        // Then
        assertThat(code).isEqualTo(1);
        assertThat(text(out))
                .startsWith("m version 1 cannot be served:\n")
                .contains("inputs is '7'")
                .contains("surprise is not a known key")
                .contains("  - model.pt is a Python pickle")
                .doesNotContain("In effect");
    }

    @Test
    void theAnswerForProgramsIsJson() throws IOException {
        // Given
        write("m/model.yaml", YAML);
        write("m/1/model.pt", ProgramBytes.torchScript());
        write("m/2/notes", new byte[0]);

        // When
        int code = check(CheckMainTest::noEngine, root.resolve("m").toString(), "--output", "json");

        // Then
        assertThat(code).isEqualTo(1);
        assertThat(text(out))
                .startsWith("{\"model\":\"m\",\"ok\":false,\"versions\":[{\"version\":\"1\",\"ok\":true,"
                        + "\"platform\":\"pytorch_torchscript\",\"problems\":[]},{\"version\":\"2\",\"ok\":false,")
                .contains("\"effective\":\"max_batch_size: 2\\n")
                .endsWith("}\n");
    }

    @Test
    void anArchiveIsCheckedLikeAFolder() throws IOException {
        byte[] archive = new TarBytes().file("m/model.yaml", YAML).gzip();
        write("m.tar.gz", archive);
        assertThat(check(CheckMainTest::noEngine, root.resolve("m.tar.gz").toString()))
                .isEqualTo(1);
        assertThat(text(out)).contains("m cannot be served:\n  - has no version that is served");
    }

    @Test
    void onRequestAVersionIsLoadedAndRun() throws IOException {
        // Given
        write("m/model.yaml", YAML);
        write("m/1/model.pt", ProgramBytes.torchScript());
        write("m/2/model.pt", ProgramBytes.torchScript());

        // When
        int code = check(
                settings -> SyntheticEngine.steady(),
                root.resolve("m").toString(),
                "--load",
                "--version",
                "2",
                "--output",
                "json");

        // Then
        assertThat(code).isZero();
        assertThat(text(out))
                .contains("\"version\":\"2\"")
                .doesNotContain("\"version\":\"1\"")
                .contains("{\"rows\":2,");
    }

    @Test
    void whatIsLeftOpenIsMeasuredAndShownWithWhatItWasChosenFrom() throws IOException {
        // Given
        write("m/model.yaml", YAML + "instances: auto\nintra_op_threads: 1\n");
        write("m/1/model.pt", ProgramBytes.torchScript());
        String folder = root.resolve("m").toString();

        // When
        int code = check(settings -> SyntheticEngine.steady(), folder, "--load");
        int json = check(settings -> SyntheticEngine.steady(), folder, "--load", "--output", "json");

        // Then
        assertThat(code).isZero();
        assertThat(json).isZero();
        assertThat(text(out))
                .containsPattern(
                        "  instances: [12], intra_op_threads: 1 on this machine \\([A-Z_]+\\), with 1 rows a run:")
                .containsPattern("\\n     1 x 1: [0-9.]+ rows/s; one row [0-9.]+ ms")
                .containsPattern("\\n     2 x 1: [0-9.]+ rows/s; one row [0-9.]+ ms")
                .contains("  instances: auto\n")
                .containsPattern("\"instances\":[12],\"intraOpThreads\":1,\"reason\":\"[A-Z_]+\",\"rows\":1,"
                        + "\"measured\":\\[\\{\"instances\":1,\"intraOpThreads\":1,\"rowsPerSecond\":[0-9.E]+,"
                        + "\"oneRowNanos\":[0-9]+,\"readyShare\":[0-9.E-]+\\},\\{\"instances\":2,");
    }

    @Test
    void anObjectiveThatTheWarmModelCannotKeepIsRefusedWithOneThatItCan() throws IOException {
        // Given: one row takes 1.1 ms
        write("m/model.yaml", YAML + "timeout_millis: 1\n");
        write("m/1/model.pt", ProgramBytes.torchScript());

        // When
        int code = check(settings -> SyntheticEngine.steady(), root.resolve("m").toString(), "--load");

        // Then
        assertThat(code).isEqualTo(1);
        assertThat(text(out))
                .contains("m version 1 cannot be served:\n  - timeout_millis is 1, but one row alone needs 1.2 ms")
                .contains("set timeout_millis (default_timeout_microseconds in a config.pbtxt) to at least 3\n");
    }

    @Test
    void aPolicyThatContradictsItselfIsRefusedWithoutAnEngine() throws IOException {
        // Given
        write(
                "m/config.pbtxt",
                """
                backend: "pytorch"
                max_batch_size: 8
                input { name: "INPUT__0" data_type: TYPE_FP32 dims: 2 }
                output { name: "OUTPUT__0" data_type: TYPE_FP32 dims: 2 }
                dynamic_batching {
                  preferred_batch_size: 16
                  max_queue_delay_microseconds: 200000
                  default_queue_policy { default_timeout_microseconds: 100000 }
                }
                """);
        write("m/1/model.pt", ProgramBytes.torchScript());

        // When
        int code = check(CheckMainTest::noEngine, root.resolve("m").toString());

        // Then
        assertThat(code).isEqualTo(1);
        assertThat(text(out))
                .contains(
                        "line 6: dynamic_batching.preferred_batch_size has 16; use sizes from 1 to max_batch_size (8)")
                .contains("line 7: dynamic_batching.max_queue_delay_microseconds is 200000");
    }

    @Test
    void impossibleSizesAndDeadlinesInThePastAreRefusedWithTheirLines() throws IOException {
        // Given
        write(
                "m/model.yaml",
                YAML.replace("max_batch_size: 2", "max_batch_size: -1")
                        + "instances: 0\nqueue_requests_max: 0\ntimeout_millis: -5\n");
        write("m/1/model.pt", ProgramBytes.torchScript());

        // When
        int code = check(CheckMainTest::noEngine, root.resolve("m").toString());

        // Then
        assertThat(code).isEqualTo(1);
        assertThat(text(out))
                .contains("line 1: max_batch_size is '-1'; use a whole number from 0 to 1024")
                .contains("line 4: instances is '0'; use a whole number from 1 to 64")
                .contains("line 5: queue_requests_max is '0'; use a whole number from 1 to 65536")
                .contains("line 6: timeout_millis is '-5'; use a whole number from 1 to 3600000");
    }

    @Test
    void anEngineThatDoesNotStartIsAReason() throws IOException {
        write("m/model.yaml", YAML);
        write("m/1/model.pt", ProgramBytes.torchScript());
        int code = check(
                settings -> {
                    throw EngineFault.of(EngineFault.Kind.ENGINE_UNAVAILABLE, "the engine cannot start");
                },
                root.resolve("m").toString(),
                "--load");
        assertThat(code).isEqualTo(1);
        assertThat(text(out)).contains("m version 1 cannot be served:\n  - the engine cannot start\n");
    }

    @Test
    void goldenRequestsAreHeldAgainstWhatTheModelTakesAndGives() throws IOException {
        // Given
        write("m/model.yaml", YAML);
        write("m/1/model.pt", ProgramBytes.torchScript());
        golden("good", "[1,2]", "\"y\",\"datatype\":\"FP32\",\"shape\":[1,2]");

        // When
        int good = check(CheckMainTest::noEngine, root.resolve("m").toString());

        // Then
        assertThat(good).isZero();
        assertThat(text(out)).contains("golden requests of version 1 (1) fit").contains("--load runs them");

        // When
        golden("shape", "[2,1]", "\"y\",\"datatype\":\"FP32\",\"shape\":[1,2]");
        golden("other", "[1,2]", "\"z\",\"datatype\":\"FP32\",\"shape\":[1,2]");
        golden("type", "[1,2]", "\"y\",\"datatype\":\"INT32\",\"shape\":[1,2]");
        write("m/golden/text.request.json", "nonsense");
        write("m/golden/text.response.json", "{}");
        int wrong = check(CheckMainTest::noEngine, root.resolve("m").toString());

        // Then
        assertThat(wrong).isEqualTo(1);
        assertThat(text(out))
                .contains("  - golden request other: its expected answer has output 'z', which the model does not give")
                .contains("  - golden request shape: unexpected shape for input 'x'")
                .contains("  - golden request text: is no request")
                .contains("  - golden request type: output 'y' of its expected answer is INT32[1, 2]")
                .doesNotContain("golden request good");
    }

    @Test
    void goldenRequestsAreRunWhenTheModelIsLoaded() throws IOException {
        // Given
        write("m/model.yaml", YAML);
        write("m/1/model.pt", ProgramBytes.torchScript());
        golden("sums", "[1,2]", "\"y\",\"datatype\":\"FP32\",\"shape\":[1,2]");

        // When
        int wrong =
                check(settings -> SyntheticEngine.steady(), root.resolve("m").toString(), "--load");

        // Then
        assertThat(wrong).isEqualTo(1);
        assertThat(text(out)).containsPattern("golden request sums: output 'y' has 3.0 at element 0, expected 777.0");

        // When
        write(
                "m/golden/sums.response.json",
                "{\"outputs\":[{\"name\":\"y\",\"datatype\":\"FP32\",\"shape\":[1,2],\"data\":[3,4]}]}");
        int right =
                check(settings -> SyntheticEngine.steady(), root.resolve("m").toString(), "--load");

        // Then
        assertThat(right).as(text(out)).isZero();
        assertThat(text(out)).contains("and its answers are the expected ones");
    }

    @Test
    void aFolderOfTritonWithoutABatchDimensionIsRunWithItsWarmUpSamples() throws IOException {
        // Given
        write(
                "m/config.pbtxt",
                """
                backend: "pytorch"
                max_batch_size: 0
                input { name: "INPUT__0" data_type: TYPE_FP32 dims: [ -1, 2 ] }
                output { name: "OUTPUT__0" data_type: TYPE_FP32 dims: [ 2 ] }
                model_warmup { name: "five" inputs { key: "INPUT__0" value { data_type: TYPE_FP32 dims: [ 5, 2 ] zero_data: true } } }
                """);
        write("m/1/model.pt", ProgramBytes.torchScript());
        write(
                "m/golden/sums.request.json",
                "{\"inputs\":[{\"name\":\"INPUT__0\",\"datatype\":\"FP32\",\"shape\":[1,2],\"data\":[1,2]}]}");
        write(
                "m/golden/sums.response.json",
                "{\"outputs\":[{\"name\":\"OUTPUT__0\",\"datatype\":\"FP32\",\"shape\":[2],\"data\":[3,4]}]}");

        // When
        int named = check(CheckMainTest::noEngine, root.resolve("m").toString());

        // Then
        assertThat(named).as(text(out)).isZero();
        assertThat(text(out))
                .contains("version 1 answers its warm-up samples (1) before it serves; --load sends them")
                .contains("max_batch_size: 0")
                .contains("warm_up:");

        // When
        int run = check(settings -> SyntheticEngine.steady(), root.resolve("m").toString(), "--load");
        int failed = check(
                settings -> SyntheticEngine.steady().failingOn(item -> item.remaining() == 40),
                root.resolve("m").toString(),
                "--load");

        // Then
        assertThat(run).as(text(out)).isZero();
        assertThat(failed).isEqualTo(1);
        assertThat(text(out)).contains("warm-up sample five: it was refused: model 'm' version '1' failed on this");
    }

    @Test
    void namesThatARepositoryRefusesAreNamed() throws IOException {
        write("my model/model.yaml", YAML);
        write("my model/1/model.pt", ProgramBytes.torchScript());
        write("my model/02/model.pt", ProgramBytes.torchScript());
        assertThat(check(CheckMainTest::noEngine, root.resolve("my model").toString()))
                .isEqualTo(1);
        assertThat(text(out))
                .contains("my model cannot be served:\n  - the folder name is not a model name")
                .contains("my model version 1 can be served")
                .contains("my model version 02 cannot be served:\n  - is no version")
                .contains("rename it to 2");
    }

    @Test
    void memoryThatCannotBeMeantIsWorthKnowing() throws IOException {
        write("m/1/model.pt", ProgramBytes.torchScript());
        write("m/model.yaml", YAML + "memory_mib: 500000\n");
        assertThat(check(CheckMainTest::noEngine, root.resolve("m").toString())).isZero();
        assertThat(text(out)).contains("memory_mib is 500000, and the program of version 1 alone has 1 MiB");
        out.reset();
        write("m/model.yaml", YAML + "memory_mib: 500\n");
        assertThat(check(CheckMainTest::noEngine, root.resolve("m").toString())).isZero();
        assertThat(text(out)).doesNotContain("alone has");
    }

    @Test
    void aWrongCommandSaysHowToWriteIt() {
        assertThat(check(CheckMainTest::noEngine)).isEqualTo(2);
        assertThat(check(CheckMainTest::noEngine, "a", "--output", "xml")).isEqualTo(2);
        assertThat(check(CheckMainTest::noEngine, "a", "--version")).isEqualTo(2);
        assertThat(text(err)).contains("Usage: bellwether model check FOLDER");
        assertThat(check(CheckMainTest::noEngine, root.resolve("absent").toString()))
                .isEqualTo(2);
        assertThat(text(err)).contains("There is no ");
        assertThat(check(CheckMainTest::noEngine, "--help")).isZero();
    }

    /** A request with that shape, and an answer of 777s to it. */
    private void golden(String name, String shape, String output) throws IOException {
        write(
                "m/golden/" + name + ".request.json",
                "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":" + shape + ",\"data\":[1,2]}]}");
        write("m/golden/" + name + ".response.json", "{\"outputs\":[{\"name\":" + output + ",\"data\":[777,777]}]}");
    }

    private int check(EngineStart engines, String... arguments) {
        return new CheckMain(
                        engines,
                        2,
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        Attempts.NONE)
                .run(List.of(arguments));
    }

    private static InferenceEngine noEngine(TorchEngineSettings settings) {
        throw new AssertionError("no engine is needed");
    }

    private static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private void write(String path, String text) throws IOException {
        write(path, text.getBytes(StandardCharsets.UTF_8));
    }

    private void write(String path, byte[] content) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.write(file, content);
    }
}
