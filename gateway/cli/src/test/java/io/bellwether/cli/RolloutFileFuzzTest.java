package io.bellwether.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Texts of rollout files. */
class RolloutFileFuzzTest {
    private static final int SENTENCE_CHARACTERS_PER_BYTE_MAX = 200;

    @FuzzTest(maxDuration = "1m")
    void parse(byte[] yaml) {
        // When
        RolloutFile.Read read = RolloutFile.parse(Path.of("r.yaml"), new String(yaml, StandardCharsets.UTF_8));

        // Then
        if (read instanceof RolloutFile.Read.Wrong wrong) {
            assertThat(wrong.sentence())
                    .startsWith("r.yaml")
                    .hasSizeLessThan(1_000 + SENTENCE_CHARACTERS_PER_BYTE_MAX * yaml.length);
        } else {
            assertThat(((RolloutFile.Read.Rollout) read).body().isObject()).isTrue();
        }
    }
}
