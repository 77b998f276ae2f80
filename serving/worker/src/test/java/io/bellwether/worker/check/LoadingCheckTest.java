package io.bellwether.worker.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.engine.EngineFault;
import io.bellwether.engine.InferenceEngine;
import io.bellwether.engine.LoadedModel;
import io.bellwether.engine.ModelSource;
import io.bellwether.engine.SyntheticEngine;
import io.bellwether.engine.TextTokenizer;
import io.bellwether.worker.program.ProgramBytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes, which some versions end as a program in native code would. */
class LoadingCheckTest {
    private static final int SEGMENTATION_FAULT = 128 + 11;
    private static final int TERMINATED = 128 + 15;

    @TempDir
    Path root;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void makeModel() throws IOException {
        Files.createDirectories(root.resolve("temporary"));
        Files.createDirectories(root.resolve("m"));
        Files.writeString(
                root.resolve("m/model.yaml"),
                """
                max_batch_size: 2
                inputs: [{name: x, datatype: FP32, shape: [2]}]
                outputs: [{name: y, datatype: FP32, shape: [2]}]
                """);
        for (String version : List.of("1", "2", "3")) {
            Files.createDirectories(root.resolve("m").resolve(version));
            Files.write(root.resolve("m").resolve(version).resolve("model.pt"), ProgramBytes.torchScript());
        }
    }

    @Test
    void aVersionThatEndsTheProcessIsReportedBesideTheOthers() throws IOException {
        // When
        int code = check(SEGMENTATION_FAULT, "2 3", root.resolve("m").toString(), "--load");

        // Then
        assertThat(code).isEqualTo(1);
        assertThat(out.toString(StandardCharsets.UTF_8))
                .startsWith("m version 1 can be served (pytorch_torchscript)\n")
                .contains(
                        "m version 2 cannot be served:\n  - its program ended the process that tried it (signal 11), so it"
                                + " cannot be served\n")
                .contains("m version 3 cannot be served:\n  - its program ended the process that tried it (signal 11)")
                .contains("In effect, as model.yaml:")
                .doesNotContain("a program prints");
        assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
        assertNothingIsLeft();
    }

    @Test
    void theAnswerForProgramsIsJsonAllTheSame() throws IOException {
        // When
        int code = check(3, "2", root.resolve("m").toString(), "--load", "--version", "2", "--output", "json");

        // Then
        assertThat(code).isEqualTo(1);
        assertThat(out.toString(StandardCharsets.UTF_8))
                .startsWith("{\"model\":\"m\",\"ok\":false,")
                .contains("its program ended the process that tried it (exit status 3)")
                .endsWith("}\n");
    }

    @Test
    void whatNothingEndsPassesAsItIs() throws IOException {
        // When
        int good = check(SEGMENTATION_FAULT, "", root.resolve("m").toString(), "--load", "--version", "1");
        int absent = check(SEGMENTATION_FAULT, "", root.resolve("absent").toString(), "--load");

        // Then
        assertThat(good).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).startsWith("m version 1 can be served");
        assertThat(absent).isEqualTo(2);
        assertNothingIsLeft();
    }

    @Test
    void whoStopsTheCheckIsNoFaultOfTheProgram() throws IOException {
        // When
        int code = check(TERMINATED, "1", root.resolve("m").toString(), "--load");

        // Then
        assertThat(code).isEqualTo(1);
        assertThat(out.toString(StandardCharsets.UTF_8)).isEmpty();
        assertThat(err.toString(StandardCharsets.UTF_8))
                .isEqualTo(
                        "The process that was to load the model ended with signal 15; nothing is known of the model.\n");
    }

    @Test
    void aProcessThatDoesNotStartIsNamed() {
        // When
        int code = new LoadingCheck(List.of(root.resolve("no-such-java").toString()), print(out), print(err))
                .run(List.of(root.resolve("m").toString(), "--load"));

        // Then
        assertThat(code).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("The check cannot start a process");
    }

    private int check(int status, String fatal, String... arguments) {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dfatal.status=" + status,
                "-Dfatal.versions=" + fatal,
                "-Djava.io.tmpdir=" + root.resolve("temporary"),
                "-cp",
                System.getProperty("java.class.path"),
                Puppet.class.getName());
        return new LoadingCheck(command, print(out), print(err)).run(List.of(arguments));
    }

    /** The processes that ended leave no files. */
    private void assertNothingIsLeft() throws IOException {
        try (Stream<Path> files = Files.list(root.resolve("temporary"))) {
            assertThat(files).noneMatch(file -> file.getFileName().toString().startsWith("bellwether-"));
        }
    }

    private static PrintStream print(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    /** {@link LoadingMain} with an engine that ends the process at certain versions. */
    static final class Puppet {
        public static void main(String[] arguments) throws IOException {
            System.exit(LoadingMain.run(
                    settings -> new Fatal(
                            List.of(System.getProperty("fatal.versions").split(" ")),
                            Integer.getInteger("fatal.status")),
                    arguments));
        }
    }

    private record Fatal(List<String> versions, int status) implements InferenceEngine {
        private static final SyntheticEngine SOUND = SyntheticEngine.steady();

        @Override
        public LoadedModel load(ModelSource source) throws EngineFault {
            System.out.println("a program prints");
            if (versions.contains(source.label().substring(source.label().indexOf('/') + 1))) {
                Runtime.getRuntime().halt(status);
            }
            return SOUND.load(source);
        }

        @Override
        public TextTokenizer tokenizer(Path file, int tokensMax) {
            return SOUND.tokenizer(file, tokensMax);
        }
    }
}
