package io.bellwether.deploy.pretrained;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * A TorchScript file whose weights were left out, with the list of what goes where. {@code train/script_bert.py} makes
 * both.
 *
 * @param program the TorchScript file without weights
 * @param weights for each weight its entry in the file, its bytes, and its name in the ONNX file; separated by tabs
 */
record ProgramTemplate(Path program, Path weights) {

    /**
     * Writes the whole program. All entries are stored as they are, as libtorch expects them.
     *
     * @throws IOException when a weight is missing or has another size than the program expects, or on a file fault
     */
    void fill(OnnxWeights from, Path target) throws IOException {
        try (OutputStream file = new BufferedOutputStream(Files.newOutputStream(target));
                ZipOutputStream zip = new ZipOutputStream(file)) {
            zip.setMethod(ZipOutputStream.STORED);
            copyProgram(zip);
            for (String line : Files.readAllLines(weights)) {
                String[] columns = line.split("\t");
                ByteBuffer raw = from.raw(columns[2])
                        .filter(bytes -> bytes.remaining() == Integer.parseInt(columns[1]))
                        .orElseThrow(() -> new IOException("the published weights have no '" + columns[2] + "' of "
                                + columns[1] + " bytes; they are of another model than " + program.getFileName()));
                store(zip, columns[0], raw);
            }
        }
    }

    private void copyProgram(ZipOutputStream zip) throws IOException {
        try (ZipInputStream source = new ZipInputStream(Files.newInputStream(program))) {
            ZipEntry entry = source.getNextEntry();
            while (entry != null) {
                store(zip, entry.getName(), ByteBuffer.wrap(source.readAllBytes()));
                entry = source.getNextEntry();
            }
        }
    }

    private static void store(ZipOutputStream zip, String name, ByteBuffer bytes) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(bytes.duplicate());
        ZipEntry entry = new ZipEntry(name);
        entry.setSize(bytes.remaining());
        entry.setCompressedSize(bytes.remaining());
        entry.setCrc(crc.getValue());
        entry.setTime(0);
        zip.putNextEntry(entry);
        var channel = Channels.newChannel(zip);
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        zip.closeEntry();
    }
}
