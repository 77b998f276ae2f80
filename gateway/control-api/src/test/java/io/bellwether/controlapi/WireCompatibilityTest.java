package io.bellwether.controlapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import io.bellwether.controlapi.log.Advance;
import io.bellwether.controlapi.log.Command;
import io.bellwether.controlapi.log.ControlSnapshot;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * The control log is kept for ever, so every program must read what any older one wrote. {@code wire.txt} pins each
 * field; lines may be added to it, never changed or removed.
 */
class WireCompatibilityTest {

    @Test
    void fieldsKeepTheirNumbersAndTypes() throws IOException {
        // Given
        List<String> pinned;
        try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream("/wire.txt"))) {
            pinned = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        }

        // When
        List<String> lines = new ArrayList<>();
        describe(Command.getDescriptor().getFile(), lines);
        describe(ControlSnapshot.getDescriptor().getFile(), lines);

        // Then
        assertThat(lines)
                .as("wire.txt should read:%n%s", String.join("\n", lines))
                .isEqualTo(pinned);
    }

    /** Written by hand from the encoding rules of Protocol Buffers: tag 1 and 2 are strings, tag 21 a message. */
    @Test
    void aCommandHasTheBytesThatTheEncodingRulesGive() throws IOException {
        byte[] bytes = HexFormat.of().parseHex("0a0161" + "12016d" + "aa01020801");

        Command command = Command.newBuilder()
                .setId("a")
                .setModel("m")
                .setAdvance(Advance.newBuilder().setToStep(1))
                .build();

        assertThat(command.toByteArray()).isEqualTo(bytes);
        assertThat(Command.parseFrom(bytes)).isEqualTo(command);
    }

    @Test
    void anActionOfANewerProgramReadsAsNoAction() throws IOException {
        // Given: tag 99, a message that this program does not know
        byte[] bytes = HexFormat.of().parseHex("0a0161" + "9a0600");

        Command command = Command.parseFrom(bytes);

        assertThat(command.getActionCase()).isEqualTo(Command.ActionCase.ACTION_NOT_SET);
        assertThat(command.toByteArray()).isEqualTo(bytes);
    }

    @Test
    void topicNamesArePinned() {
        assertThat(ControlTopics.CONTROL_LOG).isEqualTo("control.log.v1");
        assertThat(ControlTopics.CONTROL_LOG_PARTITIONS).isEqualTo(1);
    }

    private static void describe(FileDescriptor file, List<String> lines) {
        file.getEnumTypes().forEach(type -> describe(type, lines));
        for (Descriptor message : file.getMessageTypes()) {
            message.getFields().forEach(field -> lines.add(describe(field)));
            message.getEnumTypes().forEach(type -> describe(type, lines));
        }
    }

    private static String describe(FieldDescriptor field) {
        String type = field.getType() == FieldDescriptor.Type.MESSAGE
                ? field.getMessageType().getName()
                : field.getType().name().toLowerCase(Locale.ROOT);
        String place = field.getContainingOneof() == null
                ? ""
                : " in " + field.getContainingOneof().getName();
        return field.getFullName() + " = " + field.getNumber() + (field.isRepeated() ? " repeated " : " ") + type
                + place;
    }

    private static void describe(EnumDescriptor type, List<String> lines) {
        type.getValues()
                .forEach(value -> lines.add(type.getFullName() + "." + value.getName() + " = " + value.getNumber()));
    }
}
