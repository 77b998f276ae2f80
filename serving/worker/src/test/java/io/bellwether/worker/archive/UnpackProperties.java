package io.bellwether.worker.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What holds for every archive, whatever is in it. */
final class UnpackProperties {
    static final ArchiveLimits LIMITS = new ArchiveLimits(8, 64 * 1024, 20, 3);

    private UnpackProperties() {}

    /** Unpacks the archive as a worker would and looks at what that left behind. */
    static void check(String fileName, byte[] archive) {
        try {
            Path folder = Files.createTempDirectory("bellwether-fuzz-");
            UnpackedArchives archives = new UnpackedArchives(folder.resolve("unpacked"), LIMITS);
            Path file = Files.write(folder.resolve(fileName), archive);
            try {
                check(folder, archives.unpack("m", file));
            } finally {
                archives.remove();
                Files.deleteIfExists(file);
                Files.delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void check(Path folder, UnpackedArchives.Outcome outcome) throws IOException {
        List<Path> beside = list(folder);
        assertThat(beside)
                .as("all that is written is in the folder of archives")
                .hasSizeLessThanOrEqualTo(2);
        Path unpacked = folder.resolve("unpacked");
        List<Path> made = list(unpacked).stream()
                .filter(path -> !path.endsWith(".lock"))
                .filter(path -> !path.getFileName().toString().startsWith(FolderClaims.PREFIX))
                .toList();
        if (outcome instanceof UnpackedArchives.Refused refused) {
            assertThat(refused.reason()).isNotBlank().hasSizeLessThan(200).matches("[\\x20-\\x7e]*");
            assertThat(made).as("a refused archive leaves nothing").isEmpty();
            return;
        }
        Path content = ((UnpackedArchives.Unpacked) outcome).folder();
        assertThat(made).containsExactly(content);
        try (Stream<Path> all = Files.walk(content)) {
            List<Path> inside = all.skip(1).toList();
            long bytes = 0;
            for (Path path : inside) {
                boolean isFile = Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
                assertThat(isFile || Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
                        .isTrue();
                assertThat(content.relativize(path).toString()).matches("[A-Za-z0-9._/-]+");
                bytes += isFile ? Files.size(path) : 0;
            }
            assertThat(bytes).isLessThanOrEqualTo(LIMITS.bytesMax());
            assertThat(inside).hasSizeLessThanOrEqualTo(LIMITS.entriesMax() * (LIMITS.depthMax() + 1));
        }
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> children = Files.list(folder)) {
            return children.toList();
        }
    }
}
