package io.bellwether.deploy.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdentityTest {
    @TempDir
    private Path folder;

    @Test
    void findsTheProcessThatItNames() throws Exception {
        // Given
        var file = folder.resolve("run/this.pid");
        Identity.of(ProcessHandle.current()).write(file);

        // When
        var found = Identity.running(file);

        // Then
        assertThat(found).contains(ProcessHandle.current());
    }

    @Test
    void anotherProcessWithTheSameNumberIsNotIt() throws Exception {
        // Given
        var file = folder.resolve("this.pid");
        var own = Identity.of(ProcessHandle.current());
        new Identity(own.pid(), own.startedMillis() - 60_000).write(file);

        // When
        var found = Identity.running(file);

        // Then
        assertThat(found).isEmpty();
    }

    @Test
    void aTornFileNamesNobody() throws Exception {
        // Given
        var file = folder.resolve("this.pid");
        Files.writeString(file, "pid=12");

        // When
        var found = Identity.running(file);

        // Then
        assertThat(found).isEmpty();
        assertThat(Identity.running(folder.resolve("absent.pid"))).isEmpty();
    }
}
