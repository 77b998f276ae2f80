package io.bellwether.gateway.http;

import io.bellwether.gateway.call.HeldBytes;
import io.bellwether.protocol.Decoded;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.Refusal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/** How a body is compressed (RFC 9110, section 8.4.1): not at all, as gzip, or as deflate, which is zlib. */
public enum ContentCoding {
    IDENTITY,
    GZIP,
    DEFLATE;

    private static final int FIRST_BYTES = 4096;
    /** A body may become this many times as large as it came, and up to {@link #ALWAYS_BYTES} in any case. */
    private static final int RATIO_MAX = 100;

    private static final int ALWAYS_BYTES = 1 << 20;

    /** A body in an array that may be longer than it. */
    public static final class Body {
        private final byte[] bytes;
        private final int length;

        private Body(byte[] bytes, int length) {
            this.bytes = bytes;
            this.length = length;
        }

        /** Holds the body, from its first byte on; not a copy. */
        public byte[] bytes() {
            return bytes;
        }

        public int length() {
            return length;
        }
    }

    /** The name in headers. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The coding that a {@code Content-Encoding} header names. */
    public static Decoded<ContentCoding> named(@Nullable String header) {
        if (header == null) {
            return Decoded.valid(IDENTITY);
        }
        for (ContentCoding coding : values()) {
            if (coding.label().equalsIgnoreCase(header.trim())) {
                return Decoded.valid(coding);
            }
        }
        return Refusal.unsupported("the body's Content-Encoding is not offered; send it as gzip, deflate or identity")
                .as();
    }

    /**
     * The best coding that an {@code Accept-Encoding} header allows; identity without one. Of equal weights gzip wins.
     */
    public static ContentCoding accepted(@Nullable String header) {
        if (header == null) {
            return IDENTITY;
        }
        double gzip = weight(header, GZIP.label());
        double deflate = weight(header, DEFLATE.label());
        if (gzip <= 0 && deflate <= 0) {
            return IDENTITY;
        }
        return gzip >= deflate ? GZIP : DEFLATE;
    }

    private static double weight(String header, String coding) {
        double any = 0;
        for (String part : header.split(",")) {
            String[] fields = part.trim().split(";");
            String name = fields[0].trim();
            if (name.equalsIgnoreCase(coding)) {
                return quality(fields);
            }
            if (name.equals("*")) {
                any = quality(fields);
            }
        }
        return any;
    }

    private static double quality(String[] fields) {
        for (String field : fields) {
            String trimmed = field.trim();
            if (trimmed.regionMatches(true, 0, "q=", 0, 2)) {
                try {
                    return Double.parseDouble(trimmed.substring(2));
                } catch (NumberFormatException e) {
                    return 0; // What cannot be read is not asked for.
                }
            }
        }
        return 1;
    }

    /**
     * Takes a body apart, up to a limit.
     *
     * @param share counts what it becomes
     * @param bytesMax limit of the body after decompression
     */
    public Decoded<Body> decompress(byte[] bytes, int length, HeldBytes.Share share, int bytesMax, Refusal noRoom) {
        if (this == IDENTITY) {
            return Decoded.valid(new Body(bytes, length));
        }
        int plainMax = (int) Math.min(bytesMax, Math.max(ALWAYS_BYTES, (long) RATIO_MAX * length));
        try (InputStream in = stream(new ByteArrayInputStream(bytes, 0, length))) {
            byte[] whole = new byte[0];
            int read = 0;
            for (int more = in.read(); more >= 0; more = in.read()) {
                if (read == whole.length) {
                    if (read == plainMax) {
                        return tooLarge(plainMax < bytesMax, bytesMax).as();
                    }
                    int size = (int) Math.min(plainMax, Math.max(FIRST_BYTES, 2L * whole.length));
                    if (!share.take(size - whole.length)) {
                        return noRoom.as();
                    }
                    whole = Arrays.copyOf(whole, size);
                }
                whole[read++] = (byte) more;
                read += in.readNBytes(whole, read, whole.length - read);
            }
            return Decoded.valid(new Body(whole, read));
        } catch (IOException e) {
            return new Refusal(
                            FailureReason.INVALID_INPUT,
                            "the body is not valid " + label() + "; expected what its Content-Encoding says")
                    .as();
        }
    }

    private static Refusal tooLarge(boolean byRatio, int bytesMax) {
        String expected = byRatio
                ? "at most " + RATIO_MAX + " times as many bytes as were sent, or " + ALWAYS_BYTES
                : "at most " + bytesMax + " bytes";
        return Refusal.tooLarge("the body is too large after decompression; expected " + expected);
    }

    /** Packs a body. */
    public byte[] compress(byte[] bytes) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream(bytes.length / 2);
        try (OutputStream out = this == GZIP ? new GZIPOutputStream(packed) : new DeflaterOutputStream(packed)) {
            out.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }

    private InputStream stream(InputStream in) throws IOException {
        return this == GZIP ? new GZIPInputStream(in) : new InflaterInputStream(in);
    }
}
