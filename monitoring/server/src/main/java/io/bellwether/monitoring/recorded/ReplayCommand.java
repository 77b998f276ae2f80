package io.bellwether.monitoring.recorded;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.bellwether.monitoring.replay.Replayed;
import io.bellwether.monitoring.replay.Timeline;
import io.bellwether.telemetry.events.Verdict;
import java.io.PrintWriter;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code bellwether rollout replay}. */
@Command(
        name = "replay",
        description =
                "Judges recorded telemetry once more, with the code that judged it then, and compares each verdict with the"
                        + " published one byte for byte. Exit code 1 if one differs.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  bellwether rollout replay digits-2.jsonl.gz",
            "  bellwether rollout replay digits-2.jsonl.gz --rollout digits-2 --output json"
        })
final class ReplayCommand implements Callable<Integer> {
    private static final JsonFormat.Printer JSON =
            JsonFormat.printer().includingDefaultValueFields().omittingInsignificantWhitespace();

    @Mixin
    private RecordedFileOptions options = new RecordedFileOptions();

    private final Map<Replayed.Match, Long> counts = new EnumMap<>(Replayed.Match.class);
    private final Timeline timeline = new Timeline();
    private @Nullable Replayed firstDifferent;

    @Override
    public Integer call() {
        Optional<TelemetryFile.Contents.Read> seen = options.look();
        if (seen.isEmpty()) {
            return RecordedMain.FAILED;
        }
        Optional<String> problem = options.judge(seen.get(), Optional.empty(), this::hear);
        if (problem.isPresent()) {
            return options.fail(problem.get());
        }
        if (options.json()) {
            options.out().println(summaryJson());
        } else {
            text(options.out());
        }
        return count(Replayed.Match.DIFFERENT) > 0 ? RecordedMain.FAILED : RecordedMain.DONE;
    }

    private void hear(Replayed replayed) {
        counts.merge(replayed.match(), 1L, Long::sum);
        timeline.add(replayed.verdict());
        if (replayed.match() == Replayed.Match.DIFFERENT && firstDifferent == null) {
            firstDifferent = replayed;
        }
        if (options.json()) {
            options.out()
                    .println("{\"match\":\"" + replayed.match() + "\",\"differing\":["
                            + (replayed.differing().isEmpty()
                                    ? ""
                                    : "\"" + String.join("\",\"", replayed.differing()) + "\"")
                            + "],\"verdict\":" + json(replayed.verdict()) + "}");
        }
    }

    private String summaryJson() {
        return "{\"summary\":{\"identical\":" + count(Replayed.Match.IDENTICAL) + ",\"different\":"
                + count(Replayed.Match.DIFFERENT) + ",\"notCompared\":" + count(Replayed.Match.NOT_COMPARED)
                + ",\"new\":" + count(Replayed.Match.NEW) + "}}";
    }

    private void text(PrintWriter out) {
        timeline.courses().forEach((rollout, course) -> {
            out.println("Rollout " + rollout + " of model '" + course.last().getModel() + "': " + course.verdicts()
                    + " verdicts");
            Columns table = new Columns("AT (UTC)", "STEP", "CONCLUSION", "BECAUSE");
            for (Timeline.Change change : course.changes()) {
                table.row(
                        EvidenceText.at(change.atMillis()),
                        Integer.toString(change.step() + 1),
                        change.conclusion().name(),
                        change.reason());
            }
            table.lines().forEach(out::println);
            out.println();
        });
        if (count(Replayed.Match.NEW) > 0 || timeline.courses().isEmpty()) {
            out.println("No verdicts were recorded to compare with; " + count(Replayed.Match.NEW) + " were made.");
            return;
        }
        out.println(
                count(Replayed.Match.IDENTICAL) + " verdicts are as published, byte for byte; "
                        + count(Replayed.Match.DIFFERENT) + " differ; " + count(Replayed.Match.NOT_COMPARED)
                        + " are not compared: made while monitoring started again, or of a rollout that began before the file.");
        if (firstDifferent != null) {
            Verdict verdict = firstDifferent.verdict();
            out.println("The first that differs: " + EvidenceText.at(verdict.getAtMillis()) + " UTC, in "
                    + (firstDifferent.differing().isEmpty()
                            ? "that it is not made"
                            : String.join(", ", firstDifferent.differing()))
                    + ". Was monitoring of this release, and configured as the file's header says? Does the file begin ten"
                    + " minutes before the rollout?");
        }
    }

    private long count(Replayed.Match match) {
        return counts.getOrDefault(match, 0L);
    }

    private static String json(Verdict verdict) {
        try {
            return JSON.print(verdict);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a verdict has no field that JSON cannot carry", e);
        }
    }
}
