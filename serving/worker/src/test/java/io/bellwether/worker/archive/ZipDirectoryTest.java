package io.bellwether.worker.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.bellwether.worker.program.ProgramBytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ZipDirectoryTest {
    private static final int METHOD = 10;
    private static final int PACKED = 20;
    private static final int SIZE = 24;
    private static final int OFFSET = 42;

    @TempDir
    Path folder;

    @Test
    void aSoundDirectoryIsListed() throws IOException {
        assertThat(read(stored("a", "bb")))
                .isEqualTo(new ZipDirectory.Sound(
                        List.of(new ZipDirectory.Entry("a", 1, 0), new ZipDirectory.Entry("bb", 2, 0))));
    }

    static Stream<Arguments> lies() throws IOException {
        byte[] zip = stored("a", "bb");
        int first = ZipLies.directoryAt(zip);
        int second = first + 46 + 1;
        return Stream.of(
                argumentSet("a size beyond the file", everywhere(zip, first, 0x7ffffff0), "beyond the file"),
                argumentSet("two sizes", ZipLies.withInt(zip, first + SIZE, 9), "of two sizes"),
                argumentSet("a header that says otherwise", ZipLies.withInt(zip, 22, 9), "contradicts the directory"),
                argumentSet("another name in the header", changed(zip, 30, 'x'), "contradicts the directory"),
                argumentSet("overlapping entries", ZipLies.withInt(zip, second + OFFSET, 0), "overlap"),
                argumentSet("no header there", ZipLies.withInt(zip, second + OFFSET, 33), "overlap"),
                argumentSet("encrypted", ZipLies.withShort(zip, first + 8, 1), "is encrypted"),
                argumentSet(
                        "another method", ZipLies.withShort(zip, first + METHOD, 12), "a method other than deflate"),
                argumentSet("a large size that is not given", both(zip, first, -1), "without its size"),
                argumentSet(
                        "an end that lies about entries", ZipLies.withShort(zip, zip.length - 14, 1), "several parts"),
                argumentSet(
                        "fewer entries than the directory has",
                        ZipLies.withShort(ZipLies.withShort(zip, zip.length - 14, 1), zip.length - 12, 1),
                        "something behind its entries"),
                argumentSet("another place of the directory", ZipLies.withInt(zip, zip.length - 6, 3), "is not where"),
                argumentSet("a comment", ZipLies.withShort(zip, zip.length - 2, 4), "with a comment"),
                argumentSet("cut off", Arrays.copyOf(zip, zip.length - 3), "is a zip that is cut off"),
                argumentSet("something before", prefixed(zip), "is not where it is said to be"));
    }

    @ParameterizedTest
    @MethodSource("lies")
    void aDirectoryThatLiesIsRefused(byte[] zip, String said) throws IOException {
        assertThat(read(zip)).isInstanceOf(ZipDirectory.Refused.class);
        assertThat(((ZipDirectory.Refused) read(zip)).reason()).contains(said);
    }

    @Test
    void thereIsALimitOnEntries() throws IOException {
        Path file = Files.write(folder.resolve("file.zip"), ProgramBytes.zip("a", "b", "c"));
        ArchiveLimits limits = new ArchiveLimits(2, 1 << 20, 200, 8);
        assertThat(ZipDirectory.read(file, limits))
                .isEqualTo(new ZipDirectory.Refused("has 3 entries; at most 2 are read"));
    }

    private ZipDirectory.Outcome read(byte[] zip) throws IOException {
        return ZipDirectory.read(Files.write(folder.resolve("file.zip"), zip), ArchiveLimits.DEFAULT);
    }

    private static byte[] both(byte[] zip, int entry, int value) {
        return ZipLies.withInt(ZipLies.withInt(zip, entry + PACKED, value), entry + SIZE, value);
    }

    /** In the header of the first entry, too. */
    private static byte[] everywhere(byte[] zip, int entry, int value) {
        return ZipLies.withInt(ZipLies.withInt(both(zip, entry, value), 18, value), 22, value);
    }

    private static byte[] changed(byte[] zip, int at, char value) {
        byte[] changed = zip.clone();
        changed[at] = (byte) value;
        return changed;
    }

    private static byte[] prefixed(byte[] zip) {
        byte[] longer = new byte[zip.length + 7];
        System.arraycopy(zip, 0, longer, 7, zip.length);
        return longer;
    }

    private static byte[] stored(String... names) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.setMethod(ZipOutputStream.STORED);
            for (String name : names) {
                ZipEntry entry = new ZipEntry(name);
                CRC32 crc = new CRC32();
                crc.update(name.getBytes(StandardCharsets.UTF_8));
                entry.setSize(name.length());
                entry.setCrc(crc.getValue());
                zip.putNextEntry(entry);
                zip.write(name.getBytes(StandardCharsets.UTF_8));
            }
        }
        return bytes.toByteArray();
    }
}
