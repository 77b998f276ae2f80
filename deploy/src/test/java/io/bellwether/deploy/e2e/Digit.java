package io.bellwether.deploy.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** A held-out image with its label. */
record Digit(List<Float> pixels, int label) {
    static List<Digit> all() throws IOException {
        try (var lines = Files.lines(Path.of("samples/data/digits-heldout.csv"))) {
            return lines.skip(1).map(Digit::parse).toList();
        }
    }

    /** The body of a REST request for this image. */
    String json() {
        return "{\"inputs\":[{\"name\":\"image\",\"datatype\":\"FP32\",\"shape\":[1,64],\"data\":" + pixels + "}]}";
    }

    private static Digit parse(String line) {
        var fields = line.split(",");
        var pixels =
                Arrays.stream(fields, 0, fields.length - 1).map(Float::valueOf).toList();
        return new Digit(pixels, Integer.parseInt(fields[fields.length - 1]));
    }
}
