package io.bellwether.monitoring.recorded;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.controlapi.log.Command;
import io.bellwether.controlapi.log.SetStable;
import io.bellwether.monitoring.SimulatedFleet;
import io.bellwether.monitoring.SimulatedFleet.Behaviour;
import io.bellwether.monitoring.recorded.TelemetryFile.Contents;
import io.bellwether.monitoring.replay.Recorded;
import io.bellwether.telemetry.events.GuardrailEvidence;
import io.bellwether.telemetry.events.Snapshot;
import io.bellwether.telemetry.events.Verdict;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TelemetryFileTest {
    private static final long START_MILLIS = 1_800_000_000_000L;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"t.jsonl", "t.jsonl.gz"})
    void whatWasWrittenIsRead(String name) throws IOException {
        // Given snapshots, a command and a verdict with every kind of number
        List<Recorded> written = entries();

        // When
        Path file = Recordings.write(folder.resolve(name), Recordings.header(START_MILLIS, 0), written);
        List<Recorded> read = new ArrayList<>();
        Contents contents = TelemetryFile.read(file, read::add);

        // Then
        assertThat(read).isEqualTo(written);
        assertThat(contents).isInstanceOfSatisfying(Contents.Read.class, whole -> {
            assertThat(whole.refused()).isZero();
            assertThat(whole.snapshots()).isEqualTo(2);
            assertThat(whole.commands()).isEqualTo(1);
            assertThat(whole.verdicts()).isEqualTo(1);
        });
        assertThat(folder).isDirectoryNotContaining("glob:**.part");
    }

    @Test
    void whatIsNotCommittedLeavesTheFileThatWasThere() throws IOException {
        // Given
        Path file = Files.writeString(folder.resolve("t.jsonl"), "before");

        // When
        try (TelemetryWriter writer = new TelemetryWriter(file, Recordings.header(START_MILLIS, 0))) {
            writer.add(entries().get(0));
        }

        // Then
        assertThat(file).hasContent("before");
        assertThat(folder).isDirectoryNotContaining("glob:**.part");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "no JSON at all | line 3 cannot be read",
                "{\"entry\":{\"offset\":\"7\",\"colour\":\"red\"}} | line 3 cannot be read (Cannot find field: colour",
                "{\"entry\":{\"offset\":\"7\",\"message\":{\"@type\":\"type.googleapis.com/bellwether.telemetry.v1.Snapshot\","
                        + "\"mood\":1}}} | line 3 cannot be read (Cannot find field: mood",
                "{\"entry\":{\"offset\":\"7\",\"message\":{\"@type\":\"type.googleapis.com/a.Dream\"}}} | line 3 cannot be read",
                "{\"entry\":{\"offset\":\"-7\",\"message\":{\"@type\":\"type.googleapis.com/bellwether.telemetry.v1.Snapshot\","
                        + "\"model\":\"digits\"}}} | line 3 has a negative partition, offset or time",
                "{\"entry\":{\"offset\":\"7\",\"atMillis\":\"1800000060001\",\"message\":{\"@type\":"
                        + "\"type.googleapis.com/bellwether.telemetry.v1.Snapshot\",\"model\":\"digits\"}}}"
                        + " | line 3 is from the future",
                "{\"entry\":{\"offset\":\"7\",\"message\":{\"@type\":\"type.googleapis.com/bellwether.telemetry.v1.Snapshot\","
                        + "\"model\":\"cats\"}}} | line 3 is about model 'cats'",
                "{\"entry\":{\"offset\":\"0\",\"message\":{\"@type\":\"type.googleapis.com/bellwether.telemetry.v1.Snapshot\","
                        + "\"model\":\"digits\"}}} | line 3 has offset 0 after 0: snapshots rise",
                "{\"entry\":{\"offset\":\"7\"}} | line 3 is no snapshot, command or verdict",
                "{\"header\":{\"format\":\"bellwether-telemetry/1\",\"model\":\"digits\"}} | line 3 is a second header",
                "{} | line 3 says nothing"
            })
    void aLineThatCannotBeMeantIsRefusedWithItsNumberAndNothingIsJudged(String line, String problem)
            throws IOException {
        // Given it after the first snapshot
        Path file = Recordings.write(folder.resolve("t.jsonl"), Recordings.header(START_MILLIS, 0), entries());
        List<String> lines = new ArrayList<>(Files.readAllLines(file));
        lines.add(2, line);
        Files.write(file, lines);

        // When
        Recordings.Ran refused = Recordings.run("rollout", "replay", file.toString());

        // Then
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.out()).isEmpty();
        assertThat(refused.err()).contains(problem, "Nothing was judged");

        // And it can be left out
        List<Recorded> read = new ArrayList<>();
        assertThat(TelemetryFile.read(file, read::add)).isInstanceOf(Contents.Read.class);
        assertThat(read).isEqualTo(entries());
    }

    @Test
    void aFileThatWasCutShortSaysSo() throws IOException {
        // Given
        Path file = Recordings.write(folder.resolve("t.jsonl"), Recordings.header(START_MILLIS, 0), entries());
        List<String> lines = Files.readAllLines(file);
        Files.write(file, lines.subList(0, lines.size() - 1));

        // Then
        assertThat(problems(file)).hasSize(1).first().asString().contains("line 6 is missing", "without its end");

        // And when a line in the middle is gone
        Files.write(file, List.of(lines.get(0), lines.get(1), lines.get(lines.size() - 1)));
        assertThat(problems(file)).hasSize(1).first().asString().contains("there are 4 entries, and 1 were read");
    }

    @Test
    void aLineTooLongOrTooDeepOrNotUtf8IsLeftOut() throws IOException {
        // Given
        Path file = Recordings.write(folder.resolve("t.jsonl"), Recordings.header(START_MILLIS, 0), entries());
        byte[] whole = Files.readAllBytes(file);
        byte[] odd = ("[".repeat(100_000) + "\n" + "x".repeat(TelemetryFile.LINE_BYTES_MAX + 1) + "\n\u00e9\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        int headerEnd = new String(whole, StandardCharsets.UTF_8).indexOf('\n') + 1;
        try (var out = Files.newOutputStream(file)) {
            out.write(whole, 0, headerEnd);
            out.write(odd);
            out.write(whole, headerEnd, whole.length - headerEnd);
        }

        // Then
        assertThat(problems(file))
                .satisfiesExactly(
                        deep -> assertThat(deep).contains("line 2 is nested more than 64 levels deep"),
                        tooLong -> assertThat(tooLong).contains("line 3 is longer than 16 MiB"),
                        text -> assertThat(text).contains("line 4 is not UTF-8"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | holds no recorded telemetry",
                "hello | its first line is no header",
                "{\"end\":{}} | its first line is no header",
                "{\"header\":{\"format\":\"bellwether-telemetry/2\",\"shape\":7}} | has the format 'bellwether-telemetry/2'",
                "{\"header\":{\"format\":\"bellwether-telemetry/1\"}} | names no model"
            })
    void whatIsNoSuchFileIsRefusedAsAWhole(String text, String problem) throws IOException {
        Path file = Files.writeString(folder.resolve("t.jsonl"), text);

        Recordings.Ran ran = Recordings.run("rollout", "replay", file.toString(), "--skip-bad-lines");

        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err()).contains(problem);
    }

    @Test
    void aFileThatIsNotThereOrNotCompressedIsRefused() throws IOException {
        Path plain = Files.writeString(folder.resolve("t.jsonl.gz"), "hello");

        assertThat(Recordings.run("rollout", "replay", "nowhere.jsonl").err()).contains("nowhere.jsonl cannot be read");
        assertThat(Recordings.run("rollout", "replay", plain.toString()).err())
                .contains("cannot be read (ZipException)");
    }

    private static List<String> problems(Path file) {
        return ((Contents.Read) TelemetryFile.read(file, recorded -> {})).problems();
    }

    private static List<Recorded> entries() {
        List<Snapshot> snapshots = new SimulatedFleet(3, Behaviour.EQUAL, 50, START_MILLIS - 250).tick();
        Command command = Command.newBuilder()
                .setId("c1")
                .setModel(SimulatedFleet.MODEL)
                .setReason("\"quoted\" and \n\u00fcber")
                .setSetStable(SetStable.newBuilder().setVersion("1"))
                .build();
        Verdict verdict = Verdict.newBuilder()
                .setModel(SimulatedFleet.MODEL)
                .setLogECombined(Double.NEGATIVE_INFINITY)
                .setLogEPromote(Double.MIN_VALUE)
                .addGuardrails(GuardrailEvidence.newBuilder()
                        .setSmallestEffect(Double.NaN)
                        .setLogEHarm(0.1 + 0.2)
                        .setControlCount(Long.MAX_VALUE)
                        .addPastLogEHarm(-7))
                .build();
        return List.of(
                new Recorded.Counted(new Recorded.Place(0, 0, START_MILLIS), snapshots.get(0)),
                new Recorded.Counted(new Recorded.Place(0, 1, START_MILLIS), snapshots.get(1)),
                new Recorded.Commanded(new Recorded.Place(0, 5, START_MILLIS), command),
                new Recorded.Concluded(new Recorded.Place(3, 9, START_MILLIS), verdict, "00ff"));
    }
}
