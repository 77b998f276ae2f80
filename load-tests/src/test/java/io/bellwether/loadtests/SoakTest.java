package io.bellwether.loadtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.lang.ref.Reference;
import org.junit.jupiter.api.Test;

class SoakTest {
    private static final long MIB = 1 << 20;

    @Test
    void growthIsFromTheSecondQuarterToTheLast() {
        // When
        Soak.Growth growth = Soak.Growth.of(new double[] {1, 2, 10, 12, 50, 60, 21, 23});

        // Then
        assertThat(growth.earlyBytes()).isEqualTo(11);
        assertThat(growth.lateBytes()).isEqualTo(22);
        assertThat(growth.share()).isEqualTo(1);
        assertThatThrownBy(() -> Soak.Growth.of(new double[3])).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aProcessHasARowOfItsOwnOnceItWasSeenOften() {
        // Given
        Soak soak = new Soak();
        for (int minute = 0; minute < 4; minute++) {
            soak.add(new Soak.Sample(minute, "gateway", new ProcessMemory((100 + 10 * minute) * MIB, 20 * MIB)));
        }
        soak.add(new Soak.Sample(0, "worker", new ProcessMemory(100 * MIB, 20 * MIB)));

        // Then
        assertThat(soak.rows()).singleElement().satisfies(row -> assertThat(row)
                .containsExactly("gateway", "4", "20.0", "20.0", "0.0 %", "110", "130", "18.2 %"));
    }

    @Test
    void theMemoryOfAProcessIsReadFromOutside() throws LoadProblem {
        // Given
        ProcessMemory before = ProcessMemory.of(ProcessHandle.current());
        byte[] kept = new byte[(int) (24 * MIB)];
        ProcessMemory after;
        try {
            // When
            after = ProcessMemory.of(ProcessHandle.current());
        } finally {
            Reference.reachabilityFence(kept);
        }

        // Then: this much more lives, within what the test's own machinery may let go or take
        assertThat((after.liveBytes() - before.liveBytes()) / (double) MIB).isCloseTo(24, within(8.0));
        assertThat(after.residentBytes()).isGreaterThan(after.liveBytes());
    }

    @Test
    void aProcessThatIsGoneHasNoMemory() throws Exception {
        // Given
        Process gone = new ProcessBuilder("true").start();
        gone.waitFor();

        // Then
        assertThatThrownBy(() -> ProcessMemory.of(gone.toHandle()))
                .isInstanceOf(LoadProblem.class)
                .hasMessageContaining("did it end?");
    }
}
