package io.bellwether.worker.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.bellwether.engine.ElementType;
import io.bellwether.engine.TensorSpec;
import io.bellwether.worker.archive.TarBytes;
import io.bellwether.worker.model.ModelRepository.Broken;
import io.bellwether.worker.model.ModelRepository.Entry;
import io.bellwether.worker.model.ModelRepository.Loadable;
import io.bellwether.worker.program.ProgramBytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole folders, as they come from other servers and from archives. */
class ModelFolderTest {
    private static final String YAML =
            """
            max_batch_size: 4
            inputs: [{name: x, datatype: FP32, shape: [2]}]
            outputs: [{name: y, datatype: FP32, shape: [2]}]
            """;

    private static final String TENSORS_OF_TRITON =
            """
            input { name: "x" data_type: TYPE_FP32 dims: 2 }
            output { name: "y" data_type: TYPE_FP32 dims: 2 }
            """;

    private static final byte[] GRAPH = ProgramBytes.onnx(new long[] {-1, 2}, new long[] {-1, 2});

    @TempDir
    Path root;

    @Test
    void aLinkToNothingIsNotTakenForAMissingDescription() throws IOException {
        // Given: a graph that alone would describe itself
        write("m/1/model.onnx", GRAPH);
        Files.createSymbolicLink(root.resolve("m/model.yaml"), root.resolve("nothing.yaml"));

        // When
        List<Entry> entries = scan();

        // Then
        assertThat(entries).hasSize(1);
        assertThat(((Broken) entries.get(0)).reason()).startsWith("model.yaml is no file: a link to nothing");
    }

    @Test
    void aFolderOfTritonLoadsAsItIs() throws IOException {
        // Given
        write(
                "m/config.pbtxt",
                """
                backend: "pytorch"
                max_batch_size: 4
                input { name: "INPUT__0" data_type: TYPE_FP32 dims: 2 }
                output { name: "OUTPUT__0" data_type: TYPE_FP32 dims: 2 }
                """);
        write("m/1/model.pt", ProgramBytes.torchScript());
        write("m/2/model.pt", ProgramBytes.torchScript());

        // When
        List<Entry> entries = scan();

        // Then
        assertThat(entries).extracting(Entry::version).containsExactly("2");
        assertThat(((Loadable) entries.get(0)).spec().maxBatchSize()).isEqualTo(4);
    }

    @Test
    void aGraphSaysWhatADescriptionLeavesOut() throws IOException {
        // Given
        write("bare/1/model.onnx", GRAPH);
        write("single/1/model.onnx", ProgramBytes.onnx(new long[] {1, 2}, new long[] {1, 2}));
        write("half/model.yaml", "max_batch_size: 3\noutputs: [{name: y, datatype: FP32, shape: [2]}]\n");
        write("half/1/model.onnx", GRAPH);
        write("triton/config.pbtxt", "platform: \"onnxruntime_onnx\"\n");
        write("triton/7/model.onnx", GRAPH);
        write("djl/serving.properties", "engine=OnnxRuntime\nbatch_size=5\n");
        write("djl/encoder.onnx", GRAPH);

        // When
        List<Entry> entries = scan();

        // Then
        assertThat(entries)
                .allMatch(Loadable.class::isInstance)
                .extracting(entry -> entry.model() + "/" + entry.version() + " "
                        + ((Loadable) entry).spec().maxBatchSize())
                .containsExactly("bare/1 8", "djl/1 5", "half/1 3", "single/1 1", "triton/7 8");
        assertThat(entries)
                .allSatisfy(entry -> assertThat(((Loadable) entry).spec().inputs())
                        .containsExactly(new TensorSpec("x", ElementType.FP32, List.of(2L))));
    }

    /** Found by a user: a list in the place of keys took the whole repository out of service. */
    @ParameterizedTest
    @ValueSource(strings = {"- a", "hello", "~", "42", "[1, 2]"})
    void aDescriptionWithoutKeysIsRefusedAndTheGraphBesideItHelpsNothing(String yaml) throws IOException {
        write("m/model.yaml", yaml);
        write("m/1/model.onnx", GRAPH);

        assertThat(reason("m", "1")).contains("model.yaml");
    }

    @Test
    void whatAGraphLeavesOpenIsOpenAndATypeThatDoesNotRunIsNamed() throws IOException {
        // Given
        write("open/1/model.onnx", ProgramBytes.onnx(new long[] {-1, -1}, new long[] {-1, 2}));
        UnknownFieldSet graph = UnknownFieldSet.newBuilder()
                .addField(11, ProgramBytes.bytes(ProgramBytes.tensor("x", 14, -1, 2)))
                .addField(12, ProgramBytes.bytes(ProgramBytes.tensor("y", 1)))
                .build();
        write("strange/1/model.onnx", ProgramBytes.onnx(graph));

        // Then
        assertThat(spec("open").inputs()).containsExactly(new TensorSpec("x", ElementType.FP32, List.of(-1L)));
        assertThat(reason("strange", "1"))
                .contains("inputs[0].datatype is 'ONNX type 14'")
                .contains("outputs cannot be derived, because the graph does not give 'y' a batch dimension");
    }

    @Test
    void aGraphOfShortIntegersIsToldWhatToDoAndOneOfBrainFloatsIsTaken() throws IOException {
        // Given
        write("short/1/model.onnx", ProgramBytes.onnx(graphOf(5)));
        write("brain/1/model.onnx", ProgramBytes.onnx(graphOf(16)));

        // Then
        assertThat(reason("short", "1"))
                .startsWith(
                        "input 'x' is INT16, which an ONNX graph cannot take or give here; add a Cast to INT32 to the"
                                + " graph, or export the model as TorchScript");
        assertThat(spec("brain").inputs()).containsExactly(new TensorSpec("x", ElementType.BF16, List.of(2L)));
    }

    /** With one input and one output of that type of ONNX. */
    private static UnknownFieldSet graphOf(int type) {
        return UnknownFieldSet.newBuilder()
                .addField(11, ProgramBytes.bytes(ProgramBytes.tensor("x", type, -1, 2)))
                .addField(12, ProgramBytes.bytes(ProgramBytes.tensor("y", type, -1, 2)))
                .build();
    }

    @Test
    void withoutABatchDimensionTheWholeShapeOfTheGraphIsTaken() throws IOException {
        // Given
        write("m/config.pbtxt", "backend: \"onnxruntime\"\nmax_batch_size: 0\n");
        write("m/1/model.onnx", ProgramBytes.onnx(new long[] {3, -1}, new long[] {-1, 2}));
        write(
                "n/config.pbtxt",
                """
                input { name: "x" data_type: TYPE_FP32 dims: [ 3, 4 ] }
                output { name: "y" data_type: TYPE_FP32 dims: [ 5 ] }
                """);
        write("n/1/model.onnx", ProgramBytes.onnx(new long[] {3, -1}, new long[] {-1, 2}));

        // Then
        ModelSpec spec = spec("m");
        assertThat(spec.maxBatchSize()).isZero();
        assertThat(spec.inputs()).containsExactly(new TensorSpec("x", ElementType.FP32, List.of(3L, -1L), false));
        assertThat(spec.outputs()).containsExactly(new TensorSpec("y", ElementType.FP32, List.of(-1L, 2L), false));
        assertThat(reason("n", "1"))
                .contains(
                        "output 'y' is declared with the shape [5] (max_batch_size is 0) and has [-1, 2] in the graph")
                .doesNotContain("input 'x'");
    }

    @Test
    void whatContradictsTheGraphIsNamed() throws IOException {
        // Given
        write(
                "m/model.yaml",
                """
                max_batch_size: 4
                inputs: [{name: x, datatype: INT64, shape: [3]}]
                outputs: [{name: z, datatype: FP32, shape: [2]}]
                """);
        write("m/1/model.onnx", GRAPH);
        write("m/2/model.onnx", ProgramBytes.onnx(new long[] {1, 3}, new long[] {-1, 2}));

        // Then
        assertThat(reason("m", "1"))
                .contains("input 'x' is declared INT64 and is FP32 in the graph")
                .contains("input 'x' is declared with the shape [3] behind the batch dimension and has [-1, 2]")
                .contains("output 'z' is not in the graph; it has [y]");
        assertThat(reason("m", "2"))
                .contains("input 'x' takes batches of exactly 1")
                .contains("set max_batch_size to 1");
    }

    @Test
    void aTorchScriptFolderOfDjlIsToldWhatToAdd() throws IOException {
        write("m/serving.properties", "engine=PyTorch\n");
        write("m/m.pt", ProgramBytes.torchScript());
        assertThat(reason("m", "1"))
                .contains("serving.properties has 2 problems: inputs is missing")
                .contains("say it, without the batch dimension, in a model.yaml, for example inputs:");
    }

    @Test
    void aTorchScriptFolderOfTritonIsToldWhatToAddInItsOwnWords() throws IOException {
        write("m/config.pbtxt", "backend: \"pytorch\"\nmax_batch_size: 8\n");
        write("m/1/model.pt", ProgramBytes.torchScript());
        assertThat(reason("m", "1"))
                .contains("input is missing; list 1 to 32 tensors, each with name, data_type, dims")
                .contains("for example input { name: \"INPUT__0\" data_type: TYPE_FP32 dims: [ 3, 224, 224 ] }")
                .doesNotContain("model.yaml");
    }

    @Test
    void ofAnotherBackendNothingElseIsSaid() throws IOException {
        write("m/config.pbtxt", "backend: \"python\"\n");
        write("m/1/model.py", "print()");
        assertThat(reason("m", "1"))
                .isEqualTo(
                        "config.pbtxt has a problem: line 1: backend is 'python', which is not offered; export the model"
                                + " as TorchScript (backend: \"pytorch\") or ONNX (backend: \"onnxruntime\")");
    }

    @Test
    void ofAnotherEngineNothingElseIsSaid() throws IOException {
        write("m/serving.properties", "engine=Python\noption.model_id=org/model\nbatch_size=many\n");
        write("m/model.py", "print()");
        assertThat(reason("m", ""))
                .isEqualTo(
                        "serving.properties has a problem: line 1: engine is 'Python', which is not offered; export the"
                                + " model as TorchScript (engine=PyTorch) or ONNX (engine=OnnxRuntime)");
    }

    @Test
    void aGraphThatAsksForAGpuIsRefusedInTheWordsOfItsFile() throws IOException {
        // Given
        write("triton/config.pbtxt", "backend: \"onnxruntime\"\n\ninstance_group { kind: KIND_GPU }\n");
        write("triton/1/model.onnx", GRAPH);
        write("djl/serving.properties", "engine=OnnxRuntime\nload_on_devices=0\n");
        write("djl/model.onnx", GRAPH);
        write("yaml/model.yaml", YAML + "device: gpu\n");
        write("yaml/1/model.onnx", GRAPH);
        write("yaml/2/model.pt", ProgramBytes.torchScript());

        // Then
        assertThat(reason("triton", "1"))
                .isEqualTo(
                        "config.pbtxt line 3: instance_group.kind asks for KIND_GPU, and ONNX graphs run on the CPU only;"
                                + " set instance_group.kind to KIND_CPU");
        assertThat(reason("djl", "1"))
                .isEqualTo(
                        "serving.properties line 2: load_on_devices asks for a GPU, and ONNX graphs run on the CPU only;"
                                + " set load_on_devices to -1");
        assertThat(reason("yaml", "1"))
                .isEqualTo(
                        "model.yaml line 4: device asks for gpu, and ONNX graphs run on the CPU only; set device to cpu");
        assertThat(scan())
                .filteredOn(Loadable.class::isInstance)
                .singleElement()
                .satisfies(entry -> assertThat(entry.version()).isEqualTo("2"));
    }

    @Test
    void labelsOfATritonFolderAreTheNamesOfTheClasses() throws IOException {
        // Given
        String config =
                """
                platform: "onnxruntime_onnx"
                max_batch_size: 4
                input { name: "x" data_type: TYPE_FP32 dims: 2 }
                output { name: "y" data_type: TYPE_FP32 dims: 2 label_filename: "labels.txt" }
                """;
        for (String model : List.of("good", "absent", "short", "large", "upwards")) {
            write(model + "/config.pbtxt", config);
            write(model + "/1/model.onnx", GRAPH);
        }
        write("good/labels.txt", "cat\r\ndog\r\n");
        write("short/labels.txt", "cat\n");
        write("large/labels.txt", new byte[1_048_577]);
        write("upwards/config.pbtxt", config.replace("labels.txt", "../good/labels.txt"));

        // Then
        assertThat(scan())
                .filteredOn(Loadable.class::isInstance)
                .singleElement()
                .satisfies(entry -> assertThat(((Loadable) entry).classLabels()).containsExactly("cat", "dog"));
        assertThat(reason("absent", "1"))
                .isEqualTo(
                        "its label_filename labels.txt is missing; add it to the folder of the version or of the model");
        assertThat(reason("short", "1"))
                .isEqualTo("its label_filename labels.txt has 1 labels, and no output has so many elements a row");
        assertThat(reason("large", "1")).isEqualTo("its label_filename labels.txt has more than 1048576 bytes");
        assertThat(reason("upwards", "1"))
                .contains("line 4: label_filename is '../good/labels.txt'; give the name of a file in the folder of the"
                        + " version or of the model");
    }

    @Test
    void aChoiceOfVersionsThatAreNotThereIsNamed() throws IOException {
        // Given
        String specific = "platform: \"onnxruntime_onnx\"\nversion_policy { specific { versions: [ 5, 6 ] } }\n";
        write("triton/config.pbtxt", specific);
        write("triton/1/model.onnx", GRAPH);
        write("yaml/model.yaml", YAML + "versions: [5]\n");
        write("none/model.yaml", YAML);

        // Then
        assertThat(reason("triton", ""))
                .contains("input is missing")
                .contains(
                        " | has no version that is served: version_policy asks for 5, 6, and there is 1; add the folder 5");
        write("triton/config.pbtxt", specific + TENSORS_OF_TRITON);
        assertThat(reason("triton", ""))
                .isEqualTo(
                        "has no version that is served: version_policy asks for 5, 6, and there is 1; add the folder 5 with"
                                + " model.pt or model.onnx, or change version_policy");
        assertThat(reason("yaml", ""))
                .isEqualTo("has no version that is served: versions asks for 5; add the folder 5 with model.pt or"
                        + " model.onnx");
        assertThat(reason("none", ""))
                .isEqualTo("has no version that is served; add a folder such as 1 with model.pt or model.onnx");
    }

    @Test
    void aModelYamlGoesBeforeOtherDescriptions() throws IOException {
        // Given
        write("m/model.yaml", YAML);
        write("m/config.pbtxt", "not read");
        write("m/1/model.pt", ProgramBytes.torchScript());

        // When
        ModelFolder.Reading reading = ModelFolder.readPlace("m", root.resolve("m"), ModelRepository.unpackedIn(root));

        // Then
        assertThat(reading.entries()).allMatch(Loadable.class::isInstance);
        assertThat(reading.notes()).containsExactly("config.pbtxt is not read, because there is model.yaml");
    }

    @Test
    void aVersionThatIsAskedForAndNotThereIsNoted() throws IOException {
        write("m/model.yaml", YAML + "versions: [1, 1, 9]\n");
        write("m/1/model.pt", ProgramBytes.torchScript());

        ModelFolder.Reading reading = ModelFolder.readPlace("m", root.resolve("m"), ModelRepository.unpackedIn(root));

        assertThat(reading.entries()).allMatch(Loadable.class::isInstance);
        assertThat(reading.notes()).containsExactly("versions asks for 9 too, which is not there");
    }

    @Test
    void versionsAndTheirFileMayBeChosen() throws IOException {
        // Given
        write("m/model.yaml", YAML + "versions: [3, 1]\nprogram: net.pt\n");
        write("latest/model.yaml", YAML + "versions: {latest: 2}\n");
        for (String version : List.of("1", "2", "3")) {
            write("m/" + version + "/net.pt", ProgramBytes.torchScript());
            write("latest/" + version + "/model.pt", ProgramBytes.torchScript());
        }

        // Then
        assertThat(scan())
                .allMatch(Loadable.class::isInstance)
                .extracting(entry -> entry.model() + "/" + entry.version())
                .containsExactly("latest/2", "latest/3", "m/1", "m/3");
    }

    @Test
    void aModelAVersionAndAProgramMayBeArchives() throws IOException {
        // Given
        byte[] program = ProgramBytes.torchScript();
        write("whole.zip", zip(Map.of("whole/model.yaml", bytes(YAML), "whole/1/model.pt", program)));
        write(
                "graph.tar.gz",
                new TarBytes()
                        .file("model.onnx", new String(GRAPH, StandardCharsets.ISO_8859_1))
                        .gzip());
        write("parts/model.yaml", YAML);
        write("parts/1.zip", zip(Map.of("model.pt", program)));
        write("parts/2/packed.zip", zip(Map.of("model.pt", program)));

        // Then
        assertThat(scan())
                .allMatch(Loadable.class::isInstance)
                .extracting(entry -> entry.model() + "/" + entry.version())
                .containsExactly("graph/1", "parts/1", "parts/2", "whole/1");
        assertThat(root.resolve(".unpacked")).isDirectory();
    }

    @Test
    void aBadArchiveIsNamedAndTheOthersAreServed() throws IOException {
        // Given
        write("bad.zip", zip(Map.of("../model.pt", new byte[1])));
        write("twice.zip", zip(Map.of("model.yaml", bytes(YAML))));
        write("twice/model.yaml", YAML);
        write("m/model.yaml", YAML);
        write("m/1/model.pt", ProgramBytes.torchScript());
        write("m/2.tar.gz", new TarBytes().entry('2', "model.pt", "").gzip());

        // Then
        assertThat(reason("bad", ""))
                .isEqualTo(
                        "the archive bad.zip holds a name that has a part that is ..: '../model.pt'; rename it and pack"
                                + " again");
        assertThat(reason("twice", "")).contains("keep one of them");
        assertThat(reason("m", "2")).contains("the archive 2.tar.gz holds a link");
        assertThat(scan()).filteredOn(Loadable.class::isInstance).hasSize(1);
    }

    @Test
    void aFileThatIsNoProgramIsNamedByItsContent() throws IOException {
        // Given
        write("m/model.yaml", YAML);
        write("m/1/model.pt", "\u0080\u0002}q\0.".getBytes(StandardCharsets.ISO_8859_1));
        write("m/2/model.pt", GRAPH);
        write("m/3/model.onnx", ProgramBytes.torchScript());

        // Then
        assertThat(reason("m", "1")).startsWith("model.pt is a Python pickle, which runs code when it is opened; ");
        assertThat(reason("m", "2")).isEqualTo("model.pt is an ONNX graph; name it *.onnx");
        assertThat(reason("m", "3")).isEqualTo("model.onnx is TorchScript; name it *.pt");
    }

    @Test
    void weightsBesideAGraphMustBeThere() throws IOException {
        // Given
        for (String place : List.of("weights.bin", "../weights.bin")) {
            UnknownFieldSet entry = UnknownFieldSet.newBuilder()
                    .mergeFrom(text(1, "location"))
                    .mergeFrom(text(2, place))
                    .build();
            UnknownFieldSet graph = UnknownFieldSet.newBuilder()
                    .addField(
                            5,
                            ProgramBytes.bytes(UnknownFieldSet.newBuilder()
                                    .addField(13, ProgramBytes.bytes(entry))
                                    .build()))
                    .addField(11, ProgramBytes.bytes(ProgramBytes.tensor("x", 1, -1, 2)))
                    .addField(12, ProgramBytes.bytes(ProgramBytes.tensor("y", 1, -1, 2)))
                    .build();
            write((place.startsWith(".") ? "up" : "beside") + "/1/model.onnx", ProgramBytes.onnx(graph));
        }
        write("beside/1/weights.bin", new byte[3]);
        write("up/weights.bin", new byte[3]);

        // Then
        assertThat(scan().get(0)).isInstanceOf(Loadable.class);
        assertThat(reason("up", "")).contains("keeps weights in a file that is not beside it");
    }

    private List<Entry> scan() throws IOException {
        return new ModelRepository(root, 64).scan();
    }

    private ModelSpec spec(String model) throws IOException {
        return scan().stream()
                .filter(entry -> entry instanceof Loadable && entry.model().equals(model))
                .map(entry -> ((Loadable) entry).spec())
                .findFirst()
                .orElseThrow();
    }

    private String reason(String model, String version) throws IOException {
        return scan().stream()
                .filter(entry -> entry.model().equals(model) && entry.version().equals(version))
                .map(entry -> ((Broken) entry).reason())
                .findFirst()
                .orElseThrow();
    }

    private void write(String path, String text) throws IOException {
        write(path, bytes(text));
    }

    private void write(String path, byte[] content) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.write(file, content);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static UnknownFieldSet text(int field, String value) {
        return UnknownFieldSet.newBuilder()
                .addField(
                        field,
                        UnknownFieldSet.Field.newBuilder()
                                .addLengthDelimited(ByteString.copyFromUtf8(value))
                                .build())
                .build();
    }

    private static byte[] zip(Map<String, byte[]> files) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                zip.putNextEntry(new ZipEntry(file.getKey()));
                zip.write(file.getValue());
            }
        }
        return bytes.toByteArray();
    }
}
