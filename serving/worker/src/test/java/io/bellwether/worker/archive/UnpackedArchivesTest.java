package io.bellwether.worker.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.bellwether.worker.archive.UnpackedArchives.Outcome;
import io.bellwether.worker.archive.UnpackedArchives.Refused;
import io.bellwether.worker.archive.UnpackedArchives.Unpacked;
import io.bellwether.worker.program.ProgramBytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class UnpackedArchivesTest {
    private static final ArchiveLimits LIMITS = new ArchiveLimits(20, 8 << 20, 200, 3);

    @TempDir
    Path folder;

    @Test
    void aZipAndATarBecomeTheSameFolder() throws IOException {
        // Given
        byte[] tar = new TarBytes()
                .entry('5', "./", "")
                .entry('5', "./1/", "")
                .file("./1/model.pt", "1/model.pt")
                .file("model.yaml", "model.yaml")
                .gzip();

        // When
        Path ofZip = ((Unpacked) unpack("m.zip", ProgramBytes.zip("1/", "1/model.pt", "model.yaml"))).folder();
        Path ofTar = ((Unpacked) unpack("m.tar.gz", tar)).folder();

        // Then
        for (Path unpacked : List.of(ofZip, ofTar)) {
            assertThat(unpacked.resolve("model.yaml")).hasContent("model.yaml");
            assertThat(unpacked.resolve("1/model.pt")).hasContent("1/model.pt");
            assertThat(unpacked.getFileName().toString()).matches("m-[0-9a-f]{32}");
        }
    }

    @Test
    void longNamesOfBothKindsAreRead() throws IOException {
        // Given
        String name = "a".repeat(60) + "/" + "b".repeat(80);
        byte[] tar = new TarBytes()
                .pax("mtime", "1700000000.5")
                .pax("path", name)
                .file("short", "one")
                .entry('L', "././@LongLink", name + "2\0")
                .file("short", "two")
                .gzip();

        // When
        Path unpacked = ((Unpacked) unpack("m.tar.gz", tar)).folder();

        // Then
        assertThat(unpacked.resolve(name)).hasContent("one");
        assertThat(unpacked.resolve(name + "2")).hasContent("two");
    }

    @Test
    void anArchiveIsUnpackedOnceAndAnotherContentAnew() throws IOException {
        // When
        Path first = ((Unpacked) unpack("m.zip", ProgramBytes.zip("a"))).folder();
        Files.writeString(first.resolve("mark"), "");
        Path again = ((Unpacked) unpack("m.zip", ProgramBytes.zip("a"))).folder();
        Path other = ((Unpacked) unpack("m.zip", ProgramBytes.zip("b"))).folder();

        // Then
        assertThat(again).isEqualTo(first);
        assertThat(again.resolve("mark")).exists();
        assertThat(other).isNotEqualTo(first);
    }

    static Stream<Arguments> hostile() throws IOException {
        return Stream.of(
                tar(
                        "a path upwards",
                        new TarBytes().file("../x", "1"),
                        "holds a name that has a part that is ..: '../x'"),
                tar(
                        "a path upwards inside",
                        new TarBytes().file("a/../../x", "1"),
                        "has a part that is ..: 'a/../../x'"),
                tar("a part that is a dot", new TarBytes().file("a/./x", "1"), "has a part that is .: 'a/./x'"),
                tar(
                        "a name that cannot be printed",
                        new TarBytes().file("a\u001b[1m\n", "1"),
                        "is not made of A-Z a-z 0-9 . _ - and slashes: 'a?[1m?'; rename it"),
                tar(
                        "an endless name",
                        new TarBytes().entry('L', "l", "x".repeat(5_000) + "\0").file("a", "1"),
                        "has a part of more than 128 characters: '" + "x".repeat(80) + "...'; rename it"),
                tar("an absolute path", new TarBytes().file("/tmp/x", "1"), "begins with a slash: '/tmp/x'"),
                tar("a path of Windows", new TarBytes().file("C:\\x", "1"), "is not made of A-Z a-z"),
                tar(
                        "an absolute path in a record",
                        new TarBytes().pax("path", "/x").file("a", "1"),
                        "holds a name"),
                tar(
                        "a long name upwards",
                        new TarBytes().entry('L', "l", "../x\0").file("a", "1"),
                        "holds a name"),
                tar("an empty part", new TarBytes().file("a//x", "1"), "has nothing between two slashes: 'a//x'"),
                tar("a symbolic link", new TarBytes().entry('2', "a", ""), "holds a link"),
                tar("a hard link", new TarBytes().entry('1', "a", ""), "holds a link"),
                tar("a device", new TarBytes().entry('3', "a", ""), "holds a link, a device"),
                tar("a sparse file", new TarBytes().entry('S', "a", ""), "holds a link, a device"),
                tar(
                        "a sparse record",
                        new TarBytes().pax("GNU.sparse.size", "9").file("a", "1"),
                        "damaged header"),
                tar("the same name twice", new TarBytes().file("a", "1").file("a", "2"), "same name twice"),
                tar("names that differ in case", new TarBytes().file("a", "1").file("A", "2"), "same name twice"),
                tar(
                        "folders that differ in case",
                        new TarBytes().file("a/x", "1").file("A/y", "2"),
                        "same name twice"),
                tar("a file where a folder is", new TarBytes().file("a/x", "1").file("a", "2"), "same name twice"),
                tar("a folder where a file is", new TarBytes().file("a", "1").file("a/x", "2"), "same name twice"),
                tar("too deep", new TarBytes().file("a/b/c/d/e", "1"), "deeper than 3"),
                tar("too many", many(21), "more than 20 entries"),
                tar("a size beyond the end", new TarBytes().entry('0', "a", "1000000", new byte[1]), "is cut off"),
                tar("an endless size", new TarBytes().entry('0', "a", "77777777777", new byte[1]), "more bytes than"),
                tar("a size that is no number", new TarBytes().entry('0', "a", "-1", new byte[1]), "damaged header"),
                tar("an endless record", new TarBytes().entry('x', "a", "77777777777", new byte[1]), "header of more"),
                argumentSet(
                        "no end",
                        "m.tar.gz",
                        TarBytes.gzip(new TarBytes().file("a", "1").raw()),
                        "is cut off"),
                argumentSet(
                        "no sum at the end",
                        "m.tar.gz",
                        withoutEnd(new TarBytes().file("a", "1").gzip(), 6),
                        "is a gzip that is damaged"),
                argumentSet(
                        "a wrong sum",
                        "m.tar.gz",
                        withFlipped(new TarBytes().file("a", "1").gzip(), 7),
                        "is a gzip that is damaged"),
                argumentSet("no gzip", "m.tar.gz", new TarBytes().file("a", "1").raw(), "is a gzip that is damaged"),
                argumentSet("a bomb", "m.tar.gz", bomb().gzip(), "more bytes than"),
                argumentSet("zip: upwards", "m.zip", ProgramBytes.zip("../x"), "holds a name"),
                argumentSet("zip: absolute", "m.zip", ProgramBytes.zip("/x"), "holds a name"),
                argumentSet("zip: backslash", "m.zip", ProgramBytes.zip("..\\x"), "holds a name"),
                argumentSet("zip: case", "m.zip", ProgramBytes.zip("x", "X"), "same name twice"),
                argumentSet("zip: bomb", "m.zip", zipBomb(), "claims to become more than 200 times"),
                argumentSet("zip: link", "m.zip", withUnixType(ProgramBytes.zip("x"), 0120777), "holds a link"),
                argumentSet("zip: no zip", "m.zip", new byte[60], "is a zip that is cut off"));
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void whatIsHostileIsRefusedAndLeavesNothing(String name, byte[] archive, String said) throws IOException {
        // When
        Outcome outcome = unpack(name, archive);

        // Then
        assertThat(outcome).isInstanceOf(Refused.class);
        assertThat(((Refused) outcome).reason()).contains(said);
        try (Stream<Path> left = Files.list(folder.resolve("unpacked"))) {
            assertThat(left.map(path -> path.getFileName().toString())).containsOnly(".lock");
        }
    }

    @Test
    void whatAnEndedProcessLeftIsRemoved() throws IOException {
        Path left = Files.createDirectories(folder.resolve("unpacked/.unfinished-1/a"));
        Files.writeString(left.resolve("b"), "");
        unpack("m.zip", ProgramBytes.zip("a"));
        assertThat(folder.resolve("unpacked/.unfinished-1")).doesNotExist();
    }

    private Outcome unpack(String name, byte[] content) throws IOException {
        Path archive = Files.write(folder.resolve(name), content);
        return new UnpackedArchives(folder.resolve("unpacked"), LIMITS).unpack("m", archive);
    }

    private static Arguments tar(String name, TarBytes tar, String said) {
        return argumentSet(name, "m.tar.gz", tar.gzip(), said);
    }

    private static byte[] withoutEnd(byte[] bytes, int count) {
        return Arrays.copyOf(bytes, bytes.length - count);
    }

    private static byte[] withFlipped(byte[] bytes, int fromEnd) {
        bytes[bytes.length - fromEnd] ^= 1;
        return bytes;
    }

    private static TarBytes many(int count) {
        TarBytes tar = new TarBytes();
        for (int i = 0; i < count; i++) {
            tar.file("f" + i, "");
        }
        return tar;
    }

    private static TarBytes bomb() {
        return new TarBytes().entry('0', "a", Integer.toOctalString(4 << 20), new byte[4 << 20]);
    }

    private static byte[] zipBomb() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("a"));
            zip.write(new byte[4 << 20]);
        }
        return bytes.toByteArray();
    }

    /** The mode of the first entry, as tools on Unix write it into the directory. */
    private static byte[] withUnixType(byte[] zip, int mode) {
        byte[] changed = zip.clone();
        int directory = ZipLies.directoryAt(zip);
        changed[directory + 5] = 3;
        changed[directory + 40] = (byte) mode;
        changed[directory + 41] = (byte) (mode >> 8);
        return changed;
    }
}
