package io.bellwether.worker.trial;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.worker.Samples;
import io.bellwether.worker.model.Fingerprint;
import io.bellwether.worker.model.ModelRepository.Loadable;
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
import java.util.Optional;
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

    @TempDir
    Path folder;

    private Path starts;

    @BeforeEach
    void makeFiles() throws IOException {
        starts = folder.resolve("starts");
        Files.createFile(starts);
    }

    @Test
    void eachVersionGetsItsOwnVerdictAndACrashHarmsNoOther() throws Exception {
        // Given
        List<Loadable> versions = versions(GOOD, CRASHES, NOISY, BAD);

        // When
        Map<Loadable, String> refusals = trial(PassedTrials.inMemory(), 60).refusals(seen(versions));

        // Then
        assertThat(refusals).hasSize(2);
        assertThat(refusals.get(versions.get(1)))
                .contains("ended with signal 11")
                .contains("take the worker down");
        assertThat(refusals.get(versions.get(3))).isEqualTo("its output has another shape");
        assertThat(Files.size(starts)).as("processes").isEqualTo(2);
    }

    @Test
    void aVersionThatHangsIsEnded() throws Exception {
        // Given
        List<Loadable> versions = versions(HANGS);

        // When
        Map<Loadable, String> refusals = trial(PassedTrials.inMemory(), 3).refusals(seen(versions));

        // Then
        assertThat(refusals.get(versions.get(0))).contains("within 3 s");
    }

    @Test
    void whatPassedIsNotTriedAgainUntilItsFilesChange() throws Exception {
        // Given
        Path memory = folder.resolve("trials");
        List<Loadable> versions = versions(GOOD, BAD);
        trial(PassedTrials.in(memory), 60).refusals(seen(versions));

        // When
        Map<Loadable, String> again = trial(PassedTrials.in(memory), 60).refusals(seen(versions(GOOD)));

        // Then
        assertThat(again).isEmpty();
        assertThat(Files.size(starts)).isEqualTo(1);

        // When
        Files.writeString(folder.resolve("sample/1/model.pt"), "other");
        trial(PassedTrials.in(memory), 60).refusals(seen(versions(GOOD)));

        // Then
        assertThat(Files.size(starts)).isEqualTo(2);
    }

    @Test
    void aProcessThatDoesNotStartRefusesEverything() throws Exception {
        // Given
        TrialProcess trial = new TrialProcess(
                List.of(folder.resolve("no-such-java").toString()), PassedTrials.inMemory(), 1_000_000_000L);

        // When
        Map<Loadable, String> refusals = trial.refusals(seen(versions(GOOD, BAD)));

        // Then
        assertThat(refusals).hasSize(2);
        assertThat(refusals.values()).allMatch(reason -> reason.contains("could not be tried"));
    }

    private TrialProcess trial(PassedTrials passed, long seconds) {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Puppet.class.getName(),
                starts.toString());
        return new TrialProcess(command, passed, TimeUnit.SECONDS.toNanos(seconds));
    }

    private static Map<Loadable, Fingerprint> seen(List<Loadable> versions) throws IOException {
        Map<Loadable, Fingerprint> seen = new LinkedHashMap<>();
        for (Loadable version : versions) {
            seen.put(version, Fingerprint.of(version.program().getParent()));
        }
        return seen;
    }

    private List<Loadable> versions(String... numbers) throws IOException {
        List<Loadable> versions = new ArrayList<>();
        for (String number : numbers) {
            Path program = folder.resolve("sample").resolve(number).resolve("model.pt");
            Files.createDirectories(program.getParent());
            if (!Files.exists(program)) {
                Files.writeString(program, "program");
            }
            versions.add(new Loadable(Samples.MODEL, number, Samples.spec(4, 4), program, Optional.empty(), List.of()));
        }
        return versions;
    }

    /** Speaks the language of {@link TrialMain}. */
    static final class Puppet {
        public static void main(String[] arguments) throws IOException, InterruptedException {
            Files.writeString(Path.of(arguments[0]), "x", StandardOpenOption.APPEND);
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                answer(line.split("\t", -1)[1]);
            }
        }

        private static void answer(String version) throws InterruptedException {
            switch (version) {
                case BAD -> System.out.println(TrialMain.ANSWER + TrialMain.FAILED + "\tits output has another shape");
                case CRASHES -> Runtime.getRuntime().halt(128 + 11);
                case HANGS -> new CountDownLatch(1).await();
                case NOISY -> {
                    System.out.println("[W] some native library says something");
                    System.out.println(TrialMain.ANSWER + TrialMain.PASSED);
                }
                default -> System.out.println(TrialMain.ANSWER + TrialMain.PASSED);
            }
        }
    }
}
