package io.bellwether.worker.survival;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that vanishes is one whose {@link Survival} is dropped without {@link Survival#endWell}. */
class SurvivalTest {
    private static final String LABEL = Survival.label("digits", "3", "0123456789abcdef");

    @TempDir
    Path folder;

    @Test
    void whatRanWhenTheProcessVanishedThreeTimesIsNotRunAgain() throws IOException {
        // When
        for (int crash = 0; crash < 3; crash++) {
            assertThat(open(crash).quarantine(LABEL)).isEmpty();
            crashWhileRunning(crash);
        }

        // Then
        Survival after = open(3);
        assertThat(after.quarantine(LABEL).orElseThrow()).contains("quarantine").contains("load the model by request");
        assertThat(after.quarantine(Survival.label("digits", "3", "fedcba9876543210")))
                .as("with other files")
                .isEmpty();
    }

    @Test
    void anEndInPeaceOrBetweenExecutionsBlamesNobody() throws IOException {
        // When
        for (int run = 0; run < 5; run++) {
            RunMark mark = open(run).marks().claim(LABEL);
            mark.set();
            mark.clear();
        }
        for (int run = 5; run < 10; run++) {
            Survival survival = open(run);
            survival.marks().claim(LABEL).set();
            survival.endWell();
        }

        // Then
        assertThat(open(10).quarantine(LABEL)).isEmpty();
    }

    @Test
    void somebodyCanAskForAnotherTry() throws IOException {
        // Given
        for (int crash = 0; crash < 3; crash++) {
            crashWhileRunning(crash);
        }
        Survival survival = open(4);

        // When
        survival.forgive("digits");

        // Then
        assertThat(survival.quarantine(LABEL)).isEmpty();
        assertThat(open(5).quarantine(LABEL)).as("after a restart").isEmpty();
    }

    @Test
    void aDamagedStateIsNoReasonNotToStart() throws IOException {
        // Given
        Files.writeString(folder.resolve("running"), "nonsense");
        Files.writeString(folder.resolve("crashes"), "no\ttime\nnonsense\n9999999999999999999\tx\n");

        // Then
        assertThat(open(1).quarantine(LABEL)).isEmpty();
    }

    @Test
    void aMarkThatIsSetForLongIsFound() {
        // Given
        RunMarks marks = RunMarks.unwritten();
        RunMark running = marks.claim(LABEL);
        RunMark idle = marks.claim("other/1@x");
        running.set();
        idle.set();
        idle.clear();
        long now = System.nanoTime();

        // Then
        assertThat(marks.stuckFor(TimeUnit.SECONDS.toNanos(60), now)).isEmpty();
        assertThat(marks.stuckFor(TimeUnit.SECONDS.toNanos(60), now + TimeUnit.SECONDS.toNanos(61)))
                .hasValue(running);

        // When
        running.close();

        // Then
        assertThat(marks.stuckFor(0, now + TimeUnit.SECONDS.toNanos(61))).isEmpty();
    }

    @Test
    void slotsAreUsedAgainAndTooManyThreadsAreNoFault() throws IOException {
        // Given
        Survival survival = open(0);

        // When
        for (int i = 0; i < 2_000; i++) {
            survival.marks().claim("passing/" + i + "@x").close();
        }
        for (int i = 0; i < 600; i++) {
            survival.marks().claim("staying/" + i + "@x");
        }
        survival.marks().claim(LABEL).set();

        // Then
        assertThat(RunMarks.runningIn(folder.resolve("running"))).isEmpty();
    }

    private void crashWhileRunning(long nowMillis) throws IOException {
        open(nowMillis).marks().claim(LABEL).set();
    }

    private Survival open(long nowMillis) throws IOException {
        return Survival.open(folder, nowMillis);
    }
}
