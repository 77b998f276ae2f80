package io.bellwether.worker.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.worker.archive.UnpackedArchives.Unpacked;
import io.bellwether.worker.program.ProgramBytes;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnusedArchivesTest {
    private static final ArchiveLimits LIMITS = new ArchiveLimits(20, 1 << 20, 200, 3);
    private static final String DIGEST = "0123456789abcdef".repeat(2);

    @TempDir
    Path folder;

    /** Another process that uses an archive until its input ends. */
    static final class Other {
        private Other() {}

        public static void main(String[] arguments) throws IOException {
            Path archive = Path.of(arguments[0]);
            archives(archive.getParent()).unpack("m", archive);
            System.out.println("unpacked");
            while (System.in.read() >= 0) {
                Thread.onSpinWait();
            }
        }
    }

    @AfterEach
    void release() throws IOException {
        archives(folder).remove();
    }

    @Test
    void whatNobodyUsesIsDeletedAndNothingElse() throws IOException {
        // Given
        Path used = unpack("a");
        Path gone = Files.createDirectories(root().resolve("m-" + DIGEST).resolve("1"))
                .getParent();
        Files.writeString(gone.resolve("1/model.pt"), "old");
        Path notOurs = Files.createDirectories(root().resolve("m-of-somebody"));
        Path file = Files.writeString(root().resolve("file-" + DIGEST), "");
        Path linked = Files.createSymbolicLink(root().resolve("link-" + DIGEST), notOurs);

        // When
        int deleted = archives(folder).removeUnused();

        // Then
        assertThat(deleted).isEqualTo(1);
        assertThat(gone).doesNotExist();
        assertThat(root().resolve(FolderClaims.PREFIX + gone.getFileName())).doesNotExist();
        assertThat(used.resolve("a")).exists();
        assertThat(notOurs).exists();
        assertThat(file).exists();
        assertThat(linked).exists();
    }

    @Test
    void aFolderThatIsNotThereIsClean() throws IOException {
        assertThat(archives(folder).removeUnused()).isZero();
        assertThat(root()).doesNotExist();
    }

    @Test
    void whatAnotherProcessUsesStays() throws Exception {
        // Given
        Path archive = Files.write(folder.resolve("m.zip"), ProgramBytes.zip("other"));
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Other.class.getName(),
                        archive.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader said = other.inputReader()) {
            assertThat(said.readLine()).isEqualTo("unpacked");

            // When, Then
            assertThat(archives(folder).removeUnused()).isZero();

            // When
            other.getOutputStream().close();
            other.waitFor();

            // Then
            assertThat(archives(folder).removeUnused()).isEqualTo(1);
        } finally {
            other.destroy();
        }
    }

    private Path unpack(String content) throws IOException {
        Path archive = Files.write(folder.resolve("m.zip"), ProgramBytes.zip(content));
        return ((Unpacked) archives(folder).unpack("m", archive)).folder();
    }

    private Path root() {
        return folder.resolve("unpacked");
    }

    private static UnpackedArchives archives(Path folder) {
        return new UnpackedArchives(folder.resolve("unpacked"), LIMITS);
    }
}
