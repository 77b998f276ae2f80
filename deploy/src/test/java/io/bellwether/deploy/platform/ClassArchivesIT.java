package io.bellwether.deploy.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.deploy.lifeline.Lifeline;
import io.quarkus.runner.GeneratedMain;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real archives of a small program that stands in for the gateway. */
@Timeout(120)
class ClassArchivesIT {
    @TempDir
    private Path folder;

    private Layout layout;

    @BeforeEach
    void makeProgram() throws IOException {
        layout = new Layout(folder.resolve("root"), folder.resolve("home"));
        Files.createDirectories(layout.logs());
        jar(layout.lifeline(), Lifeline.class);
        jar(layout.archive(Role.GATEWAY).resolveSibling("quarkus/generated-bytecode.jar"), GeneratedMain.class);
    }

    @Test
    void theSecondStartTakesItsClassesFromTheArchiveOfTheFirst() throws Exception {
        // Given
        makeArchive();

        // When
        var lines = start(ClassArchives.open(layout), "-Xlog:class+load");

        // Then
        assertThat(lines)
                .anyMatch(line -> line.contains(GeneratedMain.class.getName() + " source: shared objects file"));
        assertThat(files()).singleElement().asString().startsWith("gateway-").endsWith(".jsa");
    }

    @Test
    void anArchiveThatWasCutShortIsRemovedAndTheProgramStarts() throws Exception {
        // Given
        makeArchive();
        var archive = layout.classArchives().resolve(files().get(0));
        var bytes = Files.readAllBytes(archive);
        Files.delete(archive);
        Files.write(archive, Arrays.copyOf(bytes, bytes.length / 2));

        // When
        var lines = start(ClassArchives.open(layout));

        // Then
        assertThat(lines).containsExactly("the stub is ready");
        assertThat(archive).doesNotExist();
    }

    @Test
    void anArchiveWithDamageInItIsPassedOverWithoutAWord() throws Exception {
        // Given
        makeArchive();
        var archive = layout.classArchives().resolve(files().get(0));
        var bytes = Files.readAllBytes(archive);
        Arrays.fill(bytes, bytes.length / 2, bytes.length / 2 + 1_000_000, (byte) 0x5a);
        Files.delete(archive);
        Files.write(archive, bytes);

        // When
        var lines = start(ClassArchives.open(layout));

        // Then
        assertThat(lines).containsExactly("the stub is ready");
    }

    @Test
    void anotherBuildGetsAnotherArchive() throws Exception {
        // Given
        makeArchive();
        jar(layout.archive(Role.GATEWAY).resolveSibling("app/more.jar"), ClassArchivesIT.class);

        // When
        var flags = ClassArchives.open(layout).flags(Role.GATEWAY);

        // Then
        assertThat(flags).noneMatch(flag -> flag.startsWith("-XX:SharedArchiveFile"));
        assertThat(files()).isEmpty();
    }

    @Test
    void closedBeforeItIsMadeThereIsNoArchiveAndTheNextStartTriesAgain() throws Exception {
        // Given
        var archives = ClassArchives.open(layout);
        start(archives);

        // When
        archives.close();
        archives.makeMissing();

        // Then
        assertThat(files()).noneMatch(name -> name.endsWith(".jsa") || name.endsWith(".none"));
        assertThat(ClassArchives.open(layout).flags(Role.GATEWAY))
                .anyMatch(flag -> flag.startsWith("-XX:DumpLoadedClassList="));
        assertThat(files()).isEmpty();
    }

    @Test
    void whatCannotBeMadeIsNotTriedAgain() throws Exception {
        // Given
        var archives = ClassArchives.open(layout);
        start(archives);
        for (var name : files()) {
            Files.writeString(layout.classArchives().resolve(name), "half a line");
        }

        // When
        archives.makeMissing();

        // Then
        assertThat(files()).singleElement().asString().endsWith(".none");
        assertThat(ClassArchives.open(layout).flags(Role.GATEWAY)).isEmpty();
    }

    private void makeArchive() throws Exception {
        var archives = ClassArchives.open(layout);
        assertThat(start(archives)).containsExactly("the stub is ready");
        archives.makeMissing();
        assertThat(files())
                .as(Files.readString(layout.log("class-archives")))
                .singleElement()
                .asString()
                .endsWith(".jsa");
    }

    /** Starts the program, ends it when it is ready, and returns what it said until then. */
    private List<String> start(ClassArchives archives, String... further) throws Exception {
        var ports = new EnumMap<Port, Integer>(Port.class);
        try (var free = new ServerSocket(0)) {
            ports.put(Port.GATEWAY_MANAGEMENT, free.getLocalPort());
        }
        var command = Blueprint.of(Role.GATEWAY, layout, new Settings(ports, "", List.of()))
                .with(archives.flags(Role.GATEWAY))
                .with(List.of(further))
                .command();
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var lines = new ArrayList<String>();
        try (BufferedReader words = process.inputReader()) {
            for (var line = words.readLine(); line != null; line = words.readLine()) {
                lines.add(line);
                if (line.equals("the stub is ready")) {
                    break;
                }
            }
        } finally {
            process.destroy();
            process.waitFor();
        }
        return lines;
    }

    private List<String> files() throws IOException {
        try (var found = Files.list(layout.classArchives())) {
            return found.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static void jar(Path file, Class<?> program) throws IOException {
        Files.createDirectories(file.getParent());
        var entry = program.getName().replace('.', '/') + ".class";
        try (var jar = new JarOutputStream(Files.newOutputStream(file));
                var bytes = program.getClassLoader().getResourceAsStream(entry)) {
            jar.putNextEntry(new ZipEntry(entry));
            bytes.transferTo(jar);
        }
    }
}
