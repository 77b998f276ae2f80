package io.bellwether.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code bellwether model ...}. */
@Command(
        name = "model",
        description = "Looks at models, loads and unloads them, and names their stable versions.",
        subcommands = {
            ModelCommands.ListModels.class,
            ModelCommands.Show.class,
            ModelCommands.Load.class,
            ModelCommands.Unload.class,
            ModelCommands.SetStable.class
        },
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
final class ModelCommands extends CommandGroup {

    @Command(
            name = "list",
            description = "Lists the models with their versions, which of them are ready, and which is stable.",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            footerHeading = "%nExamples:%n",
            footer = {"  bellwether model list", "  bellwether model list --output json"})
    static final class ListModels implements Callable<Integer> {

        @Mixin
        private Options options = new Options();

        @Override
        public Integer call() {
            return options.screen().show(options.api().get(ControlApi.path("models")), ModelText::list);
        }
    }

    @Command(
            name = "show",
            description = "Shows one model: its versions, their weights, and what each worker says of each of them.",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            footerHeading = "%nExamples:%n",
            footer = {"  bellwether model show digits", "  bellwether model show digits --output json"})
    static final class Show implements Callable<Integer> {

        @Parameters(paramLabel = "MODEL", description = "Name of the model.")
        private String model = "";

        @Mixin
        private Options options = new Options();

        @Override
        public Integer call() {
            return options.screen().show(options.api().get(ControlApi.path("models", model)), ModelText::whole);
        }
    }

    @Command(
            name = "load",
            description =
                    "Has every worker load what its repository holds of a model, or load it anew, and waits until it"
                            + " serves. What served before goes on if that fails.",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            footerHeading = "%nExample:%n",
            footer = "  bellwether model load digits")
    static final class Load implements Callable<Integer> {

        @Parameters(paramLabel = "MODEL", description = "Name of the model.")
        private String model = "";

        @Mixin
        private RepositoryOptions options = new RepositoryOptions();

        @Override
        public Integer call() {
            return options.change(model, "load", model + " is loaded; 'bellwether model list' shows its versions");
        }
    }

    @Command(
            name = "unload",
            description = "Has every worker take a model out of service. Requests under way are answered.",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            footerHeading = "%nExample:%n",
            footer = "  bellwether model unload digits")
    static final class Unload implements Callable<Integer> {

        @Parameters(paramLabel = "MODEL", description = "Name of the model.")
        private String model = "";

        @Mixin
        private RepositoryOptions options = new RepositoryOptions();

        @Override
        public Integer call() {
            return options.change(model, "unload", model + " is unloaded; 'bellwether model load' brings it back");
        }
    }

    @Command(
            name = "stable",
            description = "Makes a version of a model the stable one: it serves all requests that name no version."
                    + " Refused while a rollout of the model is live.",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            footerHeading = "%nExample:%n",
            footer = "  bellwether model stable digits 1 --reason 'first version'")
    static final class SetStable implements Callable<Integer> {

        @Parameters(index = "0", paramLabel = "MODEL", description = "Name of the model.")
        private String model = "";

        @Parameters(index = "1", paramLabel = "VERSION", description = "Number of the version.")
        private String version = "";

        @Mixin
        private Change change = new Change();

        @Override
        public Integer call() {
            ObjectNode body = JsonNodeFactory.instance.objectNode().put("version", version);
            return change.put(
                    ControlApi.path("models", model, "stable"),
                    body,
                    answer -> List.of("version " + version + " of " + model + " is the stable one"));
        }
    }
}
