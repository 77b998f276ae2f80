package io.bellwether.worker.image;

import com.google.protobuf.ByteString;
import io.bellwether.protocol.Decoded;
import io.bellwether.protocol.Refusal;
import java.io.IOException;
import java.util.Iterator;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * What the first bytes of an encoded picture say. Nothing is allocated for pixels.
 *
 * @param format name of its format
 * @param width pixels of a row
 * @param height rows
 */
record ImageHead(String format, int width, int height) {
    /** Longest side of a picture. */
    static final int SIDE_MAX = 16_384;

    private static final ByteString PNG =
            ByteString.copyFrom(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
    private static final ByteString JPEG = ByteString.copyFrom(new byte[] {(byte) 0xff, (byte) 0xd8, (byte) 0xff});

    /** Each scan of a progressive JPEG goes over all pixels again; ordinary ones have about ten. */
    private static final int SCANS_MAX = 64;

    private static final byte MARKER = (byte) 0xff;
    private static final byte SCAN = (byte) 0xda;

    /** Reads the head, or says what is wrong with the picture. */
    static Decoded<ImageHead> of(ByteString encoded, int pixelsMax) {
        String format = encoded.startsWith(PNG) ? "png" : encoded.startsWith(JPEG) ? "jpeg" : "";
        if (format.isEmpty()) {
            return Refusal.invalid("is neither PNG nor JPEG").as();
        }
        Optional<ImageReader> reader = reader(format);
        if (reader.isEmpty()) {
            return Refusal.unsupported("is of a format that this server cannot read")
                    .as();
        }
        try (ImageInputStream in = open(encoded)) {
            reader.get().setInput(in, true, true);
            return checked(
                    new ImageHead(format, reader.get().getWidth(0), reader.get().getHeight(0)), pixelsMax);
        } catch (IOException | RuntimeException e) {
            return unreadable().as();
        } finally {
            reader.get().dispose();
        }
    }

    static Refusal unreadable() {
        return Refusal.invalid("cannot be decoded; it is broken or of a variant that is not offered");
    }

    /** A reader of the JDK for the format. */
    static Optional<ImageReader> reader(String format) {
        Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format);
        return readers.hasNext() ? Optional.of(readers.next()) : Optional.empty();
    }

    static ImageInputStream open(ByteString encoded) {
        return new MemoryCacheImageInputStream(encoded.newInput());
    }

    private static Decoded<ImageHead> checked(ImageHead head, int pixelsMax) {
        if (head.width < 1 || head.height < 1) {
            return unreadable().as();
        }
        if ((long) head.width * head.height > pixelsMax || Math.max(head.width, head.height) > SIDE_MAX) {
            return Refusal.tooLarge("has " + head.width + " x " + head.height + " pixels; at most " + pixelsMax
                            + " are allowed, and " + SIDE_MAX + " a side")
                    .as();
        }
        return Decoded.valid(head);
    }

    /** Whether decoding could take out of all proportion to the size; looks at every byte. */
    Optional<Refusal> disproportion(ByteString encoded) {
        int scans = 0;
        for (int i = 1; i < encoded.size(); i++) {
            if (encoded.byteAt(i) == SCAN && encoded.byteAt(i - 1) == MARKER) {
                scans++;
            }
        }
        return format.equals("jpeg") && scans > SCANS_MAX
                ? Optional.of(Refusal.tooLarge("has more than " + SCANS_MAX + " scans"))
                : Optional.empty();
    }
}
