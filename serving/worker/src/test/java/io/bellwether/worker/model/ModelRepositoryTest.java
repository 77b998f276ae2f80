package io.bellwether.worker.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bellwether.worker.model.ModelRepository.Broken;
import io.bellwether.worker.model.ModelRepository.Entry;
import io.bellwether.worker.model.ModelRepository.Loadable;
import io.bellwether.worker.program.ProgramBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelRepositoryTest {
    private static final String GOOD =
            """
            inputs: [{name: x, datatype: FP32, shape: [2]}]
            outputs: [{name: y, datatype: FP32, shape: [2]}]
            """;

    @TempDir
    Path root;

    @Test
    void versionsComeInNumericOrderAndOtherFoldersAreNoVersions() throws IOException {
        // Given
        model("digits", GOOD, "10", "2", "1");
        Files.createDirectories(root.resolve("digits/notes"));

        // When
        List<Entry> entries = scan();

        // Then
        assertThat(entries).extracting(Entry::version).containsExactly("1", "2", "10");
        assertThat(entries).allMatch(Loadable.class::isInstance);
    }

    @Test
    void oneVersionIsFoundWithoutALookAtOtherModels() throws IOException {
        // Given
        model("digits", GOOD, "1", "2", "03");
        model("other", GOOD, "1");
        ModelRepository repository = new ModelRepository(root, 1);

        // Then: two models would be too many for a scan
        assertThat(repository.find("digits", "2")).hasValueSatisfying(found -> {
            assertThat(found.model()).isEqualTo("digits");
            assertThat(found.program()).isEqualTo(root.resolve("digits/2/model.pt"));
        });
        assertThat(repository.find("digits", "3")).isEmpty();
        assertThat(repository.find("digits", "03")).as("refused").isEmpty();
        assertThat(repository.find("nobody", "1")).isEmpty();
    }

    @Test
    void foldersThatSomebodyMayTakeForVersionsAreRefusedWithTheRightName() throws IOException {
        // Given
        model("digits", GOOD, "1", "02", "0");
        model("lonely", GOOD, "01");
        Files.createDirectories(root.resolve("digits").resolve("9".repeat(19)));

        // When
        List<Entry> entries = scan();

        // Then
        assertThat(entries)
                .extracting(entry -> entry.model() + "/" + entry.version())
                .containsExactly("digits/1", "digits/0", "digits/02", "digits/" + "9".repeat(19), "lonely/01");
        assertThat(reason(entries, "digits", "02")).contains("rename it to 2");
        assertThat(reason(entries, "digits", "0")).endsWith("rename it");
        assertThat(reason(entries, "lonely", "01")).contains("rename it to 1");
    }

    @Test
    void namesThatCannotBePrintedAndForeignArchivesAreRefusedAndShown() throws IOException {
        // Given
        Files.createDirectories(root.resolve("n\u00e4me\u001b[31m"));
        Files.createDirectories(root.resolve("a".repeat(200)));
        Files.writeString(root.resolve("spaced name.zip"), "");
        Files.writeString(root.resolve("packed.tar.bz2"), "");

        // When
        List<Entry> entries = scan();

        // Then
        assertThat(entries)
                .extracting(Entry::model)
                .containsExactlyInAnyOrder("a".repeat(125) + "...", "n?me?[31m", "packed.tar.bz2", "spaced name");
        assertThat(reason(entries, "packed.tar.bz2", "")).contains("pack the model as .zip or .tar.gz");
        assertThat(reason(entries, "spaced name", "")).contains("is not a model name");
    }

    @Test
    void aBrokenModelDoesNotTouchTheOthers() throws IOException {
        // Given
        model("bad", "inputs: 7\nsurprise: 1\n", "1", "2");
        model("good", GOOD, "1");
        model("halfway", GOOD, "1");
        Files.createDirectories(root.resolve("halfway/2"));
        Files.createDirectories(root.resolve("nothing"));
        Files.createDirectories(root.resolve("bad name"));
        Files.createDirectories(root.resolve(".hidden"));
        Files.writeString(root.resolve("README"), "not a model");

        // When
        List<Entry> entries = scan();

        // Then
        assertThat(entries.stream().filter(Loadable.class::isInstance))
                .extracting(entry -> entry.model() + "/" + entry.version())
                .containsExactly("good/1", "halfway/1");
        assertThat(entries.stream().filter(Broken.class::isInstance))
                .extracting(entry -> entry.model() + "/" + entry.version())
                .containsExactlyInAnyOrder("bad name/", "bad/1", "bad/2", "halfway/2", "nothing/");
        assertThat(reason(entries, "bad", "2"))
                .contains("line 1: inputs is '7'")
                .contains("line 2: surprise is not a known key")
                .contains("outputs is missing");
        assertThat(reason(entries, "halfway", "2")).contains("model.pt or model.onnx is missing");
        assertThat(reason(entries, "nothing", "")).contains("model.yaml is missing");
    }

    @Test
    void aModelWithoutVersionsSaysSo() throws IOException {
        // Given
        model("empty", GOOD);

        // When
        List<Entry> entries = scan();

        // Then
        assertThat(reason(entries, "empty", "")).contains("has no version");
    }

    @Test
    void reasonsNameNoPathOfTheMachine() throws IOException {
        // Given
        model("binary", GOOD, "1");
        Files.write(root.resolve("binary/model.yaml"), new byte[] {(byte) 0xff, (byte) 0xfe, (byte) 0xc0});
        model("bad", "inputs: [", "1");

        // When
        List<Entry> entries = scan();

        // Then
        assertThat(entries).hasSize(2).allMatch(Broken.class::isInstance);
        assertThat(entries).allSatisfy(entry -> assertThat(((Broken) entry).reason())
                .doesNotContain(root.toString())
                .doesNotContain("Exception"));
    }

    @Test
    void aModelWithTooManyVersionsIsRefusedAndTheOthersAreServed() throws IOException {
        model("a", GOOD, "1");
        model("b", "nonsense", "1");
        model("many", GOOD, "1", "2", "3");
        model("z", GOOD, "1");

        List<Entry> entries = new ModelRepository(root, 2).scan();

        assertThat(entries.stream().filter(Loadable.class::isInstance).map(Entry::model))
                .containsExactly("a", "z");
        assertThat(reason(entries, "many", "")).contains("more than 2 versions", "worker.versions-max");
    }

    @Test
    void aMissingRepositoryIsAnError() {
        assertThatThrownBy(() -> new ModelRepository(root.resolve("absent"), 2).scan())
                .isInstanceOf(IOException.class);
    }

    private static final String TEXT =
            """
            inputs:
              - {name: input_ids, datatype: INT64, shape: [-1]}
              - {name: attention_mask, datatype: INT64, shape: [-1]}
            outputs: [{name: states, datatype: FP32, shape: [-1, 4]}]
            text_embedding: {}
            """;

    @Test
    void aTokenizerOfTheVersionGoesBeforeThatOfTheModel() throws IOException {
        // Given
        model("text", TEXT, "1", "2");
        Path shared = Files.writeString(root.resolve("text/tokenizer.json"), "{}");
        Path own = Files.writeString(root.resolve("text/2/tokenizer.json"), "{}");

        // When
        List<Entry> entries = scan();

        // Then
        assertThat(entries)
                .extracting(entry -> ((Loadable) entry).tokenizer())
                .containsExactly(Optional.of(shared), Optional.of(own));
    }

    @Test
    void aModelThatTakesTextNeedsATokenizer() throws IOException {
        model("text", TEXT, "1");
        assertThat(reason(scan(), "text", "1")).contains("tokenizer.json is missing");
    }

    @Test
    void labelsOfTheVersionGoBeforeThoseOfTheModel() throws IOException {
        // Given
        model("digits", GOOD + "class_labels: labels.txt\n", "1", "2");
        Files.writeString(root.resolve("digits/labels.txt"), "nought\none\n");
        Files.writeString(root.resolve("digits/2/labels.txt"), "zéro\r\n un \r\n");

        // When
        List<Entry> entries = scan();

        // Then
        assertThat(entries)
                .extracting(entry -> ((Loadable) entry).classLabels())
                .containsExactly(List.of("nought", "one"), List.of("zéro", "un"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "one | has 1 labels, and no output has so many elements a row",
                "'' | has 0 lines",
                "'a\n\nb' | has no label in line 2",
                "'a\u0007\nb' | has no label in line 1"
            })
    void labelsThatNameNoClassesAreRefused(String text, String reason) throws IOException {
        model("digits", GOOD + "class_labels: labels.txt\n", "1");
        Files.writeString(root.resolve("digits/labels.txt"), text);
        assertThat(reason(scan(), "digits", "1")).contains(reason);
    }

    @Test
    void labelsThatAreNotThereOrNoTextAreRefused() throws IOException {
        // Given
        model("digits", GOOD + "class_labels: labels.txt\n", "1");
        String missing = reason(scan(), "digits", "1");
        Files.write(root.resolve("digits/labels.txt"), new byte[] {(byte) 0xc3, 0x28});
        String broken = reason(scan(), "digits", "1");
        Files.write(root.resolve("digits/labels.txt"), new byte[1_048_577]);

        // When, Then
        assertThat(missing).contains("labels.txt is missing");
        assertThat(broken).contains("check that it is UTF-8");
        assertThat(reason(scan(), "digits", "1")).contains("more than 1048576 bytes");
    }

    @Test
    void aVersionIsAProgramOrAGraphAndNotBoth() throws IOException {
        // Given
        model("mixed", GOOD, "1", "2");
        Files.delete(root.resolve("mixed/1/model.pt"));
        Files.write(root.resolve("mixed/1/model.onnx"), ProgramBytes.onnx(new long[] {-1, 2}, new long[] {-1, 2}));
        Files.write(root.resolve("mixed/2/model.onnx"), new byte[] {1});

        // When
        List<Entry> entries = scan();

        // Then
        assertThat(((Loadable) entries.get(0)).platform()).isEqualTo("onnxruntime_onnx");
        assertThat(reason(entries, "mixed", "2")).contains("keep one of them");
    }

    private List<Entry> scan() throws IOException {
        return new ModelRepository(root, 64).scan();
    }

    private void model(String name, String yaml, String... versions) throws IOException {
        Files.createDirectories(root.resolve(name));
        Files.writeString(root.resolve(name).resolve("model.yaml"), yaml);
        for (String version : versions) {
            Path folder = Files.createDirectories(root.resolve(name).resolve(version));
            Files.write(folder.resolve("model.pt"), ProgramBytes.torchScript());
        }
    }

    private static String reason(List<Entry> entries, String model, String version) {
        return entries.stream()
                .filter(entry -> entry.model().equals(model) && entry.version().equals(version))
                .map(entry -> ((Broken) entry).reason())
                .findFirst()
                .orElseThrow();
    }
}
