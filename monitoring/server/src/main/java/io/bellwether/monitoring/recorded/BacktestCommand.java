package io.bellwether.monitoring.recorded;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.bellwether.controlapi.log.Guardrails;
import io.bellwether.monitoring.replay.Timeline;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bellwether rollout backtest}. */
@Command(
        name = "backtest",
        description =
                "Judges recorded telemetry with other guardrails: what would have been concluded, and when. The traffic stays"
                        + " as it was recorded, so it says nothing of what comes after the moment when the two part.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footerHeading = "%nExample:%n",
        footer = "  bellwether rollout backtest digits-2.jsonl.gz --guardrails guardrails.yaml")
final class BacktestCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private RecordedFileOptions options = new RecordedFileOptions();

    @Option(
            names = "--guardrails",
            paramLabel = "FILE",
            description =
                    "Margins, floors, weights and horizon, as for 'bellwether rollout create'. deploy/bellwether reads the"
                            + " file and gives it on as --guardrails-json.")
    private String guardrailsFile = "";

    @Option(
            names = "--guardrails-json",
            paramLabel = "JSON",
            description = "The same as 'bellwether guardrails check FILE --output json' prints it.")
    private String guardrailsJson = "";

    @Override
    public Integer call() {
        Guardrails guardrails = guardrails();
        Optional<TelemetryFile.Contents.Read> seen = options.look();
        if (seen.isEmpty()) {
            return RecordedMain.FAILED;
        }
        Timeline recorded = new Timeline();
        Timeline tested = new Timeline();
        Optional<String> problem = options.judge(
                        seen.get(), Optional.empty(), replayed -> recorded.add(replayed.verdict()))
                .or(() ->
                        options.judge(seen.get(), Optional.of(guardrails), replayed -> tested.add(replayed.verdict())));
        if (problem.isPresent()) {
            return options.fail(problem.get());
        }
        BacktestReport report = new BacktestReport(recorded, tested);
        (options.json() ? report.json() : report.text()).forEach(options.out()::println);
        return RecordedMain.DONE;
    }

    private Guardrails guardrails() {
        if (guardrailsJson.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    guardrailsFile.isEmpty()
                            ? "--guardrails FILE is missing"
                            : "--guardrails is read by deploy/bellwether; without it give --guardrails-json");
        }
        Guardrails.Builder guardrails = Guardrails.newBuilder();
        try {
            JsonFormat.parser().merge(guardrailsJson, guardrails);
        } catch (InvalidProtocolBufferException e) {
            throw new ParameterException(
                    spec.commandLine(), "--guardrails-json is not what 'bellwether guardrails check' prints", e);
        }
        return guardrails.build();
    }
}
