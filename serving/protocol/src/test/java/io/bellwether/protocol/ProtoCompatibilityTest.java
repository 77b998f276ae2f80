package io.bellwether.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import io.bellwether.protocol.capacity.CapacityRequest;
import io.bellwether.protocol.hop.GatewayTurn;
import io.bellwether.protocol.oip.ModelInferRequest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Names, numbers and types on the wire are what the {@code .contract.txt} files say, line by line. */
class ProtoCompatibilityTest {

    @Test
    void theOpenInferenceProtocolHasNotChanged() throws Exception {
        assertPinned(
                "/open_inference.contract.txt",
                ModelInferRequest.getDescriptor().getFile());
    }

    @Test
    void theStreamBetweenGatewayAndWorkerHasNotChanged() throws Exception {
        assertPinned("/hop.contract.txt", GatewayTurn.getDescriptor().getFile());
    }

    @Test
    void whatWorkersSayOfTheirCapacityHasNotChanged() throws Exception {
        assertPinned("/capacity.contract.txt", CapacityRequest.getDescriptor().getFile());
    }

    private static void assertPinned(String name, FileDescriptor descriptor) throws IOException {
        // Given
        List<String> pinned;
        try (InputStream file = ProtoCompatibilityTest.class.getResourceAsStream(name)) {
            pinned = new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        }

        // When
        List<String> actual = contract(descriptor);

        // Then
        assertThat(String.join("\n", actual)).isEqualTo(String.join("\n", pinned));
    }

    private static List<String> contract(FileDescriptor file) {
        Set<String> lines = new TreeSet<>();
        for (ServiceDescriptor service : file.getServices()) {
            for (MethodDescriptor method : service.getMethods()) {
                lines.add("rpc " + service.getFullName() + "/" + method.getName() + "("
                        + method.getInputType().getFullName() + ") "
                        + method.getOutputType().getFullName());
            }
        }
        file.getMessageTypes().forEach(message -> describe(message, lines));
        return List.copyOf(lines);
    }

    private static void describe(Descriptor message, Set<String> lines) {
        for (FieldDescriptor field : message.getFields()) {
            lines.add(String.format(
                    "%s %03d %s %s%s",
                    message.getFullName(),
                    field.getNumber(),
                    field.getName(),
                    field.isRepeated() ? "repeated " : "",
                    field.getType().name()));
        }
        message.getNestedTypes().forEach(nested -> describe(nested, lines));
    }
}
