package io.bellwether.worker.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/** Texts of {@code model.yaml}. */
class ModelSpecFuzzTest {

    @FuzzTest(maxDuration = "1m")
    void parse(byte[] yaml) {
        // When
        ParsedSpec parsed = ModelSpecParser.parse(new String(yaml, StandardCharsets.UTF_8));

        // Then
        if (parsed instanceof ParsedSpec.Refused refused) {
            assertThat(refused.problems()).isNotEmpty().allSatisfy(problem -> {
                assertThat(problem.line()).isPositive();
                assertThat(problem.toString()).hasSizeLessThan(4_000);
            });
        } else {
            ModelSpec spec = ((ParsedSpec.Valid) parsed).spec();
            assertThat(spec.inputs()).isNotEmpty();
            assertThat(spec.maxBatchSize()).isBetween(0, 1024);
        }
    }
}
