package io.bellwether.engine;

import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** The TorchScript programs of the tests, with their declarations. {@code src/test/programs} makes them. */
final class TestPrograms {
    private TestPrograms() {}

    static ModelSource source(String program, List<TensorSpec> inputs, List<TensorSpec> outputs) {
        return new ModelSource(program + "/1", file(program), inputs, outputs, ComputeDevice.CPU);
    }

    static Path file(String program) {
        return resource(program + ".pt");
    }

    static Path resource(String name) {
        URL url = Objects.requireNonNull(TestPrograms.class.getResource("/programs/" + name), name);
        try {
            return Path.of(url.toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    static TensorSpec spec(String name, ElementType type, Long... itemShape) {
        return new TensorSpec(name, type, List.of(itemShape));
    }

    /** y = x W + b, W = 0..11 in rows of three, b = (0.5, -0.5, 0.25). */
    static ModelSource linear() {
        return source("linear", List.of(spec("x", ElementType.FP32, 4L)), List.of(spec("y", ElementType.FP32, 3L)));
    }

    /** Returns its input; throws above 100. */
    static ModelSource picky() {
        return source("picky", List.of(spec("x", ElementType.FP32, 2L)), List.of(spec("y", ElementType.FP32, 2L)));
    }

    /** A network of 64, 32 and 10 units. */
    static ModelSource mlp() {
        return source(
                "mlp", List.of(spec("image", ElementType.FP32, 64L)), List.of(spec("scores", ElementType.FP32, 10L)));
    }

    static BatchBuffers floats(int items, int perItem, double... values) {
        return new BatchBuffers(
                items, List.of(Elements.tensor(ElementType.FP32, List.of((long) items, (long) perItem), values)));
    }
}
