package io.bellwether.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bellwether completion bash|zsh}. */
@Command(
        name = "completion",
        description = "Prints a script with which a shell completes this command, its options and their values.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  source <(bellwether completion bash)     # in ~/.bashrc",
            "  source <(bellwether completion zsh)      # in ~/.zshrc"
        })
final class CompletionCommand implements Callable<Integer> {
    private static final String NAME = "bellwether";

    /** One script serves both: it finds out which of them runs it. */
    enum Shell {
        bash,
        zsh
    }

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "bash|zsh", description = "Which shell.")
    private Shell shell = Shell.bash;

    @Option(
            names = "--verb",
            hidden = true,
            paramLabel = "VERB",
            description = "A further first word, of a script in front of this program.")
    private List<String> verbs = List.of();

    @Override
    public Integer call() {
        CommandLine root = spec.root().commandLine();
        for (String verb : verbs) {
            if (!root.getSubcommands().containsKey(verb)) {
                root.addSubcommand(verb, CommandSpec.create());
            }
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println("# Completes " + NAME + " in " + shell + ": source it, or put it where " + shell
                + " looks for such scripts.");
        out.println(AutoComplete.bash(NAME, root));
        out.flush();
        return ExitCode.DONE;
    }
}
