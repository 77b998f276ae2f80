package io.bellwether.gateway.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.routing.Kill;
import io.bellwether.routing.KilledRollouts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KilledRolloutsFileTest {
    private static final String NAME = "killed-rollouts.bin";

    @TempDir
    Path folder;

    private final KilledRollouts one = KilledRollouts.NONE.with(new Kill("r", "m", 7, "it fails"));
    private final KilledRollouts two = one.with(new Kill("s", "n", 8, "it fails too"));

    @Test
    void whatIsWrittenIsReadBackAndNothingIsNothing() {
        // Given
        KilledRolloutsFile file = new KilledRolloutsFile(folder.resolve("deep/er"));
        KilledRollouts before = file.load();

        // When
        boolean saved = file.save(one) && file.save(two);

        // Then
        assertThat(saved).isTrue();
        assertThat(before).isEqualTo(KilledRollouts.NONE);
        assertThat(file.load()).isEqualTo(two);
    }

    /** The process dies after any number of bytes of the next version, before the rename. */
    @Test
    void aCrashWhileTheNextIsWrittenLeavesTheLastGood() throws IOException {
        // Given
        KilledRolloutsFile file = new KilledRolloutsFile(folder);
        assertThat(file.save(two)).isTrue();
        byte[] next = Files.readAllBytes(folder.resolve(NAME));
        assertThat(file.save(one)).isTrue();

        for (int length = 0; length <= next.length; length++) {
            // When
            Files.write(folder.resolve(NAME + ".new"), Arrays.copyOf(next, length));

            // Then
            assertThat(new KilledRolloutsFile(folder).load())
                    .as("%d bytes", length)
                    .isEqualTo(one);
        }
        assertThat(file.save(two)).isTrue();
        assertThat(file.load()).isEqualTo(two);
    }

    @Test
    void aDamagedFileIsNotUsed() throws IOException {
        // Given
        KilledRolloutsFile file = new KilledRolloutsFile(folder);
        assertThat(file.save(one)).isTrue();
        byte[] damaged = Files.readAllBytes(folder.resolve(NAME));
        damaged[damaged.length / 2] ^= 1;

        // When
        Files.write(folder.resolve(NAME), damaged);

        // Then
        assertThat(file.load()).isEqualTo(KilledRollouts.NONE);
    }

    @Test
    void aFolderThatCannotBeWrittenOrReadIsNoReasonToFail() throws IOException {
        // Given
        Path blocked = Files.createFile(folder.resolve("file"));
        Files.createDirectories(folder.resolve("d").resolve(NAME));

        // Then
        assertThat(new KilledRolloutsFile(blocked.resolve("below")).save(one)).isFalse();
        assertThat(new KilledRolloutsFile(folder.resolve("d")).load()).isEqualTo(KilledRollouts.NONE);
    }
}
