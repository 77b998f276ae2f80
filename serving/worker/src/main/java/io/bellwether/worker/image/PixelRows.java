package io.bellwether.worker.image;

import io.bellwether.worker.model.ModelKind.Channels;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/**
 * Reads rows of a decoded picture as samples of 0 to 1. Stored samples are taken as they are: the colour models of the JDK
 * would brighten grey ones and apply colour profiles. For one thread.
 */
final class PixelRows {
    /** Shares of red, green and blue in the brightness of a pixel, as ITU-R BT.601 gives them. */
    private static final float[] LUMA = {0.299f, 0.587f, 0.114f};

    private final BufferedImage image;
    private final Raster raster;
    private final int bands;
    private final float[] full;
    private final int channels;
    private final boolean reversed;
    private final int[] samples;
    private final float[] colours;

    /**
     * @param channels 3, or 1 for brightness alone
     */
    PixelRows(BufferedImage image, int channels, Channels order) {
        this.image = image;
        this.raster = image.getRaster();
        this.bands = raster.getNumBands();
        this.channels = channels;
        this.reversed = order == Channels.BGR;
        this.full = new float[bands];
        for (int band = 0; band < bands; band++) {
            full[band] = (1 << raster.getSampleModel().getSampleSize(band)) - 1;
        }
        this.samples = new int[image.getWidth() * bands];
        this.colours = new float[image.getWidth() * 3];
    }

    /** One row, scaled to the target's width; {@code into} is [channels, width]. */
    void read(int y, Resampling columns, float[] into) {
        readColours(y);
        int width = columns.targetSize();
        for (int x = 0; x < width; x++) {
            float red = 0;
            float green = 0;
            float blue = 0;
            for (int source = columns.first(x); source < columns.end(x); source++) {
                float weight = columns.weight(x, source);
                red += weight * colours[3 * source];
                green += weight * colours[3 * source + 1];
                blue += weight * colours[3 * source + 2];
            }
            if (channels == 1) {
                into[x] = LUMA[0] * red + LUMA[1] * green + LUMA[2] * blue;
            } else {
                into[x] = reversed ? blue : red;
                into[width + x] = green;
                into[2 * width + x] = reversed ? red : blue;
            }
        }
    }

    private void readColours(int y) {
        raster.getPixels(0, y, image.getWidth(), 1, samples);
        if (image.getColorModel() instanceof IndexColorModel palette) {
            for (int x = 0; x < image.getWidth(); x++) {
                colours[3 * x] = palette.getRed(samples[x]) / 255f;
                colours[3 * x + 1] = palette.getGreen(samples[x]) / 255f;
                colours[3 * x + 2] = palette.getBlue(samples[x]) / 255f;
            }
            return;
        }
        for (int x = 0; x < image.getWidth(); x++) {
            for (int colour = 0; colour < 3; colour++) {
                // Grey, and grey with transparency, have their brightness in the first band.
                int band = bands < 3 ? 0 : colour;
                colours[3 * x + colour] = samples[x * bands + band] / full[band];
            }
        }
    }
}
