package io.bellwether.worker.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import io.bellwether.worker.program.ProgramFile.Content;
import io.bellwether.worker.program.ProgramFile.Onnx;
import io.bellwether.worker.program.ProgramFile.Refused;
import io.bellwether.worker.program.ProgramFile.TorchScript;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProgramFileTest {
    private static final int MUTATIONS = 3_000;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"linear.pt", "identity.pt", "mlp.pt", "named.pt"})
    void realTorchScriptPasses(String name) throws IOException {
        assertThat(read(real(name))).isInstanceOf(TorchScript.class);
    }

    @Test
    void aRealGraphSaysWhatItTakesAndGives() throws IOException {
        // When
        Content content = read(real("linear.onnx"));

        // Then
        assertThat(content).isInstanceOf(Onnx.class);
        OnnxGraph graph = ((Onnx) content).graph();
        assertThat(graph.inputs()).containsExactly(new OnnxGraph.Tensor("x", "FP32", Optional.of(List.of(-1L, 4L))));
        assertThat(graph.outputs()).extracting(OnnxGraph.Tensor::name).containsExactly("total", "y");
    }

    @Test
    void weightsAmongTheInputsOfAGraphAreNoInputs() throws IOException {
        // Given
        UnknownFieldSet weights = UnknownFieldSet.newBuilder()
                .addField(8, text("w"))
                .addField(9, text("the numbers"))
                .build();
        UnknownFieldSet graph = UnknownFieldSet.newBuilder()
                .addField(5, ProgramBytes.bytes(weights))
                .addField(11, ProgramBytes.bytes(ProgramBytes.tensor("x", 7, -1, 3), ProgramBytes.tensor("w", 1, 3, 3)))
                .addField(12, ProgramBytes.bytes(ProgramBytes.tensor("y", 1, -1, 3)))
                .build();

        // When
        Content content = read(ProgramBytes.onnx(graph));

        // Then
        assertThat(content)
                .isEqualTo(new Onnx(new OnnxGraph(
                        List.of(new OnnxGraph.Tensor("x", "INT64", Optional.of(List.of(-1L, 3L)))),
                        List.of(new OnnxGraph.Tensor("y", "FP32", Optional.of(List.of(-1L, 3L)))),
                        List.of())));
    }

    @Test
    void weightsOutsideOfTheFileAreNamed() throws IOException {
        UnknownFieldSet place = UnknownFieldSet.newBuilder()
                .addField(1, text("location"))
                .addField(2, text("../../etc/passwd"))
                .build();
        UnknownFieldSet weights = UnknownFieldSet.newBuilder()
                .addField(8, text("w"))
                .addField(13, ProgramBytes.bytes(place))
                .build();
        UnknownFieldSet graph = UnknownFieldSet.newBuilder()
                .addField(5, ProgramBytes.bytes(weights))
                .addField(12, ProgramBytes.bytes(ProgramBytes.tensor("y", 1, -1, 3)))
                .build();

        assertThat(((Onnx) read(ProgramBytes.onnx(graph))).graph().externalFiles())
                .containsExactly("../../etc/passwd");
    }

    static Stream<Arguments> foreign() {
        return Stream.of(
                argumentSet("pickle, protocol 2", latin("\u0080\u0002}q\0."), "is a Python pickle, which runs code"),
                argumentSet("pickle, protocol 4", latin("\u0080\u0004\u0095\0\0\0"), "is a Python pickle"),
                argumentSet("pickle, protocol 5", latin("\u0080\u0005\u0095\0\0\0"), "is a Python pickle"),
                argumentSet("pickle, protocol 0", latin("cposix\nsystem\n(S'id'\ntR."), "is a Python pickle"),
                argumentSet("pickle, protocol 0, dict", latin("(dp0\nS'a'\n."), "is a Python pickle"),
                argumentSet(
                        "torch.save of old",
                        latin("\u0080\u0002\u008a\nl\u00fc\u009cF\u00f9 j\u00a8P\u0019.\u0080\u0002M\u00e9\u0003."),
                        "torch.save in its old form"),
                argumentSet("joblib", latin("\u0080\u0004\u0095cjoblib.numpy_pickle\n"), "skl2onnx"),
                argumentSet("joblib, compressed", zlib(latin("\u0080\u0004\u0095cjoblib\n")), "is a compressed pickle"),
                argumentSet(
                        "torch.save",
                        ProgramBytes.zip("m/data.pkl", "m/data/0", "m/version"),
                        "is a file of torch.save"),
                argumentSet("numpy", latin("\u0093NUMPY\1\0v\0{'descr': '<f4', "), "is a numpy array and no program"),
                argumentSet("numpy objects", latin("\u0093NUMPY\1\0v\0{'descr': '|O', "), "of objects, a pickle"),
                argumentSet("npz", ProgramBytes.zip("a.npy", "b.npy"), "holds numpy arrays"),
                argumentSet("HDF5", latin("\u0089HDF\r\n\u001a\n\0\0"), "is HDF5"),
                argumentSet(
                        "Keras",
                        ProgramBytes.zip("metadata.json", "config.json", "model.weights.h5"),
                        "model of Keras"),
                argumentSet("Java", latin("\u00ac\u00ed\0\5sr\0"), "is a serialized Java object"),
                argumentSet("safetensors", latin("\u0010\0\0\0\0\0\0\0{\"a\":{\"b\":1234}}"), "safetensors"),
                argumentSet("Git LFS", latin("version https://git-lfs.github.com/spec/v1\n"), "run git lfs pull"),
                argumentSet("HTML", latin("\n<!DOCTYPE html><html>"), "is HTML or XML"),
                argumentSet("nothing", new byte[0], "is empty"),
                argumentSet("text", latin("this is not TorchScript"), "is neither TorchScript nor ONNX"),
                argumentSet(
                        "a graph without outputs",
                        ProgramBytes.onnx(UnknownFieldSet.newBuilder().build()),
                        "neither"),
                argumentSet("some protobuf", latin("\u0008\u0001\u0012\u0002ab"), "is neither TorchScript nor ONNX"),
                argumentSet("Java archive", ProgramBytes.zip("META-INF/MANIFEST.MF"), "is a Java archive"),
                argumentSet("a zip", ProgramBytes.zip("notes.txt"), "is a zip without a TorchScript program"));
    }

    @ParameterizedTest
    @MethodSource("foreign")
    void whatIsNoProgramIsToldByItsContent(byte[] content, String said) throws IOException {
        assertThat(read(content)).isInstanceOf(Refused.class);
        assertThat(((Refused) read(content)).reason()).contains(said);
    }

    @Test
    void aPickleInFrontOfAProgramIsNoProgram() throws IOException {
        // Given
        ByteArrayOutputStream polyglot = new ByteArrayOutputStream();
        polyglot.writeBytes(latin("\u0080\u0002}q\0."));
        polyglot.writeBytes(ProgramBytes.torchScript());

        // Then
        assertThat(read(polyglot.toByteArray())).isInstanceOf(Refused.class);
    }

    @Test
    void aProgramWithSomethingBehindItIsRefused() throws IOException {
        byte[] program = ProgramBytes.torchScript();
        byte[] longer = Arrays.copyOf(program, program.length + 1);
        assertThat(((Refused) read(longer)).reason()).contains("behind its directory");
    }

    @Test
    void brokenFilesAreAnswersAndNeverErrors() throws IOException {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        List<byte[]> whole = List.of(real("linear.onnx"), real("linear.pt"), ProgramBytes.torchScript());
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] content = whole.get(random.nextInt(whole.size())).clone();
            for (int flips = random.nextInt(8); flips >= 0; flips--) {
                content[random.nextInt(content.length)] = (byte) random.nextInt();
            }
            int length = random.nextInt(3) == 0 ? random.nextInt(content.length) : content.length;
            assertThat(read(Arrays.copyOf(content, length)))
                    .as("seed %d, round %d", seed, i)
                    .isNotNull();
        }
    }

    private Content read(byte[] content) throws IOException {
        return ProgramFile.read(Files.write(folder.resolve("file"), content));
    }

    private static byte[] real(String name) throws IOException {
        try (InputStream in = ProgramFileTest.class.getResourceAsStream("/programs/" + name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        }
    }

    private static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] zlib(byte[] content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DeflaterOutputStream out = new DeflaterOutputStream(bytes)) {
            out.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static Field text(String value) {
        return Field.newBuilder()
                .addLengthDelimited(ByteString.copyFromUtf8(value))
                .build();
    }
}
