package io.bellwether.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Texts of guardrails files. */
class GuardrailsFileFuzzTest {
    private static final int SENTENCE_CHARACTERS_PER_BYTE_MAX = 300;

    @FuzzTest(maxDuration = "1m")
    void parse(byte[] yaml) {
        // When
        GuardrailsFile.Read read = GuardrailsFile.parse(Path.of("g.yaml"), new String(yaml, StandardCharsets.UTF_8));

        // Then
        if (read instanceof GuardrailsFile.Read.Wrong wrong) {
            assertThat(wrong.sentence())
                    .startsWith("g.yaml")
                    .hasSizeLessThan(1_000 + SENTENCE_CHARACTERS_PER_BYTE_MAX * yaml.length);
        } else {
            ((GuardrailsFile.Read.Guardrails) read).body().forEach(value -> assertThat(
                            value.isObject() || value.isTextual() || Double.isFinite(value.asDouble()))
                    .isTrue());
        }
    }
}
