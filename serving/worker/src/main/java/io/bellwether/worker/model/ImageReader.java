package io.bellwether.worker.model;

import io.bellwether.engine.ElementType;
import io.bellwether.engine.TensorSpec;
import io.bellwether.worker.model.ModelKind.Channels;
import io.bellwether.worker.model.ModelKind.Images;
import io.bellwether.worker.model.ModelKind.Resize;
import java.util.List;

/** Reads how pictures become the input of a program, from {@code image_classification} of a {@code model.yaml}. */
final class ImageReader {
    private static final int PIXELS_MAX_DEFAULT = 4_194_304;
    private static final int PIXELS_MAX_MOST = 67_108_864;
    private static final int CHANNELS_MAX = 3;
    private static final long SIDE_MAX = 4096;

    private ImageReader() {}

    static Images read(YamlMapping node) {
        List<Double> mean = node.has("mean") ? node.numbers("mean", CHANNELS_MAX) : List.of();
        List<Double> std = node.has("std") ? node.numbers("std", CHANNELS_MAX) : List.of();
        if (std.contains(0.0)) {
            node.problemAt("std", "contains 0", "give numbers other than 0; leave it out for 1");
        }
        Channels channels =
                node.has("channels") ? ModelSpecParser.oneOf(node, "channels", Channels.class) : Channels.RGB;
        Resize resize = node.has("resize") ? ModelSpecParser.oneOf(node, "resize", Resize.class) : Resize.STRETCH;
        int pixelsMax = node.wholeNumber("pixels_max", PIXELS_MAX_DEFAULT, 1, PIXELS_MAX_MOST);
        return new Images(mean, std, channels, resize, pixelsMax);
    }

    /** Notes what does not fit. */
    static void check(YamlMapping root, Images images, List<TensorSpec> inputs) {
        List<Long> shape = inputs.isEmpty() ? List.of() : inputs.get(0).itemShape();
        boolean planes = inputs.size() == 1
                && inputs.get(0).type() == ElementType.FP32
                && shape.size() == 3
                && (shape.get(0) == 1 || shape.get(0) == CHANNELS_MAX)
                && shape.get(1) <= SIDE_MAX
                && shape.get(2) <= SIDE_MAX;
        if (!planes) {
            root.problemAt(
                    "inputs",
                    "does not fit image_classification",
                    "give one input, FP32, with shape [3, height, width] or [1, height, width], sides at most "
                            + SIDE_MAX);
            return;
        }
        for (List<Double> numbers : List.of(images.mean(), images.std())) {
            if (!numbers.isEmpty() && numbers.size() != shape.get(0)) {
                root.problemAt(
                        "image_classification",
                        "has " + numbers.size() + " numbers in mean or std for " + shape.get(0) + " channels",
                        "give one for each channel");
            }
        }
    }
}
