package io.bellwether.deploy.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptFilesTest {
    @TempDir
    private Path folder;

    @Test
    void fiveOlderLogsStayAndTheNewestIsTheFirst() throws IOException {
        // When
        var log = folder.resolve("worker.log");
        for (int run = 1; run <= 8; run++) {
            KeptFiles.makeRoom(log);
            Files.writeString(log, "run " + run);
        }

        // Then
        assertThat(log).hasContent("run 8");
        for (int older = 1; older <= 5; older++) {
            assertThat(folder.resolve("worker.log." + older)).hasContent("run " + (8 - older));
        }
        assertThat(folder.resolve("worker.log.6")).doesNotExist();
    }

    @Test
    void theNewestCrashReportsStayAndNothingElseIsTouched() throws IOException {
        // Given
        for (int i = 1; i <= 9; i++) {
            var report = Files.writeString(folder.resolve("hs_err_pid" + (100 - i) + ".log"), "");
            Files.setLastModifiedTime(report, FileTime.fromMillis(1_000L * i));
        }
        var other = Files.writeString(folder.resolve("hs_err_notes.txt"), "");

        // When
        KeptFiles.removeOldCrashReports(folder);

        // Then
        try (var left = Files.list(folder)) {
            assertThat(left.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "hs_err_pid91.log",
                            "hs_err_pid92.log",
                            "hs_err_pid93.log",
                            "hs_err_pid94.log",
                            "hs_err_pid95.log",
                            other.getFileName().toString());
        }
    }
}
