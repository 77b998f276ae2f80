package io.bellwether.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code bellwether route ...}. */
@Command(
        name = "route",
        description = "Looks at where requests go.",
        subcommands = RouteCommands.Show.class,
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
final class RouteCommands extends CommandGroup {

    @Command(
            name = "show",
            description = "Shows where the requests go that name no version: which versions, arms, weights and workers,"
                    + " because of which rollout. It is what the gateway that is asked does now.",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            footerHeading = "%nExamples:%n",
            footer = {"  bellwether route show", "  bellwether route show digits --output json"})
    static final class Show implements Callable<Integer> {

        @Parameters(arity = "0..1", paramLabel = "MODEL", description = "Name of the model. Default: all models.")
        private String model = "";

        @Mixin
        private Options options = new Options();

        @Override
        public Integer call() {
            String path = model.isEmpty() ? ControlApi.path("routes") : ControlApi.path("routes", model);
            return options.screen().show(options.api().get(path), RouteText::list);
        }
    }
}
