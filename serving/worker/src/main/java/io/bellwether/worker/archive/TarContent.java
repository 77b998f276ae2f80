package io.bellwether.worker.archive;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Unpacks a tar.gz: plain files and folders only, with the long names of POSIX.1-2001 and of GNU tar. Libraries read headers
 * of any length into memory and accept what has no place in a model, so the format is read here.
 */
final class TarContent {
    private static final int BLOCK = 512;
    private static final int EXTRA_BYTES_MAX = 64 * 1024;
    private static final String DAMAGED = "is a tar with a damaged header";
    private static final String CUT_OFF = "is cut off";

    private final InputStream in;
    private final Extraction into;
    private long bytesLeft;
    private String longName = "";
    private long longSize = -1;

    private TarContent(InputStream in, long bytesMax, Extraction into) {
        this.in = in;
        this.into = into;
        this.bytesLeft = bytesMax;
    }

    /** Returns why it is refused, if it is; then a part of it may have been written. */
    static Optional<String> extract(Path archive, ArchiveLimits limits, Extraction into) throws IOException {
        long bytesMax = limits.bytesMaxOf(Files.size(archive));
        try (InputStream file = new BufferedInputStream(Files.newInputStream(archive));
                InputStream unpacked = new BufferedInputStream(new GZIPInputStream(file))) {
            TarContent content = new TarContent(unpacked, bytesMax, into);
            Optional<String> refusal = content.extract();
            return refusal.isPresent() ? refusal : content.rest();
        } catch (ZipException | EOFException e) {
            return Optional.of("is a gzip that is damaged or cut off");
        }
    }

    private Optional<String> extract() throws IOException {
        while (true) {
            byte[] header = in.readNBytes(BLOCK);
            if (header.length < BLOCK) {
                return Optional.of(CUT_OFF);
            }
            if (isZero(header)) {
                return Optional.empty();
            }
            Optional<String> refusal = isIntact(header) ? entry(header) : Optional.of(DAMAGED);
            if (refusal.isPresent()) {
                return refusal;
            }
        }
    }

    /** Reads what follows the last entry: the sum of a gzip stands at its end, and is looked at by whoever gets there. */
    private Optional<String> rest() throws IOException {
        byte[] buffer = new byte[EXTRA_BYTES_MAX];
        int read = in.read(buffer);
        while (read >= 0) {
            if (read > bytesLeft) {
                return tooLarge();
            }
            bytesLeft -= read;
            read = in.read(buffer);
        }
        return Optional.empty();
    }

    private Optional<String> entry(byte[] header) throws IOException {
        char type = (char) header[156];
        long size = number(header, 124, 12);
        if (size < 0) {
            return Optional.of(DAMAGED);
        }
        switch (type) {
            case 'x', 'g', 'L' -> {
                return extra(type, size);
            }
            case '0', '\0', '5' -> {
                String name = longName.isEmpty() ? name(header) : longName;
                size = longSize >= 0 ? longSize : size;
                longName = "";
                longSize = -1;
                return plain(name, type == '5', size);
            }
            default -> {
                return Optional.of("holds a link, a device or something else that is no plain file");
            }
        }
    }

    private Optional<String> plain(String name, boolean folder, long size) throws IOException {
        String path = name.startsWith("./") ? name.substring(2) : name;
        boolean isFolder = folder || path.endsWith("/");
        path = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        if (isFolder) {
            if (size != 0) {
                return Optional.of(DAMAGED);
            }
            return path.isEmpty() || path.equals(".") ? Optional.empty() : into.folder(path);
        }
        if (!take(size)) {
            return tooLarge();
        }
        Optional<String> refusal = into.file(path, in, size);
        return refusal.isPresent() ? refusal : padding(size);
    }

    /** A name or size for the next entry. */
    private Optional<String> extra(char type, long size) throws IOException {
        if (size > EXTRA_BYTES_MAX) {
            return Optional.of("has a header of more than " + EXTRA_BYTES_MAX + " bytes");
        }
        if (!take(size)) {
            return tooLarge();
        }
        byte[] content = in.readNBytes((int) size);
        if (content.length < size) {
            return Optional.of(CUT_OFF);
        }
        Optional<String> refusal = padding(size);
        if (refusal.isPresent()) {
            return refusal;
        }
        String text = new String(content, StandardCharsets.ISO_8859_1);
        if (type == 'L') {
            longName = text.endsWith("\0") ? text.substring(0, text.length() - 1) : text;
            return Optional.empty();
        }
        return records(text, type == 'g');
    }

    /** Records {@code length key=value\n}, the length counting all of itself. */
    private Optional<String> records(String text, boolean global) {
        int at = 0;
        while (at < text.length()) {
            int space = text.indexOf(' ', at);
            long length = space < 0 ? -1 : digits(text.substring(at, space), 10);
            int equals = text.indexOf('=', at);
            if (length < 5 || length > text.length() - at || equals < space || equals >= at + length) {
                return Optional.of(DAMAGED);
            }
            int end = at + (int) length - 1;
            String key = text.substring(space + 1, equals);
            String value = text.substring(equals + 1, Math.max(equals + 1, end));
            if (text.charAt(end) != '\n' || !record(key, value, global)) {
                return Optional.of(DAMAGED);
            }
            at = end + 1;
        }
        return Optional.empty();
    }

    /** Times, owners and attributes are left out; what changes the content must be understood. */
    private boolean record(String key, String value, boolean global) {
        switch (key) {
            case "path" -> longName = value;
            case "size" -> {
                longSize = digits(value, 10);
                return !global && longSize >= 0;
            }
            case "linkpath" -> {
                return false;
            }
            default -> {
                return !key.startsWith("GNU.sparse");
            }
        }
        return !global && !value.isEmpty();
    }

    private Optional<String> padding(long size) throws IOException {
        int rest = (int) ((BLOCK - size % BLOCK) % BLOCK);
        return in.readNBytes(rest).length < rest ? Optional.of(CUT_OFF) : Optional.empty();
    }

    private boolean take(long size) {
        // The block of the header counts too, so that empty entries are no way around the limit.
        long with = size + 2L * BLOCK;
        if (with < 0 || with > bytesLeft) {
            return false;
        }
        bytesLeft -= with;
        return true;
    }

    private static Optional<String> tooLarge() {
        return Optional.of("unpacks to more bytes than an archive of its size may");
    }

    private static String name(byte[] header) {
        String name = text(header, 0, 100);
        boolean ustar = text(header, 257, 6).equals("ustar");
        String prefix = ustar ? text(header, 345, 155) : "";
        return prefix.isEmpty() ? name : prefix + "/" + name;
    }

    private static String text(byte[] header, int from, int length) {
        int end = from;
        while (end < from + length && header[end] != 0) {
            end++;
        }
        return new String(header, from, end - from, StandardCharsets.ISO_8859_1);
    }

    /** An octal number, or one of up to 63 bits marked by its first bit; -1 when it is neither. */
    private static long number(byte[] header, int from, int length) {
        if ((header[from] & 0x80) == 0) {
            return digits(text(header, from, length).strip(), 8);
        }
        long value = header[from] & 0x7f;
        for (int i = from + 1; i < from + length; i++) {
            if (value >> 55 != 0) {
                return -1;
            }
            value = value << 8 | (header[i] & 0xff);
        }
        return value;
    }

    private static long digits(String text, int radix) {
        try {
            return text.isEmpty() || text.charAt(0) == '+' || text.charAt(0) == '-' ? -1 : Long.parseLong(text, radix);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private static boolean isIntact(byte[] header) {
        long sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            sum += i >= 148 && i < 156 ? ' ' : header[i] & 0xff;
        }
        return sum == number(header, 148, 8);
    }

    private static boolean isZero(byte[] block) {
        return Arrays.equals(block, new byte[BLOCK]);
    }
}
