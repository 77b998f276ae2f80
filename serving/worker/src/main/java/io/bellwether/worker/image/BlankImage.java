package io.bellwether.worker.image;

import com.google.protobuf.ByteString;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;

/** A black picture, for requests that warm a model. */
public final class BlankImage {
    private BlankImage() {}

    /** Encoded as PNG. */
    public static ByteString png(int width, int height) {
        ByteString.Output out = ByteString.newOutput();
        try {
            ImageIO.write(new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB), "png", out);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return out.toByteString();
    }
}
