package io.bellwether.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;

/** The command {@code bellwether} and its subcommands. */
@Command(
        name = "bellwether",
        description = "Looks at models, routes and capacity, and runs rollouts through the control API of a gateway.",
        subcommands = {
            ModelCommands.class,
            RouteCommands.class,
            CapacityCommand.class,
            GuardrailsCommands.class,
            ExportCommand.class,
            ImportCommand.class,
            CompletionCommand.class,
            HelpCommand.class
        },
        mixinStandardHelpOptions = true,
        versionProvider = Bellwether.Version.class,
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  bellwether model list",
            "  bellwether route show digits",
            "  bellwether capacity digits --rate 2500",
            "  bellwether rollout create --model digits --candidate 2 --step 10:30s:500 --step 50:30s:500",
            "  bellwether rollout watch digits-2",
            "",
            "Exit codes: 0 done; 1 refused, gateway not reached, or a watched candidate was not promoted; 2 the command"
                    + " line or the rollout file is wrong."
        })
public final class Bellwether extends CommandGroup {

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] args) {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        System.exit(commandLine(out, err, new Pace.Wall()).execute(args));
    }

    /** The command with its outputs; {@code pace} is what a watch waits by. */
    static CommandLine commandLine(PrintWriter out, PrintWriter err, Pace pace) {
        CommandLine line = new CommandLine(new Bellwether());
        CommandLine rollout = new CommandLine(new RolloutCommands());
        rollout.addSubcommand("watch", new WatchCommand(pace));
        for (MoveCommand.Verb verb : MoveCommand.Verb.values()) {
            CommandLine move = new CommandLine(new MoveCommand(verb));
            move.getCommandSpec().usageMessage().description(verb.description());
            move.getCommandSpec().usageMessage().footer(verb.example());
            rollout.addSubcommand(verb.word(), move, verb.aliases());
        }
        line.addSubcommand("rollout", rollout);
        line.setOut(out);
        line.setErr(err);
        line.setUsageHelpWidth(100);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionExceptionHandler((failure, command, parsed) -> {
            command.getErr()
                    .println("bellwether: internal fault (" + failure
                            + "); please report it with the command that you gave");
            return ExitCode.FAILED;
        });
        line.setParameterExceptionHandler((wrong, args) -> {
            CommandLine command = wrong.getCommandLine();
            command.getErr().println("bellwether: " + wrong.getMessage());
            CommandLine.UnmatchedArgumentException.printSuggestions(wrong, command.getErr());
            command.getErr().println("See '" + command.getCommandSpec().qualifiedName(" ") + " --help'.");
            return ExitCode.USAGE;
        });
        return line;
    }

    /** The version from the manifest of the jar. */
    static final class Version implements IVersionProvider {

        @Override
        public String[] getVersion() {
            String version = Bellwether.class.getPackage().getImplementationVersion();
            return new String[] {"bellwether " + Objects.requireNonNullElse(version, "(not packaged)")};
        }
    }
}
