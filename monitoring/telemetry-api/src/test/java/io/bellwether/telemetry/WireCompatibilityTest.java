package io.bellwether.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import io.bellwether.telemetry.events.Feedback;
import io.bellwether.telemetry.events.Snapshot;
import io.bellwether.telemetry.events.Verdict;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Pins names, numbers and types of every field in {@code wire.txt}. A line may be added there. A line that changes or
 * goes breaks processes of another version that read the same topics, and the records already written.
 */
class WireCompatibilityTest {
    @Test
    void fieldsAreNeverRenumberedRetypedOrReused() throws IOException {
        // Given
        List<String> lines = new ArrayList<>();

        // When
        describe(Snapshot.getDescriptor().getFile(), lines);
        describe(Verdict.getDescriptor().getFile(), lines);
        describe(Feedback.getDescriptor().getFile(), lines);

        // Then
        assertThat(lines)
                .as("wire.txt should read:%n%s", String.join("\n", lines))
                .isEqualTo(pinned());
    }

    private static void describe(FileDescriptor file, List<String> lines) {
        file.getEnumTypes().forEach(type -> describe(type, lines));
        file.getMessageTypes().forEach(type -> describe(type, lines));
    }

    private static void describe(Descriptor message, List<String> lines) {
        for (FieldDescriptor field : message.getFields()) {
            String repeated = field.isMapField() ? "map " : field.isRepeated() ? "repeated " : "";
            lines.add("%s.%s = %d %s%s%s"
                    .formatted(
                            message.getFullName(),
                            field.getName(),
                            field.getNumber(),
                            repeated,
                            field.getType().name().toLowerCase(java.util.Locale.ROOT),
                            field.isPacked() ? " packed" : ""));
        }
        message.getEnumTypes().forEach(type -> describe(type, lines));
    }

    private static void describe(EnumDescriptor type, List<String> lines) {
        type.getValues()
                .forEach(value ->
                        lines.add("%s.%s = %d".formatted(type.getFullName(), value.getName(), value.getNumber())));
    }

    private static List<String> pinned() throws IOException {
        try (InputStream in = WireCompatibilityTest.class.getResourceAsStream("/wire.txt")) {
            return in == null
                    ? List.of()
                    : new String(in.readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .toList();
        }
    }
}
