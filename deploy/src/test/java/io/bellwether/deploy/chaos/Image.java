package io.bellwether.deploy.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A held-out image, as the numbers of a request. */
record Image(String pixels) {
    static List<Image> first(Path file, int count) throws IOException {
        try (var lines = Files.lines(file)) {
            return lines.skip(1)
                    .limit(count)
                    .map(line -> new Image(line.substring(0, line.lastIndexOf(','))))
                    .toList();
        }
    }

    String request(String id) {
        return "{\"id\":\"" + id
                + "\",\"inputs\":[{\"name\":\"image\",\"datatype\":\"FP32\",\"shape\":[1,64],\"data\":[" + pixels
                + "]}]}";
    }
}
