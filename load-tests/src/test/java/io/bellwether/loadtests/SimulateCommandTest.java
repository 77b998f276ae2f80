package io.bellwether.loadtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class SimulateCommandTest {
    @TempDir
    Path folder;

    private static int run(StringWriter errors, String... arguments) {
        CommandLine line = new CommandLine(new SimulateCommand());
        line.setErr(new PrintWriter(errors, true));
        line.setExecutionExceptionHandler((problem, command, parsed) -> {
            command.getErr().println(problem.getMessage());
            return 2;
        });
        return line.execute(arguments);
    }

    @Test
    void theTableOfTheStudyHasARowForEachLoadAndAColumnForEachPolicy() throws Exception {
        // When
        int exit = run(new StringWriter(), "--seeds", "2", "--requests", "300", "--out", folder.toString());

        // Then
        assertThat(exit).isZero();
        assertThat(Files.readAllLines(folder.resolve("tables.md")))
                .hasSize(2 + 3 * 5 + 2 * 2)
                .first()
                .isEqualTo(
                        "| arrivals, load | greedy | delay | delay and timeout | early drop | ours | ours to early drop |");
        JsonNode cells =
                new ObjectMapper().readTree(folder.resolve("run.json").toFile()).path("cells");
        assertThat(cells).hasSize(19 * 5).allSatisfy(cell -> {
            double all = cell.path("onTimePercent").asDouble()
                    + cell.path("latePercent").asDouble()
                    + cell.path("refusedPercent").asDouble()
                    + cell.path("droppedPercent").asDouble();
            assertThat(all).isBetween(99.999, 100.001);
        });
    }

    @Test
    void aTraceIsPlayedByEachPolicy() throws Exception {
        // Given ten at once for a model that answers one in 3 ms, within 20 ms
        StringBuilder trace = new StringBuilder(Trace.HEADER + "\n");
        for (int i = 0; i < 10; i++) {
            trace.append("5,20,0,1\n");
        }
        Path file = Files.writeString(folder.resolve("trace.csv"), trace);

        // When
        int exit = run(
                new StringWriter(),
                "--trace",
                file.toString(),
                "--alpha-millis=2",
                "--beta-millis=1",
                "--sigma=0",
                "--slow-share=0",
                "--batch-max=1",
                "--seeds=1",
                "--out",
                folder.toString());

        // Then greedy answers six of them in time and the others for nobody, ours only those it can
        assertThat(exit).isZero();
        JsonNode cells =
                new ObjectMapper().readTree(folder.resolve("run.json").toFile()).path("cells");
        assertThat(cells.get(0).path("onTimePercent").asDouble()).isEqualTo(60);
        assertThat(cells.get(0).path("wastedPercent").asDouble()).isEqualTo(40);
        assertThat(cells.get(4).path("onTimePercent").asDouble()).isBetween(50.0, 60.0);
        assertThat(cells.get(4).path("latePercent").asDouble()).isZero();
    }

    @Test
    void nonsenseIsRefusedWithTheFix() {
        StringWriter errors = new StringWriter();

        assertThat(run(errors, "--seeds", "0")).isEqualTo(2);
        assertThat(run(errors, "--trace", folder.resolve("none.csv").toString()))
                .isEqualTo(2);
        assertThat(errors.toString()).contains("at least 1").contains("none.csv");
    }
}
