package io.bellwether.worker.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Texts of {@code config.pbtxt}. */
class TritonConfigFuzzTest {
    private static final int PROBLEM_CHARACTERS_MAX = 1_000;

    @FuzzTest(maxDuration = "1m")
    void read(byte[] pbtxt) {
        // When
        Description description = TritonConfigReader.read(new String(pbtxt, StandardCharsets.UTF_8), "m");
        ParsedSpec parsed = ModelSpecParser.parse(description);

        // Then
        isReadable(description.notes());
        if (parsed instanceof ParsedSpec.Refused refused) {
            assertThat(refused.problems()).isNotEmpty();
            isReadable(refused.problems());
        } else {
            ModelSpec spec = ((ParsedSpec.Valid) parsed).spec();
            assertThat(spec.inputs()).isNotEmpty();
            assertThat(spec.outputs()).isNotEmpty();
            assertThat(spec.maxBatchSize()).isBetween(0, 1024);
            assertThat(ModelYaml.write((ParsedSpec.Valid) parsed)).isNotBlank();
        }
    }

    private static void isReadable(List<SpecProblem> problems) {
        assertThat(problems).allSatisfy(problem -> {
            assertThat(problem.line()).isNotNegative();
            assertThat(problem.text()).hasSizeLessThan(PROBLEM_CHARACTERS_MAX).matches("[\\x20-\\x7e]*");
        });
    }
}
