package io.bellwether.monitoring.recorded;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bellwether telemetry export}. */
@Command(
        name = "export",
        description =
                "Writes what was recorded about a model from Kafka into a file: what gateways and workers counted, the"
                        + " commands of the control log, and what monitoring concluded. 'bellwether rollout replay' judges it"
                        + " once more. A name that ends in .gz is compressed.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  bellwether telemetry export --model digits digits.jsonl.gz",
            "  bellwether telemetry export --model digits --rollout digits-2 --since 2h digits-2.jsonl"
        })
final class ExportCommand implements Callable<Integer> {
    private static final long NOTE_MILLIS = 1_000;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "FILE", description = "Where to; a file that is there is replaced, whole or not at all.")
    private Path file = Path.of("");

    @Option(names = "--model", paramLabel = "MODEL", required = true, description = "Name of the model.")
    private String model = "";

    @Option(
            names = "--rollout",
            paramLabel = "ID",
            description = "Verdicts of this rollout only, and nothing after its end. Default: of all.")
    private String rollout = "";

    @Option(
            names = "--since",
            paramLabel = "T",
            description =
                    "What was counted from then on: a time like 2026-03-01T10:00:00Z, or how long ago, like 90m, 2h or"
                            + " 7d. Default: ten minutes before the rollout, or before the last one.")
    private String since = "";

    @Option(
            names = "--kafka",
            paramLabel = "HOST:PORT",
            defaultValue = "${env:BELLWETHER_KAFKA:-127.0.0.1:9092}",
            description = "Brokers. Default: $BELLWETHER_KAFKA, or 127.0.0.1:9092.")
    private String kafka = "";

    @Override
    public Integer call() {
        long nowMillis = System.currentTimeMillis();
        OptionalLong from = Times.parse(since, nowMillis);
        if (!since.isEmpty() && from.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--since is '" + since + "'; give a time like 2026-03-01T10:00:00Z, or how long ago, like 90m");
        }
        try (TopicReader topics =
                TopicReader.of(kafka, new Notes(spec.commandLine().getErr()))) {
            TelemetryExport.Asked asked = new TelemetryExport.Asked(model, rollout, from, nowMillis);
            return say(new TelemetryExport(topics, asked).write(file));
        } catch (TopicReader.Unread e) {
            return fail(String.valueOf(e.getMessage()));
        } catch (KafkaException e) {
            return fail("Kafka does not answer at " + kafka + "; start the platform, or name a broker with --kafka");
        } catch (IOException e) {
            return fail(file + " cannot be written; name a file in a folder that is there and has room");
        }
    }

    private int say(TelemetryExport.Result result) {
        if (result instanceof TelemetryExport.Result.Refused refused) {
            return fail(refused.sentence());
        }
        TelemetryExport.Result.Written written = (TelemetryExport.Result.Written) result;
        PrintWriter out = spec.commandLine().getOut();
        long snapshots = written.entries() - written.commands() - written.verdicts();
        out.println(file + ": " + written.entries() + " entries; " + snapshots + " snapshots, " + written.commands()
                + " commands, " + written.verdicts() + " verdicts");
        if (written.cut() > 0) {
            out.println("Kafka keeps what was counted since " + EvidenceText.at(written.cut())
                    + " UTC only: rollouts that began before cannot be judged again.");
        }
        return RecordedMain.DONE;
    }

    private int fail(String sentence) {
        spec.commandLine().getErr().println("bellwether: " + sentence);
        return RecordedMain.FAILED;
    }

    /** Says once a second how far it has come. */
    private static final class Notes implements TopicReader.Progress {
        private final PrintWriter err;
        private long saidAtMillis = System.currentTimeMillis();

        Notes(PrintWriter err) {
            this.err = err;
        }

        @Override
        public void read(String topic, long records, long all) {
            long nowMillis = System.currentTimeMillis();
            if (nowMillis - saidAtMillis >= NOTE_MILLIS) {
                saidAtMillis = nowMillis;
                err.println(topic + ": " + records + " of " + all + " records");
            }
        }
    }
}
