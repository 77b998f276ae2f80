package io.bellwether.worker.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import io.bellwether.protocol.oip.ModelConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** Nothing that a {@code config.pbtxt} may say is passed over in silence, unless it asks for what is done here anyway. */
class TritonFieldsTest {
    private static final String TABLE = "/io/bellwether/worker/model/triton-fields.txt";
    private static final String TENSORS =
            """
            input { name: "x" data_type: TYPE_FP32 dims: 2 }
            output { name: "y" data_type: TYPE_FP32 dims: 2 }
            """;
    private static final String USUAL = "max_batch_size: 4\n" + TENSORS;

    /** What becomes of a field. */
    enum Fate {
        READ,
        WITHOUT_EFFECT,
        NOTED,
        REFUSED
    }

    @ParameterizedTest(name = "{0}: {2}")
    @CsvFileSource(resources = TABLE, delimiter = '|', quoteCharacter = '`')
    void aFieldIsReadOrNamedWithWhatToDo(String field, String text, Fate fate, String words) {
        // Given
        Description usual = TritonConfigReader.read(USUAL, "m");
        String base = field.equals("ModelConfig.max_batch_size") ? TENSORS : USUAL;

        // When
        Description description = TritonConfigReader.read(base + text + "\n", "m");
        ParsedSpec parsed = ModelSpecParser.parse(description);

        // Then
        switch (fate) {
            case READ ->
                assertThat(parsed).isInstanceOf(ParsedSpec.Valid.class).isNotEqualTo(ModelSpecParser.parse(usual));
            case WITHOUT_EFFECT -> {
                assertThat(parsed).isEqualTo(ModelSpecParser.parse(usual));
                assertThat(found(description.notes())).isSubsetOf(found(usual.notes()));
            }
            case NOTED -> {
                assertThat(parsed).isInstanceOf(ParsedSpec.Valid.class);
                assertThat(description.notes()).anySatisfy(note -> names(note, words));
            }
            case REFUSED ->
                assertThat(parsed)
                        .isInstanceOfSatisfying(ParsedSpec.Refused.class, refused -> assertThat(refused.problems())
                                .anySatisfy(problem -> names(problem, words)));
        }
        assertThat(String.join("\n", all(parsed))).doesNotContain("is not a field", "cannot be read");
    }

    @Test
    void theTableHasEveryFieldThatIsReadHere() throws IOException {
        // Given
        Set<String> here = new TreeSet<>();
        collect(ModelConfig.getDescriptor(), here);

        // Then
        assertThat(fields()).doesNotHaveDuplicates().hasSize(164).containsAll(here);
    }

    /** It has the words, and says what to do at its place in the file. */
    private static void names(SpecProblem problem, String words) {
        assertThat(problem.text()).contains(words);
        assertThat(problem.fix()).isNotBlank();
        assertThat(problem.line()).isPositive();
    }

    private static List<String> found(List<SpecProblem> notes) {
        return notes.stream().map(SpecProblem::found).toList();
    }

    private static List<String> all(ParsedSpec parsed) {
        return parsed instanceof ParsedSpec.Refused refused
                ? refused.problems().stream().map(SpecProblem::text).toList()
                : List.of();
    }

    private static List<String> fields() throws IOException {
        try (InputStream table = Objects.requireNonNull(TritonFieldsTest.class.getResourceAsStream(TABLE))) {
            return new String(table.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.substring(0, line.indexOf(' ')))
                    .collect(Collectors.toCollection(ArrayList::new));
        }
    }

    private static void collect(Descriptor message, Set<String> fields) {
        for (FieldDescriptor field : message.getFields()) {
            boolean isEntry = message.getOptions().getMapEntry();
            boolean isNew = isEntry
                    || fields.add(message.getFullName().substring("inference.".length()) + "." + field.getName());
            if (isNew && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
                collect(field.getMessageType(), fields);
            }
        }
    }
}
