package io.bellwether.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.benchmark.trace.Scenarios;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchmarkCommandTest {
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    private int run(String... args) {
        return BenchmarkCommand.run(new PrintStream(said, true, StandardCharsets.UTF_8), args);
    }

    @Test
    void oneCommandWritesResultsTableAndPlots(@TempDir Path folder) {
        assertThat(run("--scenario", "aa-600", "--scenario", "errors2-600", "--runs", "1", "--out", folder.toString()))
                .isZero();
        assertThat(folder.toFile().list())
                .containsExactlyInAnyOrder(
                        "aa-600-1.csv",
                        "errors2-600-1.csv",
                        "matrix.md",
                        "table.md",
                        "table.json",
                        "false-rollbacks.svg",
                        "detection.svg");
        // And the report alone can be made again
        assertThat(run("--report", "--out", folder.toString())).isZero();
    }

    @Test
    void chosenJudgesAloneWatch(@TempDir Path folder) throws IOException {
        assertThat(run("--scenario", "errors2-600", "--runs", "1", "--judge", "Bellwether", "--out", folder.toString()))
                .isZero();
        assertThat(Files.readAllLines(folder.resolve("errors2-600-1.csv")))
                .hasSize(2)
                .last(InstanceOfAssertFactories.STRING)
                .startsWith("errors2-600;1;Bellwether;ROLL_BACK;");
    }

    @Test
    void theListNamesEveryScenario() {
        assertThat(run("--list")).isZero();
        assertThat(Scenarios.all()).allSatisfy(scenario -> assertThat(said.toString(StandardCharsets.UTF_8))
                .contains(scenario.name()));
    }

    @Test
    void wrongArgumentsAreRefusedWithWhatToDo(@TempDir Path folder) {
        assertThat(run("--scenario", "nonsense")).isEqualTo(2);
        assertThat(run("--runs", "0")).isEqualTo(2);
        assertThat(run("--judge", "Solomon")).isEqualTo(2);
        assertThat(run("--report", "--out", folder.resolve("missing").toString()))
                .isEqualTo(2);
        assertThat(said.toString(StandardCharsets.UTF_8))
                .contains("no scenario is called nonsense; --list")
                .contains("at least 1")
                .contains("--judge takes these names: Flagger; Argo;")
                .contains("name another with --out");
    }
}
