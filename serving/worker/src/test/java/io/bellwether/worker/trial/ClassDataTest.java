package io.bellwether.worker.trial;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real archives of a small program. */
@Timeout(120)
class ClassDataTest {
    @TempDir
    Path folder;

    private Path state;
    private Path program;

    @BeforeEach
    void makeProgram() throws IOException {
        state = folder.resolve("state");
        program = folder.resolve("program.jar");
        jar(program);
    }

    @Test
    void theNextProcessTakesItsClassesFromTheArchive() throws Exception {
        // Given
        ClassData data = made();

        // When
        List<String> lines = start(data, "-Xlog:class+load");

        // Then
        assertThat(lines).anyMatch(line -> line.contains(Hello.class.getName() + " source: shared objects file"));
        assertThat(start(data)).containsExactly("hello");
        assertThat(files()).singleElement().asString().endsWith(".jsa");
    }

    @Test
    void anotherWorkerTakesTheArchiveThatIsThere() throws Exception {
        // Given
        ClassData first = made();

        // Then
        assertThat(open().flags()).isEqualTo(first.flags()).anyMatch(flag -> flag.startsWith("-XX:SharedArchiveFile="));
    }

    @Test
    void anArchiveThatWasCutShortIsMadeAnew() throws Exception {
        // Given
        made();
        Path archive = state.resolve(files().get(0));
        byte[] bytes = Files.readAllBytes(archive);
        replace(archive, Arrays.copyOf(bytes, bytes.length / 2));

        // When
        ClassData data = made();

        // Then
        assertThat(start(data)).containsExactly("hello");
        assertThat(data.flags()).anyMatch(flag -> flag.startsWith("-XX:SharedArchiveFile="));
        assertThat(files()).hasSize(1);
    }

    @Test
    void anArchiveWithDamageInItIsPassedOverWithoutAWord() throws Exception {
        // Given
        ClassData data = made();
        Path archive = state.resolve(files().get(0));
        byte[] whole = Files.readAllBytes(archive);

        for (int begin : List.of(0, 64, whole.length / 3, whole.length / 2, whole.length - 100_000)) {
            // When
            byte[] bytes = whole.clone();
            Arrays.fill(bytes, begin, Math.min(bytes.length, begin + 100_000), (byte) 0x5a);
            replace(archive, bytes);

            // Then
            assertThat(start(data)).as("damage at %d", begin).containsExactly("hello");
        }
    }

    @Test
    void theArchiveOfAnotherBuildIsNotUsedAndGoesWhenThereIsANewOne() throws Exception {
        // Given
        made();
        List<String> before = files();
        Files.setLastModifiedTime(program, FileTime.from(1, TimeUnit.DAYS));

        // When
        ClassData data = open();

        // Then
        assertThat(data.flags()).noneMatch(flag -> flag.startsWith("-XX:SharedArchiveFile="));

        // When
        start(data);
        data.makeMissing();

        // Then
        assertThat(files()).hasSize(1).doesNotContainAnyElementsOf(before);
    }

    @Test
    void twoWorkersOnOneFolderDoNotHarmEachOther() throws Exception {
        // Given
        ClassData one = open();
        ClassData other = open();
        start(one);
        Thread meanwhile = new Thread(() -> {
            try {
                other.makeMissing();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });

        // When
        meanwhile.start();
        one.makeMissing();
        meanwhile.join();

        // Then
        assertThat(files()).hasSizeLessThanOrEqualTo(1);
        assertThat(start(open())).containsExactly("hello");
    }

    @Test
    void closedItMakesNothingAndLeavesTheNextOneToTry() throws Exception {
        // Given
        ClassData data = open();
        start(data);

        // When
        data.close();
        data.makeMissing();

        // Then
        assertThat(files()).noneMatch(name -> name.endsWith(".jsa"));
        assertThat(data.flags()).isEmpty();
        assertThat(open().flags()).anyMatch(flag -> flag.startsWith("-XX:DumpLoadedClassList="));
    }

    @Test
    void whatCannotBeMadeIsTriedOnce() throws Exception {
        // Given
        ClassData data = ClassData.in(state, List.of(program), "/bin/false");
        start(data);

        // When
        data.makeMissing();

        // Then
        assertThat(files()).isEmpty();
        assertThat(data.flags()).isEmpty();
    }

    @Test
    void withoutAFolderToWriteToProcessesStartAsEver() throws IOException {
        Files.writeString(state, "a file");

        assertThat(open().flags()).isEmpty();
    }

    /** Says so and waits until it is ended, as a trial does. */
    static final class Hello {
        private Hello() {}

        public static void main(String[] arguments) throws IOException {
            System.out.println("hello");
            int unused = System.in.read();
        }
    }

    private ClassData open() {
        return ClassData.in(state, List.of(program), ChildJava.java());
    }

    private ClassData made() throws Exception {
        ClassData data = open();
        assertThat(start(data)).containsExactly("hello");
        data.makeMissing();
        assertThat(files()).singleElement().asString().endsWith(".jsa");
        return data;
    }

    /** What the program says until it is ended. */
    private List<String> start(ClassData data, String... further) throws Exception {
        List<String> command = new ArrayList<>(List.of(ChildJava.java()));
        command.addAll(ChildJava.flags(Runtime.version().feature()));
        command.addAll(data.flags());
        command.addAll(List.of(further));
        command.addAll(List.of("-cp", program.toString(), Hello.class.getName()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        List<String> lines = new ArrayList<>();
        try (var words = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = words.readLine(); line != null; line = words.readLine()) {
                lines.add(line);
                if (line.equals("hello")) {
                    break;
                }
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
        return lines;
    }

    private List<String> files() throws IOException {
        try (Stream<Path> found = Files.list(state)) {
            return found.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static void replace(Path archive, byte[] bytes) throws IOException {
        Files.delete(archive);
        Files.write(archive, bytes);
    }

    private static void jar(Path file) throws IOException {
        String entry = Hello.class.getName().replace('.', '/') + ".class";
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(file));
                InputStream bytes =
                        Objects.requireNonNull(Hello.class.getClassLoader().getResourceAsStream(entry))) {
            jar.putNextEntry(new ZipEntry(entry));
            bytes.transferTo(jar);
        }
    }
}
