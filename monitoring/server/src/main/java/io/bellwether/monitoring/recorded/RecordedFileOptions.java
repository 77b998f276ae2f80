package io.bellwether.monitoring.recorded;

import io.bellwether.controlapi.log.Guardrails;
import io.bellwether.monitoring.evaluation.EvaluationSettings;
import io.bellwether.monitoring.folding.FoldSettings;
import io.bellwether.monitoring.recorded.line.RecordedHeader;
import io.bellwether.monitoring.recorded.line.RecordedSettings;
import io.bellwether.monitoring.replay.Replay;
import io.bellwether.monitoring.replay.ReplaySettings;
import io.bellwether.monitoring.replay.Replayed;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The file of every command that judges one, and how to read it. */
final class RecordedFileOptions {

    /** Forms of output. */
    enum Output {
        text,
        json
    }

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "FILE", description = "Recorded telemetry, as 'bellwether telemetry export' writes it.")
    private Path file = Path.of("");

    @Option(names = "--rollout", paramLabel = "ID", description = "Show this rollout only. Default: all in the file.")
    private String rollout = "";

    @Option(
            names = {"-o", "--output"},
            paramLabel = "text|json",
            defaultValue = "text",
            description = "text for people, json for programs: one object a line. Default: text.")
    private Output output = Output.text;

    @Option(
            names = "--skip-bad-lines",
            description =
                    "Go on without lines that cannot be used, instead of refusing the file. What comes out is then no"
                            + " longer what monitoring saw.")
    private boolean skipBadLines;

    boolean json() {
        return output == Output.json;
    }

    PrintWriter out() {
        return spec.commandLine().getOut();
    }

    /** Looks at all lines once, before anything is judged; empty, and said why, if the file is refused. */
    Optional<TelemetryFile.Contents.Read> look() {
        TelemetryFile.Contents contents = TelemetryFile.read(file, recorded -> {});
        if (contents instanceof TelemetryFile.Contents.Wrong wrong) {
            fail(wrong.sentence());
            return Optional.empty();
        }
        TelemetryFile.Contents.Read read = (TelemetryFile.Contents.Read) contents;
        if (read.refused() > 0) {
            PrintWriter err = spec.commandLine().getErr();
            err.println("bellwether: " + read.refused() + " lines of " + file + " cannot be used"
                    + (skipBadLines ? ", and are left out:" : ":"));
            read.problems().forEach(problem -> err.println("  " + problem));
            if (read.refused() > read.problems().size()) {
                err.println("  and " + (read.refused() - read.problems().size()) + " more");
            }
            if (!skipBadLines) {
                err.println("Nothing was judged. With --skip-bad-lines it goes on without them.");
                return Optional.empty();
            }
        }
        return Optional.of(read);
    }

    /**
     * Judges the file.
     *
     * @param seen what {@link #look()} found
     * @param instead guardrails in place of those of the file
     * @param out takes the verdicts on the rollouts that are asked for
     * @return why the guardrails cannot be judged by; empty if nothing speaks against them
     */
    Optional<String> judge(TelemetryFile.Contents.Read seen, Optional<Guardrails> instead, Consumer<Replayed> out) {
        RecordedHeader header = seen.header();
        Replay replay = new Replay(
                new Replay.Task(
                        header.getModel(),
                        settings(header.getSettings()),
                        seen.verdicts() > 0,
                        header.getSinceMillis(),
                        instead),
                replayed -> {
                    if (rollout.isEmpty() || replayed.verdict().getRolloutId().equals(rollout)) {
                        out.accept(replayed);
                    }
                });
        if (TelemetryFile.read(file, replay::accept) instanceof TelemetryFile.Contents.Wrong wrong) {
            return Optional.of(wrong.sentence());
        }
        return replay.refusal();
    }

    int fail(String sentence) {
        spec.commandLine().getErr().println("bellwether: " + sentence);
        return RecordedMain.FAILED;
    }

    /** Zeros are defaults. */
    private static ReplaySettings settings(RecordedSettings given) {
        FoldSettings fold = ReplaySettings.DEFAULTS.fold();
        EvaluationSettings evaluation = ReplaySettings.DEFAULTS.evaluation();
        return new ReplaySettings(
                new FoldSettings(
                        or(given.getLiveMillis(), fold.liveMillis()),
                        or(given.getSlotWaitMillis(), fold.slotWaitMillis()),
                        (int) or(given.getProcessesMax(), fold.processesMax()),
                        (int) or(given.getOpenCellsMax(), fold.openCellsMax())),
                new EvaluationSettings(
                        (int) or(given.getFreshSecondsMax(), evaluation.freshSlotsMax()),
                        (int) or(given.getPooledSecondsMax(), evaluation.batchSlotsMax()),
                        (int) or(given.getPooledRequestsMin(), evaluation.batchRequestsMin())));
    }

    private static long or(long given, long byDefault) {
        return given > 0 ? given : byDefault;
    }
}
