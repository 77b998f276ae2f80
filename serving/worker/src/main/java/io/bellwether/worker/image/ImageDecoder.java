package io.bellwether.worker.image;

import com.google.protobuf.ByteString;
import io.bellwether.protocol.Decoded;
import io.bellwether.protocol.Refusal;
import io.bellwether.worker.model.ModelKind.Images;
import io.bellwether.worker.model.ModelKind.Resize;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/**
 * Decodes a PNG or JPEG, fits it to the shape of a program's input and normalises it. Colours are taken as they are stored:
 * colour profiles and transparency are left out, and so is the orientation that a camera notes. Immutable; any thread may
 * use it.
 */
public final class ImageDecoder {
    private final Images spec;
    private final int channels;
    private final int height;
    private final int width;

    /**
     * @param shape of the program's input: channels (3 or 1), height, width
     */
    public ImageDecoder(Images spec, List<Long> shape) {
        this.spec = spec;
        this.channels = Math.toIntExact(shape.get(0));
        this.height = Math.toIntExact(shape.get(1));
        this.width = Math.toIntExact(shape.get(2));
    }

    /** Elements of one picture in the program's input. */
    public int elements() {
        return channels * height * width;
    }

    /** The refusal of one picture among those of a request. */
    public static Refusal inRow(String model, int row, Refusal refusal) {
        return new Refusal(
                refusal.reason(),
                "input '" + Images.INPUT + "' of model '" + model + "' " + refusal.message() + " (row " + row + ")");
    }

    /** What is wrong with a picture by its first bytes; empty when it may be decoded. */
    public Optional<Refusal> check(ByteString encoded) {
        return ImageHead.of(encoded, spec.pixelsMax()) instanceof Decoded.Refused<ImageHead> refused
                ? Optional.of(refused.refusal())
                : Optional.empty();
    }

    /**
     * Puts the picture behind what {@code into} holds, [channels, height, width].
     *
     * @return what is wrong with it, and then nothing was put; empty when it was decoded
     */
    public Optional<Refusal> decode(ByteString encoded, FloatBuffer into) {
        Decoded<ImageHead> head = ImageHead.of(encoded, spec.pixelsMax());
        if (head instanceof Decoded.Refused<ImageHead> refused) {
            return Optional.of(refused.refusal());
        }
        ImageHead known = ((Decoded.Valid<ImageHead>) head).value();
        Optional<Refusal> disproportion = known.disproportion(encoded);
        if (disproportion.isPresent()) {
            return disproportion;
        }
        ImageReader reader = ImageHead.reader(known.format()).orElseThrow();
        try (ImageInputStream in = ImageHead.open(encoded)) {
            reader.setInput(in, true, true);
            into.put(fit(reader.read(0)));
            return Optional.empty();
        } catch (IOException | RuntimeException e) {
            // The readers of the JDK throw either, also for bytes that are merely broken.
            return Optional.of(ImageHead.unreadable());
        } finally {
            reader.dispose();
        }
    }

    /** Row by row, so that beside the decoded picture only the result and one row are held. */
    private float[] fit(BufferedImage image) {
        double zoom = Math.max((double) width / image.getWidth(), (double) height / image.getHeight());
        double across = spec.resize() == Resize.CROP ? width / zoom : image.getWidth();
        double down = spec.resize() == Resize.CROP ? height / zoom : image.getHeight();
        Resampling columns = new Resampling((image.getWidth() - across) / 2, across, image.getWidth(), width);
        Resampling rows = new Resampling((image.getHeight() - down) / 2, down, image.getHeight(), height);
        PixelRows pixels = new PixelRows(image, channels, spec.channels());
        float[] result = new float[elements()];
        float[] row = new float[channels * width];
        for (int y = rows.first(0); y < rows.end(height - 1); y++) {
            pixels.read(y, columns, row);
            for (int target = 0; target < height; target++) {
                if (y >= rows.first(target) && y < rows.end(target)) {
                    add(row, rows.weight(target, y), target, result);
                }
            }
        }
        normalise(result);
        return result;
    }

    private void add(float[] row, float weight, int target, float[] result) {
        for (int channel = 0; channel < channels; channel++) {
            int to = (channel * height + target) * width;
            for (int x = 0; x < width; x++) {
                result[to + x] += weight * row[channel * width + x];
            }
        }
    }

    private void normalise(float[] result) {
        int plane = height * width;
        for (int channel = 0; channel < channels; channel++) {
            double mean = spec.mean(channel);
            double std = spec.std(channel);
            for (int i = channel * plane; i < (channel + 1) * plane; i++) {
                result[i] = (float) ((result[i] - mean) / std);
            }
        }
    }
}
