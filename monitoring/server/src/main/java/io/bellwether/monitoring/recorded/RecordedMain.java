package io.bellwether.monitoring.recorded;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * {@code bellwether telemetry ...} and those verbs of {@code bellwether rollout ...} that work on recorded telemetry. Needs no
 * running platform but Kafka, and that for the export only.
 */
public final class RecordedMain {
    static final int DONE = 0;
    static final int FAILED = 1;
    static final int MISUSED = 2;

    /** Held, because a logger that nobody holds forgets its level. What matters is said by exceptions. */
    private static final Logger KAFKA = Logger.getLogger("org.apache.kafka");

    private RecordedMain() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] args) {
        KAFKA.setLevel(Level.OFF);
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        int code = commandLine(out, err).execute(args);
        out.flush();
        System.exit(code);
    }

    static CommandLine commandLine(PrintWriter out, PrintWriter err) {
        CommandLine line = new CommandLine(new Bellwether());
        line.setOut(out);
        line.setErr(err);
        line.setUsageHelpWidth(100);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setParameterExceptionHandler(
                (wrong, args) -> misused(wrong.getCommandLine(), String.valueOf(wrong.getMessage())));
        return line;
    }

    private static int misused(CommandLine command, String sentence) {
        command.getErr().println("bellwether: " + sentence);
        command.getErr().println("See '" + command.getCommandSpec().qualifiedName(" ") + " --help'.");
        return MISUSED;
    }

    /** Without one of its verbs there is nothing to do. */
    private abstract static class Group implements Callable<Integer> {
        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Override
        public final Integer call() {
            return misused(spec.commandLine(), "a verb is missing");
        }
    }

    @Command(
            name = "bellwether",
            description = "Works on recorded telemetry.",
            subcommands = {Telemetry.class, OfRollout.class},
            mixinStandardHelpOptions = true)
    private static final class Bellwether extends Group {}

    @Command(
            name = "telemetry",
            description = "Telemetry as gateways and workers sent it.",
            subcommands = ExportCommand.class,
            mixinStandardHelpOptions = true)
    private static final class Telemetry extends Group {}

    @Command(
            name = "rollout",
            description = "Judges recorded telemetry once more.",
            subcommands = {ReplayCommand.class, BacktestCommand.class},
            mixinStandardHelpOptions = true)
    private static final class OfRollout extends Group {}
}
