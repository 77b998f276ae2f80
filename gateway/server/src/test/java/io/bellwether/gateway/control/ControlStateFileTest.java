package io.bellwether.gateway.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.routing.ControlState;
import io.bellwether.routing.SnapshotRead;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlStateFileTest {
    @TempDir
    Path folder;

    private final ControlState state =
            ControlState.empty().apply(Commands.setStable("c", "2"), 4).state();

    @Test
    void whatIsWrittenIsReadBack() {
        // Given
        ControlStateFile file = new ControlStateFile(folder.resolve("deep/er"));

        // When
        boolean saved = file.save(state, "log-1");

        // Then
        assertThat(saved).isTrue();
        assertThat(file.load()).isEqualTo(Optional.of(new SnapshotRead.Restored(state, "log-1")));
    }

    @Test
    void withoutAFileThereIsNothing() {
        // Then
        assertThat(new ControlStateFile(folder).load()).isEmpty();
    }

    @Test
    void aDamagedFileIsNotUsedWhereverTheDamageIs() throws IOException {
        // Given
        ControlStateFile file = new ControlStateFile(folder);
        file.save(state, "log-1");
        Path path = folder.resolve("control-state.bin");
        byte[] whole = Files.readAllBytes(path);

        for (int i = 0; i < whole.length; i++) {
            // When
            byte[] damaged = whole.clone();
            damaged[i] ^= 0x40;
            Files.write(path, damaged);

            // Then
            assertThat(file.load()).as("byte %d", i).isEmpty();
        }
    }

    @Test
    void aCutFileIsNotUsed() throws IOException {
        // Given
        ControlStateFile file = new ControlStateFile(folder);
        file.save(state, "log-1");
        Path path = folder.resolve("control-state.bin");
        byte[] whole = Files.readAllBytes(path);

        for (int length = 0; length < whole.length; length++) {
            // When
            Files.write(path, java.util.Arrays.copyOf(whole, length));

            // Then
            assertThat(file.load()).as("%d bytes", length).isEmpty();
        }
    }

    @Test
    void aFolderThatCannotBeWrittenIsNoReasonToFail() throws IOException {
        // Given
        Path blocked = Files.createFile(folder.resolve("file"));

        // Then
        assertThat(new ControlStateFile(blocked.resolve("below")).save(state, ""))
                .isFalse();
    }
}
