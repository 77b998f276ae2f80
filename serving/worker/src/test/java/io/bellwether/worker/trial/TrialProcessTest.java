package io.bellwether.worker.trial;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.batching.InstanceChoice;
import io.bellwether.worker.Samples;
import io.bellwether.worker.model.Fingerprint;
import io.bellwether.worker.model.ModelRepository.Loadable;
import io.bellwether.worker.model.ModelSpec;
import io.bellwether.worker.model.Parallelism;
import io.bellwether.worker.serving.Rehearsal.Passed;
import io.bellwether.worker.serving.Rehearsal.Refused;
import io.bellwether.worker.serving.Rehearsal.Verdict;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes of a made-up program, whose fate is in the version's number. */
class TrialProcessTest {
    private static final String GOOD = "1";
    private static final String BAD = "2";
    private static final String CRASHES = "3";
    private static final String HANGS = "4";
    private static final String NOISY = "5";
    private static final String TALKS_NONSENSE = "6";
    private static final String BUSY = "7";
    private static final String STARVES_AT_FIRST = "8";
    private static final int PROCESSORS = 2;
    private static final Verdict PASSED = new Passed(Optional.empty());
    private static final Verdict TWO_INSTANCES = new Passed(Optional.of(new InstanceChoice(2, 1)));

    @TempDir
    Path folder;

    private Path starts;
    private Path questions;

    @BeforeEach
    void makeFiles() throws IOException {
        starts = folder.resolve("starts");
        Files.createFile(starts);
        questions = folder.resolve("questions");
        Files.createFile(questions);
    }

    @Test
    void eachVersionGetsItsOwnVerdictAndACrashHarmsNoOther() throws Exception {
        // Given
        List<Loadable> versions = versions(GOOD, CRASHES, NOISY, BAD);

        // When
        Map<Loadable, Verdict> verdicts = trial(PassedTrials.inMemory(), 60).verdicts(seen(versions));

        // Then
        assertThat(verdicts)
                .hasSize(4)
                .containsEntry(versions.get(0), PASSED)
                .containsEntry(versions.get(2), PASSED)
                .containsEntry(versions.get(3), new Refused("its output has another shape"));
        assertThat(reason(verdicts, versions.get(1)))
                .contains("ended with signal 11")
                .contains("take the worker down");
        assertThat(Files.size(starts)).as("processes").isEqualTo(2);
    }

    @Test
    void aVersionThatHangsIsEnded() throws Exception {
        // Given
        List<Loadable> versions = versions(HANGS);

        // When
        Map<Loadable, Verdict> verdicts = trial(PassedTrials.inMemory(), 3).verdicts(seen(versions));

        // Then
        assertThat(reason(verdicts, versions.get(0))).contains("within 3 s");
    }

    @Test
    void aProcessThatGetsNoProcessorIsStartedAgainWithALittleUrgency() throws Exception {
        // Given
        List<Urgency> asked = new ArrayList<>();
        TrialProcess trial = new TrialProcess(
                urgency -> {
                    asked.add(urgency);
                    return command();
                },
                PassedTrials.inMemory(),
                TimeUnit.SECONDS.toNanos(60),
                PROCESSORS,
                TimeUnit.SECONDS.toNanos(3));
        List<Loadable> versions = versions(STARVES_AT_FIRST);

        // When
        Map<Loadable, Verdict> verdicts = trial.verdicts(seen(versions));

        // Then
        assertThat(verdicts).containsOnly(Map.entry(versions.get(0), PASSED));
        assertThat(asked).containsExactly(Urgency.NONE, Urgency.LITTLE);
    }

    @Test
    void whatPassedIsNotTriedAgainUntilItsFilesChange() throws Exception {
        // Given
        Path memory = folder.resolve("trials");
        List<Loadable> versions = versions(GOOD, BAD);
        trial(PassedTrials.in(memory, PROCESSORS), 60).verdicts(seen(versions));

        // When
        Map<Loadable, Verdict> again =
                trial(PassedTrials.in(memory, PROCESSORS), 60).verdicts(seen(versions(GOOD)));

        // Then
        assertThat(again).containsOnly(Map.entry(versions.get(0), PASSED));
        assertThat(Files.size(starts)).isEqualTo(1);

        // When
        Files.writeString(folder.resolve("sample/1/model.pt"), "other");
        trial(PassedTrials.in(memory, PROCESSORS), 60).verdicts(seen(versions(GOOD)));

        // Then
        assertThat(Files.size(starts)).isEqualTo(2);
    }

    @Test
    void aProcessThatDoesNotStartRefusesEverything() throws Exception {
        // Given
        TrialProcess trial = new TrialProcess(
                urgency -> List.of(folder.resolve("no-such-java").toString()),
                PassedTrials.inMemory(),
                1_000_000_000L,
                PROCESSORS);

        // When
        Map<Loadable, Verdict> verdicts = trial.verdicts(seen(versions(GOOD, BAD)));

        // Then
        assertThat(verdicts).hasSize(2);
        assertThat(verdicts.values())
                .allSatisfy(verdict -> assertThat(((Refused) verdict).reason()).contains("could not be tried"));
    }

    @Test
    void whatIsLeftOpenIsMeasuredOnceForAModel() throws Exception {
        // Given
        List<Loadable> versions = open(GOOD, NOISY);

        // When
        Map<Loadable, Verdict> verdicts = trial(PassedTrials.inMemory(), 60).verdicts(seen(versions));

        // Then
        assertThat(verdicts)
                .containsEntry(versions.get(0), TWO_INSTANCES)
                .containsEntry(versions.get(1), TWO_INSTANCES);
        assertThat(Files.readString(questions)).containsOnlyOnce("measure");
    }

    @Test
    void aVersionThatFailsLeavesTheMeasurementToTheNext() throws Exception {
        // Given
        List<Loadable> versions = open(BAD, GOOD);

        // When
        Map<Loadable, Verdict> verdicts = trial(PassedTrials.inMemory(), 60).verdicts(seen(versions));

        // Then
        assertThat(verdicts.get(versions.get(0))).isInstanceOf(Refused.class);
        assertThat(verdicts).containsEntry(versions.get(1), TWO_INSTANCES);
    }

    @Test
    void whatIsNoProfileCountsAsNoneAndIsAskedForAgain() throws Exception {
        // Given
        List<Loadable> versions = open(TALKS_NONSENSE);
        TrialProcess trial = trial(PassedTrials.inMemory(), 60);

        // When, Then
        for (int i = 1; i <= 2; i++) {
            assertThat(trial.verdicts(seen(versions))).containsEntry(versions.get(0), PASSED);
            assertThat(Files.size(starts)).isEqualTo(i);
        }
    }

    @Test
    void whatWasMeasuredIsRememberedForMachinesOfThatManyProcessors() throws Exception {
        // Given
        Path memory = folder.resolve("trials");
        List<Loadable> versions = open(GOOD);
        trial(PassedTrials.in(memory, PROCESSORS), 60).verdicts(seen(versions));

        // When
        Map<Loadable, Verdict> again =
                trial(PassedTrials.in(memory, PROCESSORS), 60).verdicts(seen(versions));

        // Then
        assertThat(again).containsEntry(versions.get(0), TWO_INSTANCES);
        assertThat(Files.size(starts)).isEqualTo(1);

        // When
        trial(PassedTrials.in(memory, 4), 60, 4).verdicts(seen(versions));

        // Then
        assertThat(Files.size(starts)).isEqualTo(2);
    }

    @Test
    void whatABusyMachineLeftUndecidedHoldsForThisProcessOnly() throws Exception {
        // Given
        Path memory = folder.resolve("trials");
        Verdict oneInstance = new Passed(Optional.of(InstanceChoice.ONE));
        List<Loadable> versions = open(BUSY, GOOD);
        TrialProcess trial = trial(PassedTrials.in(memory, PROCESSORS), 60);

        // When
        Map<Loadable, Verdict> verdicts = trial.verdicts(seen(versions));

        // Then
        assertThat(verdicts).containsEntry(versions.get(0), oneInstance).containsEntry(versions.get(1), oneInstance);
        assertThat(trial.verdicts(seen(versions))).isEqualTo(verdicts);
        assertThat(Files.size(starts)).isEqualTo(1);

        // When
        List<Loadable> good = open(GOOD);
        verdicts = trial(PassedTrials.in(memory, PROCESSORS), 60).verdicts(seen(good));

        // Then
        assertThat(verdicts).containsEntry(good.get(0), TWO_INSTANCES);
    }

    @Test
    void aNewVersionRunsLikeTheOnesThatAreThere() throws Exception {
        // Given: what was measured for version 1 in an earlier process, and files of it that were not
        Path memory = folder.resolve("trials");
        trial(PassedTrials.in(memory, PROCESSORS), 60).verdicts(seen(open(GOOD)));
        List<Loadable> versions = open(NOISY, GOOD);

        // When
        Map<Loadable, Verdict> verdicts =
                trial(PassedTrials.in(memory, PROCESSORS), 60).verdicts(seen(versions));

        // Then
        assertThat(verdicts)
                .containsEntry(versions.get(0), TWO_INSTANCES)
                .containsEntry(versions.get(1), TWO_INSTANCES);
        assertThat(Files.readString(questions)).containsOnlyOnce("measure");
    }

    @Test
    void aMachineWithOneProcessorLeavesNothingToMeasure() throws Exception {
        // Given
        List<Loadable> versions = open(GOOD);

        // When
        Map<Loadable, Verdict> verdicts = trial(PassedTrials.inMemory(), 60, 1).verdicts(seen(versions));

        // Then
        assertThat(verdicts).containsEntry(versions.get(0), PASSED);
        assertThat(Files.readString(questions)).doesNotContain("measure");
    }

    private List<Loadable> open(String... numbers) throws IOException {
        return versions(
                Samples.with(Samples.spec(4, 4), Parallelism.of(OptionalInt.empty(), OptionalInt.empty())), numbers);
    }

    private static String reason(Map<Loadable, Verdict> verdicts, Loadable version) {
        return ((Refused) Objects.requireNonNull(verdicts.get(version))).reason();
    }

    private TrialProcess trial(PassedTrials passed, long seconds) {
        return trial(passed, seconds, PROCESSORS);
    }

    private TrialProcess trial(PassedTrials passed, long seconds, int processors) {
        return new TrialProcess(urgency -> command(), passed, TimeUnit.SECONDS.toNanos(seconds), processors);
    }

    private List<String> command() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Puppet.class.getName(),
                starts.toString(),
                questions.toString());
    }

    private static Map<Loadable, Fingerprint> seen(List<Loadable> versions) throws IOException {
        Map<Loadable, Fingerprint> seen = new LinkedHashMap<>();
        for (Loadable version : versions) {
            seen.put(version, Fingerprint.of(version.program().getParent()));
        }
        return seen;
    }

    private List<Loadable> versions(String... numbers) throws IOException {
        return versions(Samples.spec(4, 4), numbers);
    }

    private List<Loadable> versions(ModelSpec spec, String... numbers) throws IOException {
        List<Loadable> versions = new ArrayList<>();
        for (String number : numbers) {
            Path program = folder.resolve("sample").resolve(number).resolve("model.pt");
            Files.createDirectories(program.getParent());
            if (!Files.exists(program)) {
                Files.writeString(program, "program");
            }
            versions.add(new Loadable(Samples.MODEL, number, spec, program, Optional.empty(), List.of()));
        }
        return versions;
    }

    /** Speaks the language of {@link TrialMain}. */
    static final class Puppet {
        public static void main(String[] arguments) throws IOException, InterruptedException {
            Files.writeString(Path.of(arguments[0]), "x", StandardOpenOption.APPEND);
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                Files.writeString(Path.of(arguments[1]), line + "\n", StandardOpenOption.APPEND);
                String version = line.split("\t", -1)[1];
                if (version.equals(STARVES_AT_FIRST) && Files.size(Path.of(arguments[0])) == 1) {
                    new CountDownLatch(1).await();
                }
                answer(version, line.endsWith("\t" + TrialMain.MEASURE));
            }
        }

        private static void answer(String version, boolean measure) throws InterruptedException {
            switch (version) {
                case BAD -> System.out.println(TrialMain.ANSWER + TrialMain.FAILED + "\tits output has another shape");
                case CRASHES -> Runtime.getRuntime().halt(128 + 11);
                case HANGS -> new CountDownLatch(1).await();
                case NOISY -> {
                    System.out.println("[W] some native library says something");
                    System.out.println(TrialMain.ANSWER + TrialMain.PASSED);
                }
                case TALKS_NONSENSE -> System.out.println(TrialMain.ANSWER + TrialMain.PASSED + "\t4 2x1:NaN:1:1.0");
                case BUSY ->
                    System.out.println(
                            TrialMain.ANSWER + TrialMain.PASSED + "\t2 1x1:50.0:9000000:0.4 2x1:190.0:5100000:1.0");
                default ->
                    System.out.println(TrialMain.ANSWER
                            + TrialMain.PASSED
                            + (measure ? "\t2 1x1:100.0:5000000:1.0 2x1:190.0:5100000:1.0 1x2:150.0:3000000:1.0" : ""));
            }
        }
    }
}
