package io.bellwether.worker.model;

import io.bellwether.engine.TensorSpec;
import io.bellwether.protocol.Decoded;
import io.bellwether.protocol.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Reads the names of classes from a file: one a line, in the order of the classes, UTF-8. */
final class ClassLabels {
    private static final int BYTES_MAX = 1_048_576;
    private static final int LABELS_MAX = 65_536;
    private static final int CHARACTERS_MAX = 200;

    private ClassLabels() {}

    /**
     * The names, or why there are none. They belong to every output that has so many elements a row.
     *
     * @param key what the description calls the file
     * @param name its name there
     * @param file where it is; empty when it is missing
     */
    static Decoded<List<String>> of(String key, String name, Optional<Path> file, ModelSpec spec) {
        String what = "its " + key + " " + name + " ";
        if (file.isEmpty()) {
            return Refusal.invalid(what + "is missing; add it to the folder of the version or of the model")
                    .as();
        }
        return read(file.get(), what)
                .then(labels -> spec.answers().stream()
                                .anyMatch(output -> !output.varies() && elementsPerRow(output) == labels.size())
                        ? Decoded.valid(labels)
                        : Refusal.invalid(what + "has " + labels.size()
                                        + " labels, and no output has so many elements a row")
                                .as());
    }

    private static long elementsPerRow(TensorSpec output) {
        return output.itemShape().stream().reduce(1L, Math::multiplyExact);
    }

    private static Decoded<List<String>> read(Path file, String what) {
        try {
            if (Files.size(file) > BYTES_MAX) {
                return Refusal.tooLarge(what + "has more than " + BYTES_MAX + " bytes")
                        .as();
            }
            List<String> labels =
                    Files.readString(file).lines().map(String::strip).toList();
            if (labels.isEmpty() || labels.size() > LABELS_MAX) {
                return Refusal.invalid(what + "has " + labels.size() + " lines; give 1 to " + LABELS_MAX)
                        .as();
            }
            for (int i = 0; i < labels.size(); i++) {
                if (!isLabel(labels.get(i))) {
                    return Refusal.invalid(what + "has no label in line " + (i + 1) + "; write 1 to " + CHARACTERS_MAX
                                    + " printable characters")
                            .as();
                }
            }
            return Decoded.valid(labels);
        } catch (IOException e) {
            return Refusal.invalid(what + "cannot be read; check that it is UTF-8 and permitted")
                    .as();
        }
    }

    private static boolean isLabel(String text) {
        return !text.isEmpty()
                && text.length() <= CHARACTERS_MAX
                && text.chars().noneMatch(Character::isISOControl);
    }
}
