package io.bellwether.worker.program;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** The first bytes of a file. */
final class Head {
    private final byte[] bytes;
    /** One character for each byte, for searching. */
    private final String text;

    Head(byte[] bytes) {
        this.bytes = bytes.clone();
        this.text = new String(bytes, StandardCharsets.ISO_8859_1);
    }

    int size() {
        return bytes.length;
    }

    /** The byte at that place, 0 to 255; -1 beyond the end. */
    int at(int index) {
        return index < bytes.length ? bytes[index] & 0xff : -1;
    }

    boolean startsWith(String prefix) {
        return text.startsWith(prefix);
    }

    boolean startsWith(String prefix, int from) {
        return text.startsWith(prefix, from);
    }

    boolean contains(String part) {
        return text.contains(part);
    }

    /** One character for each byte. */
    String text() {
        return text;
    }

    InputStream stream() {
        return new ByteArrayInputStream(bytes);
    }
}
