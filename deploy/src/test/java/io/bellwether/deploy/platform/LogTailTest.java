package io.bellwether.deploy.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogTailTest {
    @TempDir
    private Path folder;

    @Test
    void givesWholeLinesOnceAndTheRestLater() throws Exception {
        // Given
        var file = folder.resolve("some.log");
        Files.writeString(file, "old\n");
        var tail = new LogTail(file);

        // When
        Files.writeString(file, "one\nha", StandardOpenOption.APPEND);
        var first = tail.added();
        Files.writeString(file, "lf\n", StandardOpenOption.APPEND);
        var second = tail.added();

        // Then
        assertThat(first).isEqualTo("one\n");
        assertThat(second).isEqualTo("half\n");
        assertThat(tail.added()).isEmpty();
    }

    @Test
    void startsAnewWhenTheFileDoes() throws Exception {
        // Given
        var file = folder.resolve("some.log");
        Files.writeString(file, "a long line of the run before\n");
        var tail = new LogTail(file);

        // When
        Files.writeString(file, "new\n");

        // Then
        assertThat(tail.added()).isEqualTo("new\n");
    }

    @Test
    void theLastLinesOfNothingAreNone() throws Exception {
        assertThat(LogTail.lastLines(folder.resolve("absent.log"), 3)).isEmpty();
        Files.writeString(folder.resolve("some.log"), "1\n2\n3\n4\n");
        assertThat(LogTail.lastLines(folder.resolve("some.log"), 3)).containsExactly("2", "3", "4");
    }
}
