package io.bellwether.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code bellwether guardrails ...}. */
@Command(
        name = "guardrails",
        description = "Error budget, margins, floors, weights and horizon of rollouts, as a file.",
        subcommands = GuardrailsCommands.Check.class,
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
final class GuardrailsCommands extends CommandGroup {

    @Command(
            name = "check",
            description =
                    "Says all that is wrong with a guardrails file, or what it sets; what it leaves out has its default."
                            + " Asks no gateway. With --output json: the guardrails in the form of the control API.",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            footerHeading = "%nExample:%n",
            footer = "  bellwether guardrails check guardrails.yaml")
    static final class Check implements Callable<Integer> {

        @Parameters(paramLabel = "FILE", description = "The file.")
        private Path file = Path.of("");

        @Mixin
        private Options options = new Options();

        @Override
        public Integer call() {
            GuardrailsFile.Read read = GuardrailsFile.read(file);
            Screen screen = options.screen();
            if (read instanceof GuardrailsFile.Read.Wrong wrong) {
                screen.fail(wrong.sentence());
                return ExitCode.USAGE;
            }
            ObjectNode body = ((GuardrailsFile.Read.Guardrails) read).body();
            return screen.show(new Answer.Done(body), given -> inWords(body));
        }

        private List<String> inWords(ObjectNode body) {
            List<String> lines = new ArrayList<>();
            lines.add(file + " can be used. It sets:");
            TextTable table = new TextTable("SETTING", "VALUE");
            body.properties().forEach(field -> {
                if (!field.getValue().isContainerNode()) {
                    table.row(field.getKey(), field.getValue().asText());
                }
            });
            body.path("weights")
                    .properties()
                    .forEach(weight -> table.row(
                            "weight of " + weight.getKey(), weight.getValue().asText()));
            body.path("slices").forEach(slice -> {
                List<String> values = new ArrayList<>();
                slice.path("values").forEach(value -> values.add(value.asText()));
                table.row("slices by " + slice.path("by").asText(), String.join(", ", values));
            });
            lines.addAll(table.lines());
            return lines;
        }
    }
}
