package io.bellwether.deploy.pretrained;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weights out of an ONNX file into a program. The field numbers here are those of the ONNX specification. */
class OnnxWeightsTest {
    @TempDir
    private Path folder;

    @Test
    void tensorsAreFoundByNameWhateverStandsAroundThem() throws IOException {
        // Given
        Path onnx = onnx(tensor("first", new byte[] {1, 2, 3, 4}), tensor("second", new byte[] {5, 6}));

        // When
        OnnxWeights weights = OnnxWeights.of(onnx);

        // Then
        assertThat(bytes(weights.raw("first").orElseThrow())).containsExactly(1, 2, 3, 4);
        assertThat(bytes(weights.raw("second").orElseThrow())).containsExactly(5, 6);
        assertThat(weights.raw("third")).isEmpty();
    }

    @Test
    void weightsGoWhereTheListSays() throws IOException {
        // Given
        Path onnx = onnx(tensor("first", new byte[] {1, 2, 3, 4}), tensor("second", new byte[] {5, 6}));
        Path target = folder.resolve("model.pt");

        // When
        template("model/data/0\t2\tsecond\nmodel/data/1\t4\tfirst\n").fill(OnnxWeights.of(onnx), target);

        // Then
        try (ZipFile zip = new ZipFile(target.toFile())) {
            assertThat(zip.stream()).extracting(ZipEntry::getMethod).containsOnly(ZipEntry.STORED);
            assertThat(entry(zip, "model/code.py")).isEqualTo("pass".getBytes(StandardCharsets.UTF_8));
            assertThat(entry(zip, "model/data/0")).containsExactly(5, 6);
            assertThat(entry(zip, "model/data/1")).containsExactly(1, 2, 3, 4);
        }
    }

    @Test
    void weightsOfAnotherModelAreRefused() throws IOException {
        // Given
        OnnxWeights weights = OnnxWeights.of(onnx(tensor("first", new byte[] {1, 2, 3, 4})));

        // When, Then
        assertThatThrownBy(() -> template("model/data/0\t8\tfirst\n").fill(weights, folder.resolve("a.pt")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no 'first' of 8 bytes");
        assertThatThrownBy(() -> template("model/data/0\t4\tother\n").fill(weights, folder.resolve("b.pt")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no 'other' of 4 bytes");
    }

    @Test
    void aFileThatIsCutOffIsRefused() throws IOException {
        // Given
        Path onnx = onnx(tensor("first", new byte[] {1, 2, 3, 4}));
        byte[] whole = Files.readAllBytes(onnx);
        Files.write(
                onnx,
                ByteBuffer.allocate(whole.length - 3)
                        .put(whole, 0, whole.length - 3)
                        .array());

        // When, Then
        assertThatThrownBy(() -> OnnxWeights.of(onnx)).isInstanceOf(IOException.class);
    }

    private ProgramTemplate template(String weights) throws IOException {
        Path program = folder.resolve("program.template");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(program))) {
            zip.putNextEntry(new ZipEntry("model/code.py"));
            zip.write("pass".getBytes(StandardCharsets.UTF_8));
        }
        return new ProgramTemplate(program, Files.writeString(folder.resolve("weights.tsv"), weights));
    }

    /** A model with a version before and a producer after its graph, and a node before the tensors of the graph. */
    private Path onnx(byte[]... tensors) throws IOException {
        ByteArrayOutputStream graph = new ByteArrayOutputStream();
        CodedOutputStream inGraph = CodedOutputStream.newInstance(graph);
        inGraph.writeByteArray(1, new byte[] {10, 1, 'x'});
        for (byte[] tensor : tensors) {
            inGraph.writeByteArray(5, tensor);
        }
        inGraph.flush();
        ByteArrayOutputStream model = new ByteArrayOutputStream();
        CodedOutputStream inModel = CodedOutputStream.newInstance(model);
        inModel.writeInt64(1, 7);
        inModel.writeByteArray(7, graph.toByteArray());
        inModel.writeString(2, "test");
        inModel.flush();
        return Files.write(folder.resolve("model.onnx"), model.toByteArray());
    }

    private static byte[] tensor(String name, byte[] raw) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        out.writeInt64(1, raw.length);
        out.writeInt32(2, 1);
        out.writeString(8, name);
        out.writeByteArray(9, raw);
        out.flush();
        return bytes.toByteArray();
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    private static byte[] entry(ZipFile zip, String name) throws IOException {
        return zip.getInputStream(zip.getEntry(name)).readAllBytes();
    }
}
