package io.bellwether.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
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

    /** Ids are known to the gateway only: the command itself is asked for them, and for no longer than two seconds. */
    private static final String WITH_IDS =
            """
            function _complete_bellwether_with_ids() {
              _complete_bellwether
              local completed=$?
              local word="${COMP_WORDS[COMP_CWORD]}"
              if [[ $COMP_CWORD -eq 3 && "${COMP_WORDS[1]}" == rollout && "${COMP_WORDS[2]}" =~ ^(VERBS)$ \
                  && "$word" != -* ]]; then
                local ids
                ids="$("${COMP_WORDS[0]}" rollout list --ids --timeout 2s 2>/dev/null)"
                COMPREPLY=( $(compgen -W "$ids" -- "$word") )
              fi
              return $completed
            }
            complete -F _complete_bellwether_with_ids -o default bellwether""";

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

    /** Commands below rollout whose first word is the id of one. */
    private static List<String> verbsOfIds(CommandLine root) {
        CommandLine rollout = root.getSubcommands().get("rollout");
        return rollout == null
                ? List.of()
                : rollout.getSubcommands().entrySet().stream()
                        .filter(entry -> entry.getValue().getCommandSpec().positionalParameters().stream()
                                .anyMatch(parameter -> parameter.paramLabel().equals("ID")))
                        .map(Map.Entry::getKey)
                        .sorted()
                        .toList();
    }

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
        out.println(WITH_IDS.replace("VERBS", String.join("|", verbsOfIds(root))));
        out.flush();
        return ExitCode.DONE;
    }
}
