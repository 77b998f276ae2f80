package io.bellwether.worker.archive;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;

/** Writes tar files, sound and hostile ones. */
public final class TarBytes {
    private static final int BLOCK = 512;
    private static final int CHECKSUM = 148;
    private static final int CHECKSUM_BYTES = 8;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    public TarBytes file(String name, String content) {
        return entry('0', name, content);
    }

    public TarBytes entry(char type, String name, String content) {
        byte[] body = content.getBytes(StandardCharsets.ISO_8859_1);
        return entry(type, name, Integer.toOctalString(body.length), body);
    }

    /** An entry whose header says that size, whatever the body is. */
    public TarBytes entry(char type, String name, String octalSize, byte[] body) {
        byte[] header = new byte[BLOCK];
        put(header, 0, 100, name);
        put(header, 100, 8, "0000644");
        put(header, 124, 12, octalSize);
        header[156] = (byte) type;
        put(header, 157, 100, type == '1' || type == '2' ? "/etc/passwd" : "");
        put(header, 257, 8, "ustar\00000");
        putChecksum(header, 0);
        bytes.writeBytes(header);
        bytes.writeBytes(body);
        bytes.writeBytes(new byte[(BLOCK - body.length % BLOCK) % BLOCK]);
        return this;
    }

    /** A record of POSIX.1-2001 for the next entry. */
    public TarBytes pax(String key, String value) {
        String rest = " " + key + "=" + value + "\n";
        int length = rest.length();
        while (Integer.toString(length).length() + rest.length() != length) {
            length = Integer.toString(length).length() + rest.length();
        }
        return entry('x', "PaxHeaders/x", length + rest);
    }

    public byte[] raw() {
        return bytes.toByteArray();
    }

    /** With its end, as tar.gz. */
    public byte[] gzip() {
        bytes.writeBytes(new byte[2 * BLOCK]);
        return gzip(bytes.toByteArray());
    }

    public static byte[] gzip(byte[] content) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }

    /** Gives every block of a tar the checksum of a header; in the content of a file it does no harm. */
    static void mendChecksums(byte[] tar) {
        byte[] none = new byte[BLOCK];
        for (int at = 0; at + BLOCK <= tar.length; at += BLOCK) {
            if (!Arrays.equals(tar, at, at + BLOCK, none, 0, BLOCK)) {
                putChecksum(tar, at);
            }
        }
    }

    private static void putChecksum(byte[] tar, int headerAt) {
        put(tar, headerAt + CHECKSUM, CHECKSUM_BYTES, " ".repeat(CHECKSUM_BYTES));
        int sum = 0;
        for (int i = headerAt; i < headerAt + BLOCK; i++) {
            sum += tar[i] & 0xff;
        }
        put(tar, headerAt + CHECKSUM, CHECKSUM_BYTES, String.format("%06o", sum) + "\0");
    }

    private static void put(byte[] header, int at, int length, String text) {
        byte[] value = text.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(value, 0, header, at, Math.min(length, value.length));
    }
}
