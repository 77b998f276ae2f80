package io.bellwether.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.cli.Shell.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The script is run by a real bash. */
@Timeout(60)
class CompletionCommandTest {

    /** The program itself, as far as it is asked for ids. */
    private static final String LIST =
            "bellwether() { [ \"$*\" = 'rollout list --ids --timeout 2s' ] && printf 'digits-2\\ndigits-3\\nfraud-1\\n'; }; ";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "r | route rollout",
                "rollout pro | promote",
                "model s | show stable",
                "route s | show",
                "ex | export",
                "rollout create --cand | --candidate",
                "model list --output _ | text json",
                "completion _ | bash zsh",
                "rollout promote _ | digits-2 digits-3 fraud-1",
                "rollout pause dig | digits-2 digits-3",
                "rollout watch --int | --interval",
                "do | down"
            })
    void bashCompletesWordsOptionsAndValues(String line, String expected) throws Exception {
        // Given
        Ran ran = Shell.run("completion", "bash", "--verb", "up", "--verb", "down", "--verb", "model");

        // When
        assertThat(ran.code()).isZero();
        String completed = complete(ran.out(), line.split(" "));

        // Then
        assertThat(completed.split(" ")).containsAll(Arrays.asList(expected.split(" ")));
    }

    @Test
    void zshGetsItsOwnBeginning() {
        assertThat(Shell.run("completion", "zsh").out()).contains("ZSH_VERSION", "bashcompinit");
    }

    @Test
    void noVariableOfTheScriptIsOneThatZshKeepsForItself() {
        assertThat(Shell.run("completion", "zsh").out())
                .doesNotContainPattern("local (status|pipestatus|path|argv)\\b");
    }

    /** What bash would offer for the last of the words; an underscore stands for none yet. */
    private String complete(String script, String... words) throws IOException, InterruptedException {
        Path file = Files.writeString(folder.resolve("completion.sh"), script);
        String line = "bellwether '" + String.join("' '", words).replace("_", "") + "'";
        // bash lets nobody set options of a completion but while it completes
        String program = "compopt() { :; }; source '" + file + "'; " + LIST + "COMP_WORDS=(" + line + "); COMP_CWORD="
                + words.length + "; _complete_bellwether_with_ids; echo \"${COMPREPLY[*]}\"";
        Path out = folder.resolve("out.txt");
        Process bash = new ProcessBuilder("bash", "--norc", "-c", program)
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        assertThat(bash.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return Files.readString(out).strip();
    }
}
