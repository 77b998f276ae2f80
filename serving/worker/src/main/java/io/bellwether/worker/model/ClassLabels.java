package io.bellwether.worker.model;

import io.bellwether.protocol.Decoded;
import io.bellwether.protocol.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Reads the names of classes from a file: one a line, in the order of the classes, UTF-8. */
final class ClassLabels {
    private static final int BYTES_MAX = 1_048_576;
    private static final int LABELS_MAX = 65_536;
    private static final int CHARACTERS_MAX = 200;

    private ClassLabels() {}

    /** The names, or why the file holds none. */
    static Decoded<List<String>> read(Path file) {
        String what = "its class_labels " + file.getFileName() + " ";
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
