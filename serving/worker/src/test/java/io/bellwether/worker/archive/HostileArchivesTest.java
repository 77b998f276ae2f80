package io.bellwether.worker.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random archives, most of them hostile: nothing is written outside of one folder, and a refused one leaves nothing. */
class HostileArchivesTest {
    private static final int ARCHIVES = Boolean.getBoolean("bellwether.long") ? 100_000 : 4_000;
    private static final ArchiveLimits LIMITS = new ArchiveLimits(30, 256 * 1024, 20, 4);
    private static final List<String> PARTS = List.of(
            "a",
            "b",
            "A",
            "model.pt",
            "1",
            "..",
            ".",
            "",
            " ",
            "~",
            "con",
            "x\0y",
            "é",
            "a\\b",
            "..\\..",
            "C:",
            "\n",
            "%2e%2e");
    private static final char[] TYPES = {
        '0', '0', '0', '0', '\0', '5', '1', '2', '3', '4', '6', '7', 'x', 'g', 'L', 'K', 'S'
    };

    @TempDir
    Path sandbox;

    @Test
    void noByteIsWrittenOutsideOfTheRoot() throws IOException {
        // Given
        long seed = Long.getLong("seed", System.nanoTime());
        Path witness = Files.writeString(sandbox.resolve("witness"), "untouched");
        Path root = sandbox.resolve("deep/inside/unpacked");
        UnpackedArchives archives = new UnpackedArchives(root, LIMITS);
        int unpacked = 0;
        for (int i = 0; i < ARCHIVES; i++) {
            Random random = new Random(seed + i);
            boolean zip = random.nextBoolean();
            byte[] content = mutated(zip ? zip(random) : tar(random), random);
            Path archive = Files.write(sandbox.resolve(zip ? "m.zip" : "m.tar.gz"), content);

            // When
            UnpackedArchives.Outcome outcome = archives.unpack("m" + i, archive);

            // Then
            String label = "seed " + (seed + i);
            assertThat(names(sandbox)).as(label).isSubsetOf("witness", "deep", "m.zip", "m.tar.gz");
            assertThat(names(sandbox.resolve("deep"))).as(label).containsExactly("inside");
            assertThat(names(sandbox.resolve("deep/inside"))).as(label).containsExactly("unpacked");
            if (outcome instanceof UnpackedArchives.Unpacked whole) {
                unpacked++;
                assertThat(names(root))
                        .as(label)
                        .containsOnly(
                                ".lock",
                                whole.folder().getFileName().toString(),
                                FolderClaims.PREFIX + whole.folder().getFileName());
                assertThat(plainBytes(whole.folder())).as(label).isLessThanOrEqualTo(LIMITS.bytesMax());
                archives.remove();
            } else {
                assertThat(names(root)).as(label).containsOnly(".lock");
            }
        }
        assertThat(witness).hasContent("untouched");
        assertThat(unpacked).as("seed %d: archives that are sound", seed).isGreaterThan(ARCHIVES / 50);
    }

    private static byte[] tar(Random random) {
        TarBytes tar = new TarBytes();
        boolean tame = random.nextInt(3) == 0;
        for (int entries = random.nextInt(tame ? 6 : 12); entries >= 0; entries--) {
            String name = tame ? "f" + entries : name(random);
            char type = tame ? '0' : TYPES[random.nextInt(TYPES.length)];
            if (!tame && random.nextInt(6) == 0) {
                tar.pax(
                        random.nextBoolean() ? "path" : "size",
                        random.nextBoolean() ? name(random) : "" + random.nextLong());
            }
            if (!tame && random.nextInt(8) == 0) {
                tar.entry(
                        type,
                        name,
                        Long.toOctalString(random.nextLong() >>> random.nextInt(64)),
                        new byte[random.nextInt(600)]);
            } else {
                tar.entry(type, name, type == '5' ? "" : content(random));
            }
        }
        return random.nextInt(10) == 0 ? TarBytes.gzip(tar.raw()) : tar.gzip();
    }

    private static byte[] zip(Random random) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        boolean tame = random.nextInt(3) == 0;
        Set<String> names = new HashSet<>();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (int entries = random.nextInt(tame ? 6 : 12); entries >= 0; entries--) {
                String name = tame ? "f" + entries : name(random);
                // the writer refuses a name that it has had
                if (names.add(name)) {
                    zip.putNextEntry(new ZipEntry(name));
                    zip.write(content(random).getBytes(StandardCharsets.ISO_8859_1));
                }
            }
        }
        return bytes.toByteArray();
    }

    private static String name(Random random) {
        StringBuilder name = new StringBuilder(random.nextInt(8) == 0 ? "/" : "");
        for (int parts = random.nextInt(random.nextInt(8) + 1); parts >= 0; parts--) {
            name.append(PARTS.get(random.nextInt(random.nextInt(3) == 0 ? PARTS.size() : 5)));
            name.append(parts > 0 || random.nextInt(6) == 0 ? "/" : "");
        }
        return name.toString();
    }

    private static String content(Random random) {
        return random.nextInt(20) == 0 ? "z".repeat(random.nextInt(400_000)) : "c".repeat(random.nextInt(700));
    }

    private static byte[] mutated(byte[] content, Random random) {
        for (int flips = random.nextInt(3) == 0 ? random.nextInt(6) : 0; flips > 0; flips--) {
            content[random.nextInt(content.length)] = (byte) random.nextInt();
        }
        return content;
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> children = Files.list(folder)) {
            return children.map(child -> child.getFileName().toString()).toList();
        }
    }

    /** All bytes below the folder, where there are plain files and folders only. */
    private static long plainBytes(Path folder) throws IOException {
        long[] bytes = {0};
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                assertThat(attributes.isRegularFile()).as("%s", file).isTrue();
                bytes[0] += attributes.size();
                return FileVisitResult.CONTINUE;
            }
        });
        return bytes[0];
    }
}
